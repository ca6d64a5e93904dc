"""
Packs of terms in slots: a rule holds where a term of every slot stands within one window.

Counter-slots do not silence a rule; what they match becomes the finding's `against`. A term may ask
for words near it (`needs`) or give way to words near it (`unless`).

What a pack holds: pack.py. Its care: lint.py.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Span, found
from qingjian.detectors.instruments.fold import Folded, fold, folded
from qingjian.detectors.instruments.match import MOST_HITS, Hit, Matcher, Pattern, is_gap
from qingjian.detectors.instruments.obfuscate import PLAIN, spellings
from qingjian.detectors.instruments.pack import Counter, Pack, Rule, Term
from qingjian.detectors.instruments.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Seen:
    """A term seen at folded `[start, end)`, in a form."""

    term: Term
    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Context:
    """What must and must not stand near a term, folded."""

    needs: tuple[str, ...]
    unless: tuple[str, ...]
    not_after: tuple[str, ...]
    within: int

    @classmethod
    def of(cls, term: Term) -> _Context | None:
        """Give a term's context, None when it asks for none."""
        if not (term.needs or term.unless or term.not_after):
            return None
        words = (term.needs, term.unless, term.not_after)
        needs, unless, not_after = (tuple(map(folded, some)) for some in words)
        return cls(needs, unless, not_after, term.within)

    def holds(self, text: str, start: int, end: int) -> bool:
        """Whether a term at folded `[start, end)` counts."""
        before = text[max(0, start - self.within) : start]
        if any(w in before for w in self.not_after):
            return False
        around = before + text[start : end + self.within]
        if self.needs and not any(n in around for n in self.needs):
            return False
        return not any(u in around for u in self.unless)


class Lexicon:
    """
    A compiled pack.

    Args:
        pack: the pack; every spelling of every term becomes one pattern.
        shelf: where it is looked for together with other packs; None to look for it alone.
    """

    def __init__(self, pack: Pack, shelf: Shelf | None = None) -> None:
        self.pack = pack
        self._last = threading.local()
        self._meanings: list[list[tuple[Term, str, _Context | None]]] = []
        index: dict[Pattern, int] = {}
        self._expressions = tuple(
            (t, re.compile(t.expression), _Context.of(t)) for t in pack.terms if t.expression
        )
        for term in pack.terms:
            if term.expression:
                continue
            plain, context = folded(term.text), _Context.of(term)
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
                if all(term is not t for t, _, _ in self._meanings[at]):
                    self._meanings[at].append((term, form, context))
        self.patterns = tuple(index)
        self._edges = tuple((p.text[0].isascii(), p.text[-1].isascii()) for p in self.patterns)
        self._find = shelf.put(self.patterns) if shelf else Matcher(self.patterns).every
        self._counters = {"against." + c.name: c for c in pack.counters}
        fluid = {t.slot for t, _, _ in self._expressions}
        self._expressions_alone = bool(fluid & self._counters.keys()) or any(
            fluid.issuperset(r.slots) for r in pack.rules
        )

    def meanings(self) -> Iterator[tuple[Pattern, Term, str]]:
        """Give every spelling that is looked for, the term it stands for, and its form."""
        for pattern, meant in zip(self.patterns, self._meanings, strict=True):
            for term, form, _ in meant:
                yield pattern, term, form

    def see(self, text: Folded) -> list[Seen]:
        """
        Give every term that counts, in order of start; the last text's are remembered per thread.

        Raises Abstain above `MOST_HITS`.
        """
        memo: tuple[Folded, list[Seen]] | None = getattr(self._last, "seen", None)
        if memo is None or memo[0] is not text:
            memo = self._last.seen = (text, self._see(text))
        return memo[1]

    def _see(self, text: Folded) -> list[Seen]:
        seen: list[Seen] = []
        for hit in self._find(text):
            if not self._whole_word(text.text, hit):
                continue
            for term, form, context in self._meanings[hit.pattern]:
                if context is None or context.holds(text.text, hit.start, hit.end):
                    longer = hit.end - hit.start > len(self.patterns[hit.pattern].text)
                    seen.append(Seen(term, "gap" if longer else form, hit.start, hit.end))
        if seen or self._expressions_alone:
            seen += self._see_expressions(text.text)
        seen.sort(key=lambda s: (s.start, s.end))
        return seen

    def _see_expressions(self, text: str) -> list[Seen]:
        seen: list[Seen] = []
        for term, expression, context in self._expressions:
            for m in expression.finditer(text):
                if m.start() < m.end() and (context is None or context.holds(text, *m.span())):
                    seen.append(Seen(term, PLAIN, *m.span()))
                    if len(seen) > MOST_HITS:
                        raise Abstain(f"more than {MOST_HITS} terms in one item")
        return seen

    def _whole_word(self, text: str, hit: Hit) -> bool:
        """Whether a Latin edge of the pattern is also an edge in the text."""
        left, right = self._edges[hit.pattern]
        if left and hit.start and _latin(text[hit.start]) and _latin(text[hit.start - 1]):
            return False
        return not (
            right and hit.end < len(text) and _latin(text[hit.end - 1]) and _latin(text[hit.end])
        )

    def _clusters(self, body: Folded) -> list[tuple[Rule, list[list[Seen]]]]:
        """Give for each rule its clusters of windows; the last text's are remembered per thread."""
        memo: tuple[Folded, list[Any]] | None = getattr(self._last, "clusters", None)
        if memo is None or memo[0] is not body:
            seen = self.see(body)
            filled = {s.term.slot for s in seen}
            found = [
                (rule, list(_windows([s for s in seen if s.term.slot in rule.slots], rule)))
                for rule in self.pack.rules
                if filled.issuperset(rule.slots)
            ]
            memo = self._last.clusters = (body, found)
        return memo[1]

    def findings(self, text: str) -> Iterator[Finding]:
        """
        Give one finding per cluster of windows in which a rule holds.

        Where two overlap, the first rule's is given.
        """
        body = fold(text)
        clusters = self._clusters(body)
        if not clusters:
            return
        against = _Against(self._counters, self.see(body), body)
        told = bytearray(len(body.text))
        for rule, windows in clusters:
            for window in windows:
                start, end = window[0].start, max(s.end for s in window)
                if told.find(1, start, end) < 0:
                    told[start:end] = b"\1" * (end - start)
                    yield _finding(body, rule, window, against.near(start, end))

    def signals(self, text: str) -> frozenset[str]:
        """Give what holds of a text, by name, for a model to weigh: rules, slots, counter-slots."""
        body = fold(text)
        seen = self.see(body)
        if not seen:
            return _NOTHING
        slots = {f"slot.{s.term.slot}" for s in seen}
        return frozenset(slots | {f"rule.{r.id}" for r, windows in self._clusters(body) if windows})

    def counter_evidence(self, text: str) -> tuple[str, ...]:
        """Give what the counter-slots say about the text as a whole."""
        body = fold(text)
        return _Against(self._counters, self.see(body), body).near(0, len(body.text))


def _finding(body: Folded, rule: Rule, window: Sequence[Seen], against: tuple[str, ...]) -> Finding:
    start, end = window[0].start, max(s.end for s in window)
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for s in window:
        quote = body.quote(s.start, s.end)
        shown = quote if s.form == PLAIN else f"{quote} ({s.form} of {s.term.text})"
        words[s.term.slot][shown] = None
    why = rule.why.format(**{slot: max(words[slot], key=len) for slot in rule.slots})
    at: Span = body.span(start, end)
    evidence = {slot: tuple(w) for slot, w in words.items()}
    return found(why, at, against=against, evidence=evidence, rule=rule.id)


_NOTHING: frozenset[str] = frozenset()


class _Against:
    """
    What counter-slots say about any range of a text.

    Args:
        counters: the counter-slots, by the slot of their terms.
        seen: every term seen, in order of start.
        body: the text.
    """

    def __init__(self, counters: Mapping[str, Counter], seen: Sequence[Seen], body: Folded) -> None:
        self._counters, self._body = counters, body
        self._seen: dict[str, list[Seen]] = defaultdict(list)
        for s in seen:
            if s.term.slot in counters:
                self._seen[s.term.slot].append(s)
        self._ends = {
            slot: list(accumulate((s.end for s in there), max))
            for slot, there in self._seen.items()
        }

    def near(self, start: int, end: int) -> tuple[str, ...]:
        """Give what they say about folded `[start, end)`, each once, with its first words."""
        said: list[tuple[int, str]] = []
        for slot, there in self._seen.items():
            counter = self._counters[slot]
            first = bisect_right(self._ends[slot], start - counter.reach) if counter.reach else 0
            if first == len(there) or (counter.reach and there[first].start >= end + counter.reach):
                continue
            s = there[first]
            said.append((s.start, f"{counter.says}: {self._body.quote(s.start, s.end)}"))
        return tuple(words for _, words in sorted(said, key=lambda x: x[0]))


def _latin(c: str) -> bool:
    return c.isascii() and c.isalnum()


def _windows(seen: Sequence[Seen], rule: Rule) -> Iterator[list[Seen]]:
    """
    Give clusters of overlapping windows that hold every slot; `seen` is in order of start.

    A term that begins inside a cluster belongs to it whole, as far as the window reaches.
    """
    ends = _nearest_ends(seen, rule)
    i = 0
    while i < len(seen):
        until, limit = ends[i], seen[i].start + rule.window
        if seen[i].end > until:
            i += 1
            continue
        k = i
        while k < len(seen) and seen[k].start < until:
            if seen[k].end <= ends[k]:
                until, limit = max(until, ends[k]), seen[k].start + rule.window
            if seen[k].end <= limit:
                until = max(until, seen[k].end)
            k += 1
        yield [s for s in seen[i:k] if s.end <= until]
        i = k


def _nearest_ends(seen: Sequence[Seen], rule: Rule) -> list[int]:
    """Give for each term where a window from it is first full, -1 where none is."""
    ends = [-1] * len(seen)
    nearest: dict[str, int] = {}
    slots = len(set(rule.slots))
    for i in range(len(seen) - 1, -1, -1):
        s = seen[i]
        slot = s.term.slot
        nearest[slot] = min(s.end, nearest.get(slot, s.end))
        if len(nearest) == slots:
            end = max(nearest.values())
            if end <= s.start + rule.window:
                ends[i] = end
    return ends
