"""
Whether a figure is a known one brought to another size: so much for one, so much for many.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import prod

from qingjian.detectors.instruments.quantities import Quantity
from qingjian.detectors.instruments.units import COUNTERS

MOST = 10
_MOST_TIMES = 10_000
_COUNTED = COUNTERS + "户人位名"


def portioned(q: Quantity, known: Sequence[Quantity], near: Sequence[Quantity]) -> str:
    """
    Give in words what a figure is in proportion to; empty for nothing.

    Args:
        q: the figure.
        known: figures of the sources.
        near: figures of its sentence.
    """
    own = [k for k in known if k.kind == "number" and k.value and k.unit][:MOST]
    for a in own:
        for b in own:
            if a is b or a.value == q.value:
                continue
            for c in near:
                if c.kind != "number" or not c.value:
                    continue
                if (a.unit, b.unit) == (q.unit, c.unit) and q.value * b.value == a.value * c.value:
                    return f"{a.said} to {b.said}, so {c.said}"
    return _counted(q, own) or _apart(q, own) or _interest(q, known)


def _counted(q: Quantity, own: Sequence[Quantity]) -> str:
    """Give three counts whose product it is: floors, stairs, flats."""
    counts = [k for k in own if k.unit in _COUNTED and k.said <= _MOST_TIMES]
    for three in combinations(counts, 3):
        if q.unit in _COUNTED and prod(k.said for k in three) == q.said:
            return " times ".join(str(k.said) for k in three)
    return ""


def _apart(q: Quantity, own: Sequence[Quantity]) -> str:
    """Give two counts of one unit that lie so far apart, where the unit is only told after it."""
    for a, b in combinations([k for k in own if k.unit in COUNTERS], 2):
        if a.unit == b.unit and q.unit == "s" and abs(a.said - b.said) == q.said:
            return f"{a.said} less {b.said}"
    return ""


def _interest(q: Quantity, known: Sequence[Quantity]) -> str:
    """Give the sum, the yearly rate and the years whose simple interest it is."""
    if q.unit != "元":
        return ""
    sums = [k.value for k in known if k.unit in ("元", "")]
    rates = [k.value / 100 for k in known if k.unit == "%"]
    years = [k.value / 12 for k in known if k.unit == "月"]
    for a in sums:
        for r in rates:
            for y in years:
                if q.value in (a * r * y, a + a * r * y):
                    return f"{a} at {100 * r:f} % for {y:f} years"
    return ""
