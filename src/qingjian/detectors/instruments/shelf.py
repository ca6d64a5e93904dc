"""
Patterns of many packs, looked for in one pass over a text.

What is put on a shelf before the first text is compiled into one matcher, so that twenty packs cost
little more than one; what is put there later makes a matcher of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from qingjian.core.errors import Abstain
from qingjian.detectors.instruments.fold import Folded
from qingjian.detectors.instruments.match import MOST_HITS, Hit, Matcher, Pattern

Find = Callable[[Folded], list[Hit]]
"""Gives every hit of one pack. Raises Abstain when there are more than `MOST_HITS`."""


class _Together:
    """The patterns of several packs; a pattern that stands in many is looked for once."""

    def __init__(self) -> None:
        self._index: dict[Pattern, int] = {}
        self._owners: list[list[tuple[int, int]]] = []
        self._packs = 0
        self._matcher: Matcher | None = None
        self._lock = threading.Lock()
        self._last = threading.local()

    def add(self, patterns: Sequence[Pattern]) -> int | None:
        """Give the number of a pack, None when this is compiled already."""
        with self._lock:
            if self._matcher is not None:
                return None
            for number, pattern in enumerate(patterns):
                at = self._index.setdefault(pattern, len(self._index))
                if at == len(self._owners):
                    self._owners.append([])
                self._owners[at].append((self._packs, number))
            self._packs += 1
            return self._packs - 1

    def hits(self, text: Folded, pack: int) -> list[Hit]:
        """Give every hit of a pack; the last text's are remembered per thread."""
        memo: tuple[Folded, dict[int, list[Hit]], bool] | None = getattr(self._last, "hits", None)
        if memo is None or memo[0] is not text:
            memo = self._last.hits = (text, *self._sorted_out(text))
        _, found, cut = memo
        hits = found.get(pack, [])
        if cut or len(hits) > MOST_HITS:
            raise Abstain(f"more than {MOST_HITS} terms in one item")
        return hits

    def compile(self) -> None:
        """Compile now instead of at the first text."""
        if self._packs:
            self._compiled()

    def _sorted_out(self, text: Folded) -> tuple[dict[int, list[Hit]], bool]:
        hits, cut = self._compiled().find(text)
        found: dict[int, list[Hit]] = {}
        for at, start, end in hits:
            for pack, number in self._owners[at]:
                found.setdefault(pack, []).append(Hit(number, start, end))
        return found, cut

    def _compiled(self) -> Matcher:
        if self._matcher is None:
            with self._lock:
                if self._matcher is None:
                    most = MOST_HITS * self._packs
                    self._matcher = Matcher(tuple(self._index), most=most)
        return self._matcher


class Shelf:
    """Where packs are put that are looked for together."""

    def __init__(self) -> None:
        self._open = _Together()
        self._lock = threading.Lock()

    def put(self, patterns: Sequence[Pattern]) -> Find:
        """Put the patterns of a pack here; give what finds them, numbered as they stand."""
        with self._lock:
            number = self._open.add(patterns)
            if number is None:
                self._open = _Together()
                number = self._open.add(patterns)
            assert number is not None
            together, pack = self._open, number
        return lambda text: together.hits(text, pack)

    def compile(self) -> None:
        """Compile what stands here, before processes fork or a first text waits."""
        with self._lock:
            together = self._open
        together.compile()


SHELF = Shelf()
"""Where the packs of detectors stand."""
