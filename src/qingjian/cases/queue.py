"""
What comes first: severity, confidence and reach against the clock.

Cases are taken in the order of `rank`, a time: when the case is due, earlier by half a day for each
doubling of its weight. It never has to be computed anew as time passes, so an index gives the next
case. Sealed cases come before all others, then those about minors, then those that an authority's
order names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from qingjian.cases.case import Case, Seen

HOUR_S = 3_600.0
REVIEW_HOURS: Mapping[str, int] = {"high": 24, "medium": 72, "low": 168, "info": 336}
"""By when a case should be reviewed, by the severity of its strongest finding."""
APPROVAL_HOURS = 24
REPORTED_HOURS = 72
_WEIGHTS: Mapping[str, float] = {"high": 8.0, "medium": 4.0, "low": 2.0, "info": 1.0}
_DOUBLING_S = 12 * HOUR_S
_FIRST_S = 1e9
_ORDERED_S = _FIRST_S / 2
MINORS = "minors"
SEALED = "sealed"
"""Of cases whose contents are shown to nobody but whom the role is for; it comes before all."""
OTHER = "other"
_ROWS_OF_MINORS = ("2.7.", "1.6.minors")


def weight(seen: Iterable[Seen], reach: int, voices: int) -> float:
    """Give how heavy a case is: the strongest finding, times reach, times voices that reported."""
    strongest = max((_WEIGHTS[s.severity] * max(s.confidence, 0.05) for s in seen), default=1.0)
    return strongest * (1 + math.log10(1 + max(reach, 0))) * (1 + math.log2(1 + voices))


def rank(case: Case) -> float:
    """Give the time that a case is taken by, in UTC epoch seconds; lower comes first."""
    if case.task is None:
        return math.inf
    heavy = weight(case.seen, case.reach, len(case.reporters))
    first = _FIRST_S * {SEALED: 2.0, MINORS: 1.0}.get(case.queue, 0.0)
    if case.task.kind != "appeal" and any(not one.over for one in case.orders):
        first += _ORDERED_S
    return case.task.due_at - _DOUBLING_S * math.log2(max(heavy, 0.01)) - first


def queue_of(rows: Iterable[str]) -> str:
    """Give the queue of rows of the notice: their problem class, minors before all."""
    listed = sorted(rows)
    if any(row.startswith(_ROWS_OF_MINORS) for row in listed):
        return MINORS
    first = next((row for row in listed if row[:1] in "12"), "")
    return ".".join(first.split(".")[:2]) if first else OTHER
