"""
Many patterns at once in folded text.

A pattern is a folded literal; with `gap` up to two symbols or emoji may stand between its code
points. Gapped patterns are matched as literals in the text without symbols, and each hit's gaps are
checked in the text as it is (why not as regular expressions: docs/decisions/0002). Two engines give
the same answer: hyperscan, and `ahocorasick_rs` where there is no wheel of it. Tests compare both
with the plain loop `plainly`.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from qingjian.core.errors import Abstain
from qingjian.core.types import without_surrogates
from qingjian.detectors.instruments.fold import Codes, Folded

MOST_GAP = 2
MOST_HITS = 50_000
"""More hits of one pack than this are not collected in one text; `Hits.cut` tells."""

_SYMBOLS = " \t\r\n*-_.·|/\\~^+=,;:!?'\"()[]{}<>#@&%$`、。,…—•「」『』【】《》“”‘’"
_EMOJI = (
    (0x2190, 0x21FF),
    (0x2300, 0x23FF),
    (0x2500, 0x27BF),
    (0x2B00, 0x2BFF),
    (0x1F300, 0x1FAFF),
)


def is_gap(c: str) -> bool:
    """Whether a folded code point may stand between the code points of a pattern with `gap`."""
    return c in _SYMBOLS or any(low <= ord(c) <= high for low, high in _EMOJI)


@cache
def _kept() -> NDArray[np.bool_]:
    """Give for each code point whether it is no gap."""
    kept = np.ones(0x110000, dtype=bool)
    kept[[ord(c) for c in _SYMBOLS]] = False
    for low, high in _EMOJI:
        kept[low : high + 1] = False
    return kept


@dataclass(frozen=True, slots=True)
class Pattern:
    """A folded literal, not empty; with `gap` it holds no symbol itself."""

    text: str
    gap: bool = False


class Hit(NamedTuple):
    """Pattern `pattern` stands at folded code points `[start, end)`."""

    pattern: int
    start: int
    end: int


class Hits(NamedTuple):
    """All hits in order of end, start and pattern; `cut` when some were left out."""

    hits: list[Hit]
    cut: bool


class Searched:
    """A text that several engines search: what each of them needs is made once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def data(self) -> bytes:
        """The text in UTF-8."""
        return without_surrogates(self.text).encode()

    @cached_property
    def code_point_of_byte(self) -> NDArray[np.int64]:
        """For each byte offset, the end included, the number of code points before it."""
        starts = (np.frombuffer(self.data, np.uint8) & 0xC0) != 0x80
        return np.concatenate(([0], np.cumsum(starts, dtype=np.int64)))


class Engine(Protocol):
    """Finds literals, numbered as they were given."""

    def find(self, text: Searched) -> tuple[list[Hit], bool]:
        """Give every hit, overlapping ones too, in any order; and whether some were left out."""
        ...


class Hyperscan:
    """Literals by hyperscan: one database, one scratch a thread."""

    def __init__(self, literals: Sequence[str], most: int = MOST_HITS) -> None:
        import hyperscan

        self._most = most
        self._hs: Any = hyperscan
        self._local = threading.local()
        encoded = [t.encode() for t in literals]
        self._lengths = [len(e) for e in encoded]
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=encoded, ids=list(range(len(encoded))), flags=0, literal=True
        )

    def find(self, text: Searched) -> tuple[list[Hit], bool]:
        """Give every hit."""
        data = text.data
        if not data:
            return [], False
        raw: list[tuple[int, int]] = []

        def on_hit(pattern: int, start: int, end: int, flags: int, context: object) -> bool:
            raw.append((pattern, end))
            return len(raw) > self._most

        scratch = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = self._hs.Scratch(self._database)
        cut = False
        try:
            self._database.scan(data, match_event_handler=on_hit, scratch=scratch)
        except self._hs.ScanTerminated:
            cut = True
        if not raw:
            return [], cut
        lengths = self._lengths
        if len(data) == len(text.text):
            return [Hit(p, end - lengths[p], end) for p, end in raw], cut
        at = text.code_point_of_byte
        return [Hit(p, int(at[end - lengths[p]]), int(at[end])) for p, end in raw], cut


class AhoCorasick:
    """Literals by ahocorasick_rs."""

    def __init__(self, literals: Sequence[str], most: int = MOST_HITS) -> None:
        import ahocorasick_rs

        self._most = most
        self._automaton = ahocorasick_rs.AhoCorasick(list(literals))

    def find(self, text: Searched) -> tuple[list[Hit], bool]:
        """Give every hit."""
        plain = without_surrogates(text.text)
        found = self._automaton.find_matches_as_indexes(plain, overlapping=True)
        hits = [Hit(*h) for h in found]
        return hits[: self._most + 1], len(hits) > self._most


def best_engine() -> type[Hyperscan] | type[AhoCorasick]:
    """Give the fastest engine that is installed."""
    return Hyperscan if importlib.util.find_spec("hyperscan") is not None else AhoCorasick


class Squeezed:
    """
    A folded text as it is, and without its symbols; the last one is remembered per thread.

    Args:
        text: the folded text.
    """

    def __init__(self, text: Folded) -> None:
        self.of = text
        self.whole = Searched(text.text)
        keep = _kept().take(text.codes)
        self.bare = self.whole
        self.where: NDArray[np.intp] | None = None
        if not keep.all():
            codes: Codes = text.codes[keep]
            self.bare = Searched(codes.tobytes().decode("utf-32-le", "surrogatepass"))
            self.where = np.flatnonzero(keep)

    @cached_property
    def wide(self) -> NDArray[np.int64]:
        """For each kept code point, how many gaps too wide for a pattern stand before it."""
        assert self.where is not None
        return np.concatenate(([0], np.cumsum(np.diff(self.where) > MOST_GAP + 1)))


_last = threading.local()


def squeezed(text: Folded) -> Squeezed:
    """Give the text as matchers look at it."""
    memo: Squeezed | None = getattr(_last, "squeezed", None)
    if memo is None or memo.of is not text:
        memo = _last.squeezed = Squeezed(text)
    return memo


class Matcher:
    """
    Compiled patterns.

    Args:
        patterns: numbered as they stand.
        engine: what finds literals. Cost: about 0.1 s for 10,000 patterns.
        most: how many hits are collected.
    """

    def __init__(
        self,
        patterns: Sequence[Pattern],
        engine: type[Hyperscan] | type[AhoCorasick] | None = None,
        most: int = MOST_HITS,
    ) -> None:
        build = engine or best_engine()
        self._most = most
        self._plain = [i for i, p in enumerate(patterns) if not p.gap]
        self._gapped = [i for i, p in enumerate(patterns) if p.gap]
        self._plain_engine: Engine | None = (
            build([patterns[i].text for i in self._plain], most) if self._plain else None
        )
        self._gapped_engine: Engine | None = (
            build([patterns[i].text for i in self._gapped], most) if self._gapped else None
        )

    def find(self, text: Folded) -> Hits:
        """Give every hit, overlapping ones included."""
        hits: list[Hit] = []
        cut = False
        if self._plain_engine is not None:
            found, cut = self._plain_engine.find(squeezed(text).whole)
            hits = [Hit(self._plain[p], start, end) for p, start, end in found]
        if self._gapped_engine is not None:
            found, more = self._find_gapped(self._gapped_engine, squeezed(text))
            cut |= more
            hits += found
        if len(hits) > 1:
            hits.sort(key=_in_order)
        return Hits(hits[: self._most], cut or len(hits) > self._most)

    def every(self, text: Folded) -> list[Hit]:
        """Give every hit. Raises Abstain when there are more than are collected."""
        hits, cut = self.find(text)
        if cut:
            raise Abstain(f"more than {self._most} terms in one item")
        return hits

    def _find_gapped(self, engine: Engine, text: Squeezed) -> tuple[list[Hit], bool]:
        found, cut = engine.find(text.bare)
        gapped, where = self._gapped, text.where
        if where is None:
            return [Hit(gapped[p], start, end) for p, start, end in found], cut
        if not found:
            return [], cut
        numbers, starts, ends = np.array(found).T
        tight = text.wide[ends - 1] == text.wide[starts]
        firsts, lasts = where[starts[tight]].tolist(), (where[ends[tight] - 1] + 1).tolist()
        chosen = numbers[tight].tolist()
        return [Hit(gapped[p], a, b) for p, a, b in zip(chosen, firsts, lasts, strict=True)], cut


def _in_order(hit: Hit) -> tuple[int, int, int]:
    return hit.end, hit.start, hit.pattern


def plainly(patterns: Iterable[Pattern], text: Folded) -> list[Hit]:
    """Give every hit with a plain loop: the reference the engines are tested against."""
    found: list[Hit] = []
    body = text.text
    for number, pattern in enumerate(patterns):
        for start in range(len(body)):
            at = start
            for k, c in enumerate(pattern.text):
                if k and pattern.gap:
                    skipped = 0
                    while skipped < MOST_GAP and at < len(body) and is_gap(body[at]):
                        at, skipped = at + 1, skipped + 1
                if at >= len(body) or body[at] != c:
                    break
                at += 1
            else:
                found.append(Hit(number, start, at))
    return sorted(found, key=_in_order)
