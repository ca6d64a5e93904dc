"""
The care of a pack: what is in it, how old it is, and how often its terms stand in harmless texts.

Nothing here judges a term; it shows whoever publishes a pack what to look at again. `problems` are
what must be mended before: a pack too long unread, a term that alone would find harmless texts, an
example that does not hold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qingjian.core.clock import Clock, now, today
from qingjian.core.errors import Abstain
from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.obfuscate import PLAIN
from qingjian.detectors.instruments.pack import Pack, Term

MOST_DAYS = 365
"""Longest a pack may go without being read again."""
MOST_BENIGN = 0.001
"""Largest share of benign texts in which a term may stand whose slot alone fills a rule."""
EXPRESSION = "re"
GAP = "gap"


@dataclass(frozen=True, slots=True)
class Slot:
    """
    What a slot holds.

    Args:
        name: its name; `against.` stands before a counter-slot's.
        terms: how many entries it has.
        spellings: number of spellings by form; `gap` counts those of `plain` that may hold symbols,
            `re` the expressions.
        alone: whether a rule asks for this slot and no other.
    """

    name: str
    terms: int
    spellings: Mapping[str, int]
    alone: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """A spelling that stands for terms of several slots, or twice in one; `slots` are sorted."""

    spelling: str
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stands:
    """
    A term that stands in benign texts.

    Args:
        term: as written in the pack.
        slot: its slot.
        texts: in how many texts.
        share: `texts` over all texts looked at, in [0, 1].
        limited: whether `MOST_BENIGN` holds for it.
    """

    term: str
    slot: str
    texts: int
    share: float
    limited: bool


@dataclass(frozen=True, slots=True)
class Care:
    """
    What there is to know before a pack is published.

    Args:
        age_days: days since `reviewed`; negative where it lies ahead.
        slots: in the pack's order.
        spellings: how many different spellings are looked for.
        shared: spellings of more than one meaning.
        fills_alone: spelling and rule, where one word fills every slot of a rule of several.
        benign_texts: how many benign texts were looked at.
        benign_found: in how many of them the pack found something that nothing speaks against.
        not_looked_at: benign texts the lexicon abstained on.
        benign: terms that stand in them, most often first.
        problems: what must be mended, in words; empty when nothing must.
    """

    id: str
    author: str
    version: str
    reviewed: str
    age_days: int
    slots: tuple[Slot, ...]
    spellings: int
    shared: tuple[Shared, ...]
    fills_alone: tuple[tuple[str, str], ...]
    benign_texts: int
    benign_found: int
    not_looked_at: int
    benign: tuple[Stands, ...]
    problems: tuple[str, ...]


def lint(pack: Pack, benign: Iterable[str] = (), clock: Clock = now) -> Care:
    """
    Give the care of a pack.

    Args:
        pack: what to look at.
        benign: texts in which nothing should be found.
        clock: tells what day it is.

    Cost: compiles the pack (0.1 s for 10,000 spellings), then about 0.1 ms a text.
    """
    lexicon = Lexicon(pack)
    alone = {r.slots[0] for r in pack.rules if len(set(r.slots)) == 1}
    age_days = (date.fromisoformat(today(clock)) - date.fromisoformat(pack.reviewed)).days
    shared = tuple(_shared(lexicon))
    looked_at, found, skipped, stands = _benign(lexicon, benign, alone)
    problems = (*_old(age_days), *_frequent(stands), *_examples(lexicon))
    return Care(
        id=pack.id,
        author=pack.author,
        version=pack.version,
        reviewed=pack.reviewed,
        age_days=age_days,
        slots=tuple(_slots(lexicon, alone)),
        spellings=len(lexicon.patterns),
        shared=shared,
        fills_alone=tuple(_filling(pack, shared)),
        benign_texts=looked_at,
        benign_found=found,
        not_looked_at=skipped,
        benign=stands,
        problems=problems,
    )


def _slots(lexicon: Lexicon, alone: set[str]) -> Iterator[Slot]:
    terms = Counter(t.slot for t in lexicon.pack.terms)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for pattern, term, form in lexicon.meanings():
        forms[term.slot][form] += 1
        if pattern.gap:
            forms[term.slot][GAP] += 1
    for term in lexicon.pack.terms:
        if term.expression:
            forms[term.slot][EXPRESSION] += 1
    for name, count in terms.items():
        yield Slot(name, count, dict(sorted(forms[name].items())), name in alone)


def _shared(lexicon: Lexicon) -> Iterator[Shared]:
    meant: dict[str, dict[int, Term]] = defaultdict(dict)
    plain: Counter[tuple[str, str]] = Counter()
    for pattern, term, form in lexicon.meanings():
        meant[pattern.text][id(term)] = term
        plain[pattern.text, term.slot] += form == PLAIN
    for spelling, terms in sorted(meant.items()):
        slots = {t.slot for t in terms.values()}
        twice = [slot for slot in slots if plain[spelling, slot] > 1]
        if len(slots) > 1 or twice:
            yield Shared(spelling, tuple(sorted((*slots, *twice))))


def _benign(
    lexicon: Lexicon, texts: Iterable[str], alone: set[str]
) -> tuple[int, int, int, tuple[Stands, ...]]:
    """Give texts looked at, texts with an unopposed finding, texts abstained on, terms seen."""
    looked_at = found = skipped = 0
    count: Counter[Term] = Counter()
    for text in texts:
        try:
            seen = lexicon.see(fold(text))
        except Abstain:
            skipped += 1
            continue
        looked_at += 1
        count.update({s.term for s in seen})
        found += any(not f.opposed for f in lexicon.findings(text))
    stands = (
        Stands(term.text, term.slot, n, n / looked_at, term.slot in alone)
        for term, n in count.items()
    )
    return looked_at, found, skipped, tuple(sorted(stands, key=lambda s: (-s.texts, s.term)))


def _old(age_days: int) -> Iterator[str]:
    if age_days > MOST_DAYS:
        yield f"reviewed {age_days} days ago, {MOST_DAYS} at most"
    if age_days < 0:
        yield f"reviewed {-age_days} days ahead of today"


def _filling(pack: Pack, shared: Sequence[Shared]) -> Iterator[tuple[str, str]]:
    for one in shared:
        for rule in pack.rules:
            if len(set(rule.slots)) > 1 and set(rule.slots) <= set(one.slots):
                yield one.spelling, rule.id


def _frequent(stands: Iterable[Stands]) -> Iterator[str]:
    for one in stands:
        if one.limited and one.share > MOST_BENIGN:
            yield (
                f"{one.term} of slot {one.slot} stands in {one.share:.2%} of benign texts, "
                f"{MOST_BENIGN:.1%} at most"
            )


def _examples(lexicon: Lexicon) -> Iterator[str]:
    for wanted, texts in ((True, lexicon.pack.hits), (False, lexicon.pack.misses)):
        for text in texts:
            if any(not f.opposed for f in lexicon.findings(text)) is not wanted:
                yield f"example is {'not ' if wanted else ''}found: {text}"
