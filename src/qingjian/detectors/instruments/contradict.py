"""
Which figures of a text a source has otherwise, and what speaks against taking that for an error.

Pairs of figures that may tell one thing are weighed (`pairing`); of each figure of the text the
likeliest pair is given. Places are code points of the texts as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qingjian.detectors.instruments.align import held, weight
from qingjian.detectors.instruments.contexts import Around, shifted
from qingjian.detectors.instruments.gazetteer import named
from qingjian.detectors.instruments.grounding import stands
from qingjian.detectors.instruments.odds import odds
from qingjian.detectors.instruments.pairing import Pair, pairs
from qingjian.detectors.instruments.quantities import Quantity
from qingjian.detectors.instruments.told import Told

_LEAST_SHARED = 2.5
_LEAST_PAIRS = 3
_LEAST_WORDS = 2
_SAME = 0.3
_TURNED = 2.0
"""Odds of a share that rises in one and falls in the other: not learned."""
_UP = re.compile(r"增[长加多]?|上[升涨调]|提[高升]|涨|升|多了")
_DOWN = re.compile(r"下[降滑调跌]|减[少]?|降|跌|回落|少了|缩|低了")
_NEXT = 6
_YEAR = re.compile(r"(?:19|20)\d\d年")
_CORRECTED = re.compile(
    r"(?:不是|并非|而非|网传|误(?:传|写|说)|谣传|说成|传成|写成|原(?:定|来|先|本)|之前说|错(?:写|说)成)[^。！？\n，,]{0,10}$"
)
_LATER = re.compile(
    r"最新|更新|截至|截止|目前已|后来|现已|改为|改到|调整为|推迟|提前到|延期|上调|下调"
)
_WISHED = re.compile(
    r"预计|估计|可能|也许|大概会|希望|要是|如果|假如|预测|目标|计划|建议|打算|听说好像|猜|我赌|撑死"
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """
    A figure of a text, the figure that a source has instead, and what speaks against it.

    Args:
        q, here: the figure and what stands around it.
        source: index of the source.
        k, there: its figure and what stands around that.
        odds: logarithm of the odds that it is an error.
        against: why it may be none.
    """

    q: Quantity
    here: Around
    source: int
    k: Quantity
    there: Around
    odds: float
    against: tuple[str, ...]


def contradictions(
    text: Told, sources: Sequence[Told], weights: Mapping[str, float], least: float
) -> Iterator[Contradiction]:
    """
    Give the figures of a text that a source has otherwise, each with the likeliest figure.

    Args:
        text: taken apart.
        sources: what it is held against.
        weights: of the facts of a pair, see `pairing`.
        least: logarithm of the odds from which on a pair is given.
    """
    best: dict[Quantity, tuple[float, int, Pair]] = {}
    for i, source in enumerate(sources):
        if len(text.words & source.words) < _LEAST_WORDS:
            continue
        for pair in pairs(text, source):
            likely = odds(pair.facts, weights)
            if likely >= least and likely > best.get(pair.q, (least - 1,))[0]:
                best[pair.q] = likely, i, pair
    for q, here in zip(text.figures, text.around, strict=True):
        if turned := _turned(q, here, sources):
            yield turned
        elif q in best and not _elsewhere_right(q, best[q][1], sources):
            likely, i, p = best[q]
            against = tuple(_against(text.text, p, sources[i]))
            yield Contradiction(q, here, i, p.k, p.there, likely, against)


def _elsewhere_right(q: Quantity, but: int, sources: Sequence[Told]) -> bool:
    """Whether another source than one has a figure as the text has it."""
    return any(stands(q, s.figures, s.plain) for i, s in enumerate(sources) if i != but)


def _turned(q: Quantity, here: Around, sources: Sequence[Told]) -> Contradiction | None:
    """Give a share that a source has too, but rising where the text lets it fall."""
    if q.unit != "%":
        return None
    for i, t in enumerate(sources):
        for k, there in zip(t.figures, t.around, strict=True):
            if k.unit == "%" and k.value == q.value and _anchored(here, t):
                ways = _way(here), _way(there)
                if set(ways) == {"up", "down"}:
                    return Contradiction(q, here, i, k, there, _TURNED, ())
                return None
    return None


def _way(around: Around) -> str:
    """Give whether what stands ahead of a share, or else behind it, rises or falls."""
    for text in (around.left[-_NEXT:], around.right):
        up, down = (max((m.end() for m in p.finditer(text)), default=0) for p in (_UP, _DOWN))
        if up != down:
            return "up" if up > down else "down"
    return ""


def _anchored(here: Around, told: Told) -> bool:
    """Whether a sentence speaks of what a source speaks of."""
    if held(here.sentence, told.letters) < _SAME:
        return False
    both = set(here.sentence) & set(told.letters)
    words = {here.sentence[i : i + 2] for i in range(len(here.sentence) - 1)}
    alike = sum(word in told.letters for word in words)
    return sum(map(weight, both)) >= _LEAST_SHARED or alike >= _LEAST_PAIRS


def _against(body: str, pair: Pair, told: Told) -> Iterator[str]:
    here = pair.here
    line = body[here.at.start : here.at.end]
    if m := _CORRECTED.search(body[max(0, pair.q.start - 16) : pair.q.start]):
        yield f"it corrects this: {m[0]}"
    for pattern, what in ((_LATER, "it may be newer"), (_WISHED, "it does not state it")):
        if (m := pattern.search(line)) and m[0] not in told.text:
            yield f"{what}: {m[0]}"
    year = _YEAR.match(pair.explained.moved)
    if word := shifted(line, told.text) or (year[0] if year else ""):
        yield f"it may speak of another time or matter: {word}"
    if place := _other_place(body, told):
        yield f"it names another place: {place}"
    if pair.q.kind == "date" and not (pair.q.value % 10_000 or pair.k.value % 10_000):
        yield "it may speak of another year"
    if pair.explained.within:
        yield f"it lies within what the source says: {pair.explained.within}"


def _other_place(body: str, told: Told) -> str:
    """Give a place that a text names when its source speaks of none of the text's places."""
    theirs = list(named(told.text))
    places = list(named(body))
    if any(p.name in told.text or any(not p.apart(t) for t in theirs) for p in places):
        return ""
    return places[0].name if places else ""
