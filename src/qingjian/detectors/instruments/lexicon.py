"""
Packs of terms in slots: a rule holds where a term of every slot stands within one window.

Counter-slots do not silence a rule; what they match becomes the finding's `against`. A term may ask for words near it
(`needs`) or give way to words near it (`unless`). Packs are TOML; see `Pack` for the keys, `lint.py` for their care.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import Any

from qingjian.core.errors import Abstain, ConfigError
from qingjian.core.types import Finding, Span, found
from qingjian.detectors.instruments.fold import Folded, fold, folded
from qingjian.detectors.instruments.match import MOST_HITS, Hit, Matcher, Pattern, is_gap
from qingjian.detectors.instruments.obfuscate import PLAIN, Form, spellings


@dataclass(frozen=True, slots=True)
class Term:
    """
    One entry of a slot.

    Args:
        text: as written in the pack.
        slot: its slot's name; `against.` stands before a counter-slot's.
        forms: disguises that count as the term.
        needs: one of these must stand within `within` folded code points.
        unless: none of these may.
        plain_not: spellings that are other words and never count.
        expression: a regular expression over folded text that stands for the term (`re`); for prices and the like.
    """

    text: str
    slot: str
    forms: tuple[Form, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: int = 12
    plain_not: tuple[str, ...] = ()
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`slots` must all be filled within `window` folded code points; `why` may name slots in braces."""

    id: str
    slots: tuple[str, ...]
    window: int
    why: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter-slot: what it says, and how far from a finding it still speaks (0: anywhere in the text)."""

    name: str
    says: str
    reach: int


@dataclass(frozen=True, slots=True)
class Pack:
    """
    A lexicon as data.

    Keys: `id`, `author`, `version` (date), `reviewed` (date), `[[rule]]` with `id slots window why`,
    `[slots.NAME]` with `forms` and `terms` (a string, or a table `t forms needs unless within not re`),
    `[against.NAME]` with `says reach terms`, `[examples]` with `hits` and `misses`.
    """

    id: str
    author: str
    version: str
    reviewed: str
    rules: tuple[Rule, ...]
    terms: tuple[Term, ...]
    counters: tuple[Counter, ...]
    hits: tuple[str, ...]
    misses: tuple[str, ...]


def read_pack(text: str, where: str) -> Pack:
    """Give the pack of a TOML text. Raises ConfigError with `where` and the key that is wrong."""
    try:
        raw = tomllib.loads(text)
        terms = [t for name, slot in raw["slots"].items() for t in _terms(name, slot)]
        against = raw.get("against", {})
        terms += [t for name, slot in against.items() for t in _terms("against." + name, slot)]
        pack = Pack(
            id=raw["id"],
            author=raw["author"],
            version=raw["version"],
            reviewed=raw["reviewed"],
            rules=tuple(
                Rule(r["id"], tuple(r["slots"]), r["window"], r["why"]) for r in raw["rule"]
            ),
            terms=tuple(terms),
            counters=tuple(Counter(n, c["says"], c.get("reach", 0)) for n, c in against.items()),
            hits=tuple(raw.get("examples", {}).get("hits", ())),
            misses=tuple(raw.get("examples", {}).get("misses", ())),
        )
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: {error}", "the pack must be TOML") from None
    except (KeyError, TypeError) as error:
        raise ConfigError(
            f"{where}: {error!s} is missing or misplaced", "see the keys of Pack"
        ) from None
    slots = {t.slot for t in pack.terms}
    for rule in pack.rules:
        for slot in rule.slots:
            if slot not in slots:
                raise ConfigError(f"{where}: rule {rule.id} names slot {slot!r}, which has no term")
    return pack


def _terms(slot: str, table: Mapping[str, Any]) -> Iterator[Term]:
    forms = tuple(table.get("forms", ()))
    for entry in table["terms"]:
        one = {"t": entry} if isinstance(entry, str) else entry
        yield Term(
            one["t"],
            slot,
            tuple(one.get("forms", forms)),
            tuple(one.get("needs", ())),
            tuple(one.get("unless", ())),
            one.get("within", 12),
            tuple(one.get("not", ())),
            one.get("re", ""),
        )


def load_pack(package: str, name: str) -> Pack:
    """Give a pack that lies in a package as `name`."""
    return read_pack(files(package).joinpath(name).read_text("utf-8"), name)


@dataclass(frozen=True, slots=True)
class Seen:
    """A term seen at folded `[start, end)`, in a form."""

    term: Term
    form: str
    start: int
    end: int


class Lexicon:
    """
    A compiled pack.

    Args:
        pack: the pack; every spelling of every term becomes one pattern.
    """

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._meanings: list[list[tuple[Term, str]]] = []
        index: dict[Pattern, int] = {}
        self._expressions = tuple((t, re.compile(t.expression)) for t in pack.terms if t.expression)
        for term in pack.terms:
            if term.expression:
                continue
            plain = folded(term.text)
            banned = {folded(x) for x in term.plain_not}
            for text, form in spellings(plain, tuple(f for f in term.forms if f != "gap")):
                if not text or text in banned:
                    continue
                gap = (
                    "gap" in term.forms
                    and len(text) > 1
                    and form == PLAIN
                    and not any(map(is_gap, text))
                )
                at = index.setdefault(Pattern(text, gap), len(index))
                if at == len(self._meanings):
                    self._meanings.append([])
                if all(term is not t for t, _ in self._meanings[at]):
                    self._meanings[at].append((term, form))
        self.patterns = tuple(index)
        self._edges = tuple((p.text[0].isascii(), p.text[-1].isascii()) for p in self.patterns)
        self._matcher = Matcher(self.patterns)
        self._counters = {"against." + c.name: c for c in pack.counters}
        self._near = {t: tuple(map(folded, t.needs)) for t in pack.terms if t.needs}
        self._not_near = {t: tuple(map(folded, t.unless)) for t in pack.terms if t.unless}

    def see(self, text: Folded) -> list[Seen]:
        """Give every term that counts, in order of start. Raises Abstain when there are more than `MOST_HITS`."""
        hits, cut = self._matcher.find(text)
        if cut:
            raise Abstain(f"more than {MOST_HITS} terms in one item")
        seen: list[Seen] = []
        for hit in hits:
            if not self._whole_word(text.text, hit):
                continue
            for term, form in self._meanings[hit.pattern]:
                if self._in_context(text.text, hit, term):
                    plain = (
                        PLAIN if form == PLAIN and hit.end - hit.start == len(term.text) else form
                    )
                    inserted = form == PLAIN and hit.end - hit.start > len(
                        self.patterns[hit.pattern].text
                    )
                    seen.append(Seen(term, "gap" if inserted else plain, hit.start, hit.end))
        if seen:
            for term, expression in self._expressions:
                found_at = islice(expression.finditer(text.text), MOST_HITS)
                seen += [Seen(term, PLAIN, m.start(), m.end()) for m in found_at]
        seen.sort(key=lambda s: (s.start, s.end))
        return seen

    def _whole_word(self, text: str, hit: Hit) -> bool:
        """Whether a Latin edge of the pattern is also an edge in the text."""
        left, right = self._edges[hit.pattern]
        if left and hit.start and _latin(text[hit.start]) and _latin(text[hit.start - 1]):
            return False
        return not (
            right and hit.end < len(text) and _latin(text[hit.end - 1]) and _latin(text[hit.end])
        )

    def _in_context(self, text: str, hit: Hit, term: Term) -> bool:
        needs, unless = self._near.get(term), self._not_near.get(term)
        if needs is None and unless is None:
            return True
        around = text[max(0, hit.start - term.within) : hit.end + term.within]
        if needs is not None and not any(n in around for n in needs):
            return False
        return unless is None or not any(u in around for u in unless)

    def findings(self, text: str) -> Iterator[Finding]:
        """Give one finding per cluster of windows in which a rule holds, the first rule's where two overlap."""
        body = fold(text)
        seen = self.see(body)
        if not seen:
            return
        counter = [s for s in seen if s.term.slot in self._counters]
        told: list[tuple[int, int]] = []
        for rule in self.pack.rules:
            for window in _windows([s for s in seen if s.term.slot in rule.slots], rule):
                start, end = window[0].start, max(s.end for s in window)
                if all(end <= a or b <= start for a, b in told):
                    told.append((start, end))
                    yield self._finding(body, rule, window, counter)

    def _finding(
        self, body: Folded, rule: Rule, window: Sequence[Seen], counter: Sequence[Seen]
    ) -> Finding:
        start, end = window[0].start, max(s.end for s in window)
        words: dict[str, list[str]] = defaultdict(list)
        for s in window:
            shown = body.quote(s.start, s.end) + (
                "" if s.form == PLAIN else f" ({s.form} of {s.term.text})"
            )
            if shown not in words[s.term.slot]:
                words[s.term.slot].append(shown)
        against = self.against(body, counter, start, end)
        why = rule.why.format(**{slot: words[slot][0] for slot in rule.slots})
        at: Span = body.span(start, end)
        return found(
            why, at, against=against, rule=rule.id, **{slot: tuple(w) for slot, w in words.items()}
        )

    def against(
        self, body: Folded, counter: Sequence[Seen], start: int, end: int
    ) -> tuple[str, ...]:
        """Give what counter-slots say about folded `[start, end)`, each once, with the words that say it."""
        said: dict[str, str] = {}
        for s in counter:
            slot = self._counters[s.term.slot]
            if slot.reach == 0 or (s.start < end + slot.reach and s.end > start - slot.reach):
                said.setdefault(slot.name, f"{slot.says}: {body.quote(s.start, s.end)}")
        return tuple(said.values())

    def counter_evidence(self, text: str) -> tuple[str, ...]:
        """Give what the counter-slots say about the text as a whole."""
        body = fold(text)
        seen = [s for s in self.see(body) if s.term.slot in self._counters]
        return self.against(body, seen, 0, len(body.text))


def _latin(c: str) -> bool:
    return c.isascii() and c.isalnum()


def _windows(seen: Sequence[Seen], rule: Rule) -> Iterator[list[Seen]]:
    """Give clusters of overlapping windows that hold every slot of the rule; `seen` is in order of start."""
    need = set(rule.slots)
    if len(need) > len({s.term.slot for s in seen}):
        return
    cluster: list[Seen] = []
    until = -1
    for i, first in enumerate(seen):
        inside: list[Seen] = []
        missing = set(need)
        for s in seen[i : i + 200]:
            if s.start >= first.start + rule.window:
                break
            if s.end <= first.start + rule.window:
                inside.append(s)
                missing.discard(s.term.slot)
                if not missing:
                    break
        if missing:
            continue
        end = max(s.end for s in inside)
        if cluster and first.start >= until:
            yield cluster
            cluster = []
        cluster += [s for s in inside if s not in cluster[-400:]]
        until = max(until if cluster else -1, end)
    if cluster:
        yield cluster
