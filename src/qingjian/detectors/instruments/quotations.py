"""
Quotations in a text: words between quotation marks, or after a colon that follows 原文 or 写明.

What stands around each is given without the words of other quotations, so that who is said to say
it can be read there. Places are code points of the text as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qingjian.core.types import Span
from qingjian.detectors.instruments.fold import fold

MOST = 100
LONGEST = 600
BLANK = "＿"
_EARLIER = 90
_PAIRS = re.compile(
    rf"“(?P<a>[^“”]{{1,{LONGEST}}})”|「(?P<b>[^「」]{{1,{LONGEST}}})」|"
    rf"『(?P<c>[^『』]{{1,{LONGEST}}})』|‘(?P<d>[^‘’]{{1,{LONGEST}}})’"
)
_STRAIGHT = re.compile(r"[\"＂“”]")
_LINE = re.compile(r"[^\n]+")
_END = re.compile(r"[。！？!?\n；;]")
_AFTER_COLON = re.compile(
    r"(?:原文|原话|原句|写明|写着|写的是|写道|规定|载明|注明|白纸黑字)[^\s，。,:“”「」\"]{0,4}[:：]\s*"
    r"(?P<words>[^。！？!?\n“”「」『』\"《]{4,200})"
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """
    Words that a text gives as somebody's.

    Args:
        words: without the marks.
        at: their place.
        sentence: place of the sentence they stand in.
        ahead, behind: what stands before and after them in that sentence, folded.
        earlier: the two sentences before it, folded.
        marked: whether they stand between marks.
    """

    words: str
    at: Span
    sentence: Span
    ahead: str
    behind: str
    earlier: str
    marked: bool = True


def quotations(text: str) -> list[Quotation]:
    """Give the first `MOST` quotations in order, none inside another. Cost: linear."""
    places = _places(text)
    plain = list(in_step(text))
    for start, end in places:
        plain[start:end] = BLANK * (end - start)
    bare = "".join(plain)
    marked = [(start, end, True) for start, end in places]
    after = [(*m.span("words"), False) for m in _AFTER_COLON.finditer(bare)]
    free = [one for one in after if BLANK not in bare[one[0] : one[1]]]
    return [_placed(text, bare, *one) for one in sorted((*marked, *free))[:MOST]]


def in_step(text: str) -> str:
    """Fold a text where one character stays one, so that places stay."""
    whole = fold(text)
    if whole.origin is None:
        return whole.text
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    single = np.bincount(whole.origin, minlength=len(codes))[whole.origin] == 1
    codes[whole.origin[single]] = whole.codes[single]
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def _places(text: str) -> list[tuple[int, int]]:
    """Give where quotations stand; straight marks count only where a line has them in pairs."""
    found = [m.span(m.lastgroup or 0) for m in _PAIRS.finditer(text)]
    rest = _PAIRS.sub(lambda m: BLANK * len(m[0]), text)
    for line in _LINE.finditer(rest):
        marks = [m.start() for m in _STRAIGHT.finditer(rest, *line.span())]
        if len(marks) % 2 == 0:
            ends = zip(marks[::2], marks[1::2], strict=True)
            found += [(a + 1, b) for a, b in ends if 1 < b - a <= LONGEST]
    return list(_outer(sorted(found, key=lambda at: (at[0], -at[1]))))


def _outer(places: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last = -1
    for start, end in places:
        if start >= last:
            yield start, end
            last = end


def _placed(text: str, bare: str, start: int, end: int, marked: bool) -> Quotation:
    first = max((m.end() for m in _END.finditer(bare, max(0, start - LONGEST), start)), default=0)
    first = max(first, start - LONGEST)
    m = _END.search(bare, end, end + LONGEST)
    last = m.end() if m else min(len(bare), end + LONGEST)
    if text[end - 1] in "。！？!?" and not re.match(r".?[\s，,、—()（）这]", bare[end : end + 2]):
        last = min(last, end + 1)
    begin = first
    for _ in range(2):
        ends = [x.end() for x in _END.finditer(bare, max(0, begin - _EARLIER), max(0, begin - 1))]
        begin = ends[-1] if ends else max(0, begin - _EARLIER)
    return Quotation(
        text[start:end],
        Span(start, end),
        Span(first, last),
        bare[first : max(first, start - marked)],
        bare[end + marked : last],
        bare[begin:first],
        marked,
    )
