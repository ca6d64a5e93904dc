"""
Whether a document contains words that somebody quotes from it, and what differs when it does not.

Letters are compared: numbers by their value, without marks and without small words that get lost
(的, 了, 都, 将). What an ellipsis leaves out need not stand together, only in the same order.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from qingjian.core.types import Span
from qingjian.detectors.instruments.align import weight
from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.folded_patterns import as_folded
from qingjian.detectors.instruments.numerals import NUM
from qingjian.detectors.instruments.spelled import Letters, Speller, figures

Kind = Literal["figure", "negation", "words", "put in", "left out", "skipped"]
MOST_LETTERS = 200_000
_MOST_QUOTED = 200
_MOST_AT = 200
_BIN = 16
_LEFT_OUT = re.compile(r"\.{2,}|。{2,}|[\[(【<]\s?(?:中|后|前)?(?:略|省略|\.+)\s?[\])】>]")
_LABEL = re.compile(rf"^\s*(?:第{NUM}[条款项章]|[(\[]?{NUM}[)\].、:])\s*")
_NOT = re.compile(as_folded(r"[不未无非没勿禁免拒否]|严禁|谢绝|停止|取消"))
_LIMIT = re.compile(r"仅|只|限|除外|以[上下内]|须|应|可|至少|最[多高低少长]|一律|全[部体]|每|首|次")
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_MARK = re.compile(r"[，。；：、！？,.;:!?\s（）()]")
_LOST = 4
_CHANCE = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """What a quotation and a document's passage have otherwise, both as written."""

    kind: Kind
    said: str
    source: str

    def __str__(self) -> str:
        match self.kind:
            case "put in":
                return f"put in: {self.said}"
            case "left out" | "skipped":
                return f"left out: {self.source}"
            case "negation":
                return f"negation: {self.said or 'none'!s} here, {self.source or 'none'!s} there"
            case _:
                return f"{self.said} here, {self.source} there"


@dataclass(frozen=True, slots=True)
class Passage:
    """
    The part of a document that is nearest to a quotation.

    Args:
        at: its place.
        closeness: weighed share of the quotation's letters that stand there in order, 0 to 1.
        differs: what is otherwise, without small words.
    """

    at: Span
    closeness: float
    differs: tuple[Difference, ...]

    @property
    def altered(self) -> bool:
        """Whether a figure or a negation is otherwise."""
        return any(d.kind in ("figure", "negation") for d in self.differs)


class Cited:
    """A document taken apart once. Cost: linear; about 0.3 ms for 200 characters."""

    def __init__(self, text: str) -> None:
        self._speller = Speller()
        self._letters = self._speller.read(text)
        self._where: dict[str, list[int]] = defaultdict(list)
        plain = self._letters.text
        for i in range(len(plain) - 1):
            self._where[plain[i : i + 2]].append(i)

    def holds(self, quotation: str) -> bool:
        """Whether every piece between ellipses stands in the document, in order."""
        at = 0
        for piece in _LEFT_OUT.split(fold(quotation).text):
            found = -1
            for words in (piece, _LABEL.sub("", piece)):
                letters = self._speller.read(words).text
                found = self._letters.text.find(letters, at)
                if found >= 0:
                    at = found + len(letters)
                    break
            if found < 0:
                return False
        return True

    def nearest(self, quotation: str) -> Passage | None:
        """Give the passage that shares most with a quotation; None when none shares a pair."""
        asked = self._speller.read(_LABEL.sub("", quotation)[:_MOST_QUOTED])
        start = self._start(asked.text)
        if start is None:
            return None
        spare = _BIN + len(asked.text) // 3
        low = max(0, start - spare)
        window = self._letters.text[low : start + _BIN + len(asked.text) + spare]
        blocks = [
            (a, b + low, n)
            for a, b, n in SequenceMatcher(None, asked.text, window, False).get_matching_blocks()
            if n > 1 or (n == 1 and weight(asked.text[a]) == 1)
        ]
        blocks = _together(blocks)
        if not blocks:
            return None
        whole = sum(map(weight, asked.text))
        same = sum(weight(c) for a, _, n in blocks for c in asked.text[a : a + n])
        origin = self._letters.origin
        at = Span(origin[blocks[0][1]].start, origin[blocks[-1][1] + blocks[-1][2] - 1].end)
        return Passage(at, same / whole, tuple(self._differs(asked, blocks)))

    def shared(self, words: str) -> int:
        """Count the telling pairs of letters of some words that stand in the document."""
        plain = self._speller.read(words).text
        found = {plain[i : i + 2] for i in range(len(plain) - 1)} & self._where.keys()
        return sum(max(map(weight, pair)) == 1 for pair in found)

    def _start(self, asked: str) -> int | None:
        """Give where the diagonal begins on which most pairs of letters stand."""
        votes: Counter[int] = Counter()
        for i in range(len(asked) - 1):
            pair = asked[i : i + 2]
            for j in self._where.get(pair, ())[:_MOST_AT]:
                votes[(j - i) // _BIN] += 2 if max(map(weight, pair)) == 1 else 1
        if not votes:
            return None
        best = max(votes, key=lambda b: (votes[b] + max(votes[b - 1], votes[b + 1]), -b))
        return best * _BIN

    def _differs(
        self, asked: Letters, blocks: Sequence[tuple[int, int, int]]
    ) -> Iterator[Difference]:
        ends = (*blocks, (len(asked.text), blocks[-1][1] + blocks[-1][2], 0))
        a = b = 0
        for i, (start, there, n) in enumerate(ends):
            edge = i in (0, len(blocks))
            size = start - a
            if i == 0:
                b = max(0, there - size)
            until = min(len(self._letters.text), b + size) if i == len(blocks) else there
            if start > a or (until > b and not edge):
                yield from self._difference(asked, (a, start), (b, until), edge)
            a, b = start + n, there + n

    def _difference(
        self, asked: Letters, ours: tuple[int, int], theirs: tuple[int, int], edge: bool
    ) -> Iterator[Difference]:
        said, source = asked.quote(*ours), self._letters.quote(*theirs)
        here, there = asked.text[slice(*ours)], self._letters.text[slice(*theirs)]
        if not here:
            if self._is_light(there, source, theirs, self._letters):
                return
            kind: Kind = "skipped" if self._is_clause(*theirs) else "left out"
            if kind == "left out" and _NOT.search(there):
                kind = "negation"
            yield Difference(kind, said, source)
        elif not there:
            if self._is_light(here, said, ours, asked):
                return
            yield Difference("negation" if _NOT.search(here) else "put in", said, source)
        elif (ours_ := figures(here)) and figures(there) and ours_ != figures(there):
            yield Difference("figure", said, source)
        elif bool(_NOT.search(here)) != bool(_NOT.search(there)) and not (edge and len(here) > 6):
            yield Difference("negation", said, source)
        else:
            yield Difference("words", said, source)

    def _is_light(self, letters: str, words: str, at: tuple[int, int], whole: Letters) -> bool:
        """Whether words change nothing: a few lost without limit or figure, or in brackets."""
        telling = _NOT.search(letters) or _LIMIT.search(letters) or figures(letters)
        if whole is self._letters and len(letters) <= _LOST and not telling:
            return True
        start, end = whole.origin[at[0]].start, whole.origin[at[1] - 1].end
        around = whole.given[max(0, start - 1) : end + 1]
        return bool(_BRACKETS.fullmatch(around)) and "除" not in words

    def _is_clause(self, start: int, end: int) -> bool:
        """Whether marks stand on both sides of some letters."""
        origin, given = self._letters.origin, self._letters.given
        ahead = given[origin[start - 1].end : origin[start].start] if start else "。"
        last = end == len(origin)
        behind = "。" if last else given[origin[end - 1].end : origin[end].start]
        return bool(_MARK.search(ahead) and _MARK.search(behind))


def _together(blocks: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Give the longest match and those beside it; short ones far off stand there by chance."""
    if not blocks:
        return []
    middle = max(range(len(blocks)), key=lambda i: blocks[i][2])
    kept = [blocks[middle]]
    for one in reversed(blocks[:middle]):
        if not _is_far(one, kept[0]):
            kept.insert(0, one)
    for one in blocks[middle + 1 :]:
        if not _is_far(kept[-1], one, one[2]):
            kept.append(one)
    return kept


def _is_far(one: tuple[int, int, int], next_: tuple[int, int, int], size: int = 0) -> bool:
    ours, theirs = next_[0] - one[0] - one[2], next_[1] - one[1] - one[2]
    return (size or one[2]) <= _CHANCE and theirs > 2 * ours + 3 * _CHANCE
