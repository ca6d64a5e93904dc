"""
Which figures of a text a source has otherwise, and what speaks against taking that for an error.

Two figures tell one thing when what stands ahead of them, or behind them, is the same and the
sentence speaks of what the source speaks of. Places are code points of the texts as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from qingjian.detectors.instruments.align import held, weight
from qingjian.detectors.instruments.compare import elsewhere, unnamed
from qingjian.detectors.instruments.contexts import (
    Around,
    around,
    has_pair,
    letters,
    shared,
    shifted,
)
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.grounding import follows, is_idle, is_label, stands
from qingjian.detectors.instruments.quantities import Quantity, parse
from qingjian.detectors.instruments.units import COUNTERS

_NEAR = Decimal("0.05")
_PEOPLE = frozenset(("人", "人次", "个", "名", "位", "例", "户", "辆", "台", "所", "座", "家"))
_LEAST_SHARED = 2.5
_LEAST_PAIRS = 3
_LEAST_BARE = 10
_UP = re.compile(r"增[长加多]?|上[升涨调]|提[高升]|涨|升|多了")
_DOWN = re.compile(r"下[降滑调跌]|减[少]?|降|跌|回落|少了|缩|低了")
_NEXT = 6
_BESIDE = 3
_PLAIN = frozenset("个人次名位元年月天日号分点种家项条")
_RANGE = re.compile(r"\s?(?:[-~～—–至到]|--|——)\s?")
_AT_MOST = re.compile(r"以下|以内|之内")
_MOST_FIGURES = 300
_CORRECTED = re.compile(
    r"(?:不是|并非|而非|网传|误(?:传|写|说)|谣传|说成|传成|写成|原(?:定|来|先|本)|之前说|错(?:写|说)成)[^。！？\n，,]{0,10}$"
)
_LATER = re.compile(
    r"最新|更新|截至|截止|目前已|后来|现已|改为|改到|调整为|推迟|提前到|延期|上调|下调"
)
_WISHED = re.compile(
    r"预计|估计|可能|也许|大概会|希望|要是|如果|假如|预测|目标|计划|建议|打算|听说好像|猜"
)


@dataclass(frozen=True)
class Told:
    """
    A source taken apart, so that it is done once.

    Args:
        text: its words.
        letters: its letters without figures.
        figures: its figures, and what stands around each.
        plain: its words without blanks, folded.
    """

    text: str
    letters: str
    figures: tuple[Quantity, ...]
    around: tuple[Around, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """
    A figure of a text, the figure that a source has instead, and what speaks against it.

    Args:
        q, here: the figure and what stands around it.
        source: index of the source.
        k, there: its figure and what stands around that.
        against: why it may be no error.
    """

    q: Quantity
    here: Around
    source: int
    k: Quantity
    there: Around
    against: tuple[str, ...]


def told(text: str) -> Told:
    """Take a source apart. Cost: linear."""
    figures = tuple(parse(text)[:_MOST_FIGURES])
    plain = re.sub(r"[\s_-]", "", folded(text))
    return Told(text, letters(text), figures, tuple(around(text, figures)), plain)


def contradictions(
    body: str, sources: Sequence[Told], ahead: float, behind: float, same: float
) -> Iterator[Contradiction]:
    """
    Give the figures of a text that a source has otherwise, each with the closest figure.

    Args:
        body: the text.
        sources: what it is held against.
        ahead: share of what stands ahead of both figures from which on they tell of one thing.
        behind: the same for what stands behind them.
        same: least share of the text's sentence that the source has.
    """
    figures = parse(body)[:_MOST_FIGURES]
    for q, here in zip(figures, around(body, figures), strict=True):
        if turned := _turned(q, here, sources):
            yield turned
            continue
        idle = is_label(body, q) or any(is_idle(q, t.figures) for t in sources)
        if (idle and not _is_large(q)) or any(_has(t, q, body) for t in sources):
            continue
        options = [
            (_alike(here, there, ahead, behind) + _only(q, k, figures, t.figures), i, k, there)
            for i, t in enumerate(sources)
            if _anchored(here, t, same)
            for k, there in zip(t.figures, t.around, strict=True)
            if _comparable(q, k) and not _is_told(k, figures)
        ]
        best = max(options, default=None, key=lambda o: o[0])
        if best is not None and best[0] > 0:
            _, i, k, there = best
            against = tuple(_against(body, q, here, sources[i], k))
            yield Contradiction(q, here, i, k, there, against)


def _has(told: Told, q: Quantity, body: str) -> bool:
    """Whether a source says a figure, in whatever spelling, or it follows from what it says."""
    return stands(q, told.figures, told.plain) or follows(q, told.figures, _NEAR, body)


def _is_dated(body: str, told: Told) -> bool:
    """Whether a text has a date, or a figure of three digits, of a source."""
    telling = [f for f in parse(body) if f.kind == "date" or len(str(int(f.said))) > 2]
    return any(stands(f, told.figures, "") for f in telling)


def _turned(q: Quantity, here: Around, sources: Sequence[Told]) -> Contradiction | None:
    """Give a share that a source has too, but rising where the text lets it fall."""
    if q.unit != "%":
        return None
    for i, t in enumerate(sources):
        for k, there in zip(t.figures, t.around, strict=True):
            if k.unit == "%" and k.value == q.value and _anchored(here, t, 0.3):
                ways = _way(here), _way(there)
                if set(ways) == {"up", "down"}:
                    return Contradiction(q, here, i, k, there, ())
                return None
    return None


def _way(around: Around) -> str:
    """Give whether what stands ahead of a share, or else behind it, rises or falls."""
    for text in (around.left[-_NEXT:], around.right):
        up, down = (max((m.end() for m in p.finditer(text)), default=0) for p in (_UP, _DOWN))
        if up != down:
            return "up" if up > down else "down"
    return ""


def _comparable(q: Quantity, k: Quantity) -> bool:
    """Whether two figures may tell one thing: the same kind and unit, or money without its unit."""
    if (
        q.kind != k.kind
        or q.kind == "code"
        or not (q.unit or q.kind != "number" or q.value >= _LEAST_BARE)
    ):
        return False
    if q.kind == "date":
        return any(a and b for a, b in zip(_fields(q.value), _fields(k.value), strict=True))
    units = {q.unit, k.unit}
    if q.kind == "number" and not q.unit:
        return k.unit == "元" or (not k.unit and _is_large(q, k))
    return len(units) == 1 or units <= _PEOPLE or (units <= {"", "元"} and _is_large(q, k))


def _fields(date: Decimal) -> tuple[int, int, int]:
    return int(date) // 10000, int(date) // 100 % 100, int(date) % 100


def _is_told(k: Quantity, figures: Sequence[Quantity]) -> bool:
    """Whether a text also has the figure of the source."""
    return any(stands(k, [q], "") for q in figures)


def _is_large(*figures: Quantity) -> bool:
    return all(abs(q.value) >= 100 for q in figures)


def _anchored(here: Around, told: Told, same: float) -> bool:
    """Whether a sentence speaks of what a source speaks of."""
    if held(here.sentence, told.letters) < same:
        return False
    both = set(here.sentence) & set(told.letters)
    words = {here.sentence[i : i + 2] for i in range(len(here.sentence) - 1)}
    alike = sum(word in told.letters for word in words)
    return sum(map(weight, both)) >= _LEAST_SHARED or alike >= _LEAST_PAIRS


def _alike(here: Around, there: Around, ahead: float, behind: float) -> float:
    """Give how much of what stands around two figures is the same; 0 when it is too little."""
    left, right = shared(here.left, there.left), shared(here.right, there.right)
    ours, theirs = here.left[-_NEXT:], there.left[-_NEXT:]
    named = has_pair(ours, theirs) or has_pair(here.right, theirs) or has_pair(ours, there.right)
    named = named or _tells(ours[-_BESIDE:], theirs[-_BESIDE:])
    followed = right >= behind and has_pair(here.right, there.right)
    return left + right + named if left >= ahead or named or followed else 0.0


def _tells(one: str, other: str) -> bool:
    """Whether a character that tells something stands in both."""
    return any(weight(c) == 1 for c in set(one) & set(other))


def _only(q: Quantity, k: Quantity, figures: Sequence[Quantity], known: Sequence[Quantity]) -> bool:
    """Whether both texts count one thing alone in a unit that few things are counted in."""
    if q.unit in _PLAIN or q.unit not in COUNTERS:
        return False
    return sum(f.unit == q.unit for f in figures) == sum(f.unit == k.unit for f in known) == 1


def _moved(line: str, told: Told, q: Quantity) -> str:
    """Give the time or place that a sentence names and its source does not, but for the figure."""
    if word := shifted(line, told.text) or elsewhere(line, told.text):
        return word
    dates = [d for d in parse(line) if d.kind == "date" and q.kind != "date"]
    return next((line[d.start : d.end] for d in dates if not stands(d, told.figures, "")), "")


def _within(q: Quantity, told: Told, k: Quantity) -> str:
    """Give the range or bound of a source that a figure lies in."""
    at = told.figures.index(k)
    for one, other in pairwise(told.figures[max(0, at - 1) : at + 2]):
        between = told.text[one.end : other.start]
        if _RANGE.fullmatch(between) and one.said <= q.said <= other.said:
            return told.text[one.start : other.end]
    if _AT_MOST.match(told.text, k.end) and q.value <= k.value:
        return told.text[k.start : k.end + 2]
    return ""


def _against(body: str, q: Quantity, here: Around, told: Told, k: Quantity) -> Iterator[str]:
    line = body[here.at.start : here.at.end]
    if m := _CORRECTED.search(body[max(0, q.start - 16) : q.start]):
        yield f"it corrects this: {m[0]}"
    for pattern, what in ((_LATER, "it may be newer"), (_WISHED, "it does not state it")):
        if (m := pattern.search(line)) and m[0] not in told.text:
            yield f"{what}: {m[0]}"
    lost = unnamed(body, told.text)
    if lost and not _is_dated(body, told):
        yield f"it names no place that the source names: {lost}"
    if moved := _moved(line, told, q):
        yield f"it may speak of another time or matter: {moved}"
    if bound := _within(q, told, k):
        yield f"it lies within what the source says: {bound}"
