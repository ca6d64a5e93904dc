"""
How likely it is that a figure of a text and a figure of a source tell one thing, and differ.

For each pair of figures of one kind facts are taken, each a number of about 0 to 2: what stands
around both, how much text and source have in common, how the figures differ, what may explain it.
Their weights were learned (`tools/train_facts.py`); the sum is the logarithm of the odds. A figure
that stands in the source is paired only where another of the source fits its place clearly better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from qingjian.detectors.instruments.compare import elsewhere, unnamed
from qingjian.detectors.instruments.contexts import Around, has_pair, shared, shifted
from qingjian.detectors.instruments.grounding import follows, is_label, stands
from qingjian.detectors.instruments.likeness import (
    LEAST_BARE,
    NEXT,
    crossed,
    of_both,
    of_figure,
)
from qingjian.detectors.instruments.odds import Facts
from qingjian.detectors.instruments.quantities import Quantity, parse
from qingjian.detectors.instruments.reckon import reckoned
from qingjian.detectors.instruments.told import Told, fields
from qingjian.detectors.instruments.weekdays import UNIT as WEEKDAY
from qingjian.detectors.instruments.weekdays import same_day

MOST_OPTIONS = 8
_NEAR = Decimal("0.05")
_PEOPLE = frozenset(("人", "人次", "个", "名", "位", "例", "户", "辆", "台", "所", "座", "家"))
_CLEARLY = 0.4
_HALF = 0.5
_RANGE = re.compile(r"\s?(?:[-~～—–至到]|--|——)\s?")
_AT_MOST = re.compile(r"以下|以内|之内")


class Explained(NamedTuple):
    """What may explain that two figures differ, each in words; empty for nothing."""

    reckoned: str
    moved: str
    unnamed: str
    within: str


@dataclass(frozen=True, slots=True)
class Pair:
    """
    A figure of a text and one of a source, what stands around both, and what is known of them.

    Args:
        q, here: the text's figure.
        k, there: the source's.
        facts: by name, as the module says.
        explained: what may explain the difference.
    """

    q: Quantity
    here: Around
    k: Quantity
    there: Around
    facts: Facts
    explained: Explained


def pairs(text: Told, source: Told) -> Iterator[Pair]:
    """Give the pairs of figures that may tell one thing otherwise, `MOST_OPTIONS` a figure."""
    options = [
        (q, here, sorted(_options(text, q, here, source), key=lambda o: -_fit(here, o[1])))
        for q, here in zip(text.figures, text.around, strict=True)
    ]
    both = _of_texts(text, source, sum(bool(found) for *_, found in options))
    lost = unnamed(text.text, source.text)
    lost = "" if lost and _is_dated(text, source) else lost
    for q, here, found in options:
        if not found:
            continue
        line = text.text[here.at.start : here.at.end]
        how, moved = _reckoned(q, text, source), _moved(line, source, q)
        own = both | of_figure(q, here, text, source, len(found))
        for k, there, swap in found[:MOST_OPTIONS]:
            explained = Explained(how, moved, lost, _within(q, source, k))
            flags = {name: float(bool(words)) for name, words in explained._asdict().items()}
            facts = own | of_both(q, here, k, there, text, source) | flags
            yield Pair(q, here, k, there, crossed(facts | {"swap": float(swap)}), explained)


def _of_texts(text: Told, source: Told, unmatched: int) -> Facts:
    """Give the facts of two texts whatever the figures."""
    known = [q for q in text.figures if stands(q, source.figures, source.plain)]
    telling = [q for q in known if q.kind != "number" or q.unit or q.value > LEAST_BARE]
    return {
        "bias": 1.0,
        "common": min(len(text.words & source.words), 12) / 6,
        "matched": min(len(telling), 4) / 2,
        "unmatched": min(unmatched, 4) / 2,
    }


def _options(
    text: Told, q: Quantity, here: Around, source: Told
) -> Iterator[tuple[Quantity, Around, bool]]:
    """Give the source's figures that a figure may be told instead of, and whether it is swapped."""
    known = list(zip(source.figures, source.around, strict=True))
    if q.unit == WEEKDAY:
        there = [(k, a) for k, a in known if k.unit == WEEKDAY]
        if not any(same_day(q, k) for k, _ in there):
            yield from ((k, a, False) for k, a in there)
        return
    if is_label(text.text, q) or _is_cut(q, source):
        return
    alike = [(k, a) for k, a in known if _comparable(q, k) and not _is_told(k, text.figures)]
    if not stands(q, source.figures, source.plain):
        yield from ((k, a, False) for k, a in alike)
    elif q.kind == "number" and (q.unit or q.value >= LEAST_BARE):
        own = [_fit(here, a) for k, a in known if stands(q, [k], "")]
        for k, a in alike if own else ():
            if shared(here.left, a.left) > _HALF and _fit(here, a) - max(own) >= _CLEARLY:
                yield k, a, True


def _is_cut(q: Quantity, source: Told) -> bool:
    """Whether it is a length of time that a source tells to the second."""
    return q.unit == "s" and any(
        k.unit == "s" and k.value % 60 and 0 < k.value - q.value < 60 for k in source.figures
    )


def _fit(here: Around, there: Around) -> float:
    """Give how much of what stands around two figures is the same, 0 to 3."""
    near = has_pair(here.left[-NEXT:], there.left[-NEXT:])
    return shared(here.left, there.left) + shared(here.right, there.right) + near


def _comparable(q: Quantity, k: Quantity) -> bool:
    """Whether two figures may tell one thing: the same kind and unit, or money without its unit."""
    if (
        q.kind != k.kind
        or q.kind == "code"
        or not (q.unit or q.kind != "number" or q.value >= LEAST_BARE)
    ):
        return False
    if q.kind == "date":
        return any(a and b for a, b in zip(fields(q.value), fields(k.value), strict=True))
    units = {q.unit, k.unit}
    if q.kind == "number" and not q.unit:
        return k.unit == "元" or (not k.unit and _is_large(q, k))
    return len(units) == 1 or units <= _PEOPLE or (units <= {"", "元"} and _is_large(q, k))


def _reckoned(q: Quantity, text: Told, source: Told) -> str:
    """Give how a figure follows from the source; empty when it does not."""
    if q.unit == WEEKDAY:
        return ""
    if how := reckoned(q, source.figures, text.figures, text.text):
        return how
    rounded = follows(q, source.figures, _NEAR, text.text)
    return "it is rounded or added up" if rounded else ""


def _moved(line: str, source: Told, q: Quantity) -> str:
    """Give the time or place that a sentence names and its source does not, but for the figure."""
    if word := shifted(line, source.text) or elsewhere(line, source.text):
        return word
    dates = [d for d in parse(line) if d.kind == "date" and q.kind != "date"]
    return next((line[d.start : d.end] for d in dates if not stands(d, source.figures, "")), "")


def _within(q: Quantity, source: Told, k: Quantity) -> str:
    """Give the range or bound of a source that a figure lies in."""
    at = source.figures.index(k)
    for one, other in pairwise(source.figures[max(0, at - 1) : at + 2]):
        between = source.text[one.end : other.start]
        if _RANGE.fullmatch(between) and one.said <= q.said <= other.said:
            return source.text[one.start : other.end]
    if _AT_MOST.match(source.text, k.end) and q.value <= k.value:
        return source.text[k.start : k.end + 2]
    return ""


def _is_dated(text: Told, source: Told) -> bool:
    """Whether a text has a date, or a figure of three digits, of a source."""
    telling = [f for f in text.figures if f.kind == "date" or len(str(int(f.said))) > 2]
    return any(stands(f, source.figures, "") for f in telling)


def _is_told(k: Quantity, figures: Sequence[Quantity]) -> bool:
    """Whether a text also has the figure of the source."""
    return any(stands(k, [q], "") for q in figures)


def _is_large(*figures: Quantity) -> bool:
    return all(abs(q.value) >= 100 for q in figures)
