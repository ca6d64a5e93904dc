"""
How a length of time, a quarter or a count of instalments follows from dates and lengths elsewhere.

What is found is told in words, since a person can check it at once. Dates without a year are taken
to be of the year that another of them has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from qingjian.detectors.instruments.quantities import Quantity

MOST_DATES = 12
_DAY_S = 86_400
_LEAP = 2024
_ABOUT = re.compile(r"[约近]|大概|大致|左右|上下|差不多|将近|不到|超过|[多余来几]")
_OLD = 100
"""A number of years from which on it may be a year."""


def spanned(q: Quantity, known: Sequence[Quantity], line: str) -> str:
    """
    Give in words which dates or lengths a figure follows from; empty when from none.

    Args:
        q: a length of time, a quarter, or a count of instalments.
        known: figures of the sources and of the sentence.
        line: its sentence.
    """
    if q.unit == "季度":
        months = {int(k.value) // 100 % 100 for k in known if k.kind == "date"}
        months |= {int(k.said) for k in known if k.unit == "月" and k.said <= 12}
        return "the quarter of a month" if any((m + 2) // 3 == q.value for m in months if m) else ""
    if q.unit == "期" and any(k.unit == "月" and k.value == q.value for k in known):
        return "so many months"
    if q.kind != "number" or q.unit not in ("s", "月", "岁"):
        return ""
    if q.unit == "s":
        return _in_days(q, known)
    gap = next(_years(q, known, bool(_ABOUT.search(line))), "")
    return gap or _in_months(q, known)


def _in_days(q: Quantity, known: Sequence[Quantity]) -> str:
    """Give two dates so many days apart, both ends counted or not."""
    if q.value % _DAY_S:
        return ""
    said = int(q.value) // _DAY_S
    for one, other in combinations(list(_days(known))[:MOST_DATES], 2):
        if said in (abs((one - other).days) + off for off in (-1, 0, 1)) and said:
            return f"{one:%m-%d} to {other:%m-%d}"
    return ""


def _in_months(q: Quantity, known: Sequence[Quantity]) -> str:
    if q.unit != "月":
        return ""
    for one, other in combinations(list(_days(known))[:MOST_DATES], 2):
        months = abs((one.year - other.year) * 12 + one.month - other.month)
        if q.value in (months, months + 1) and months:
            return f"{one:%m} to {other:%m}"
    return ""


def _years(q: Quantity, known: Sequence[Quantity], about: bool) -> Iterator[str]:
    """Give two years so many years apart; years before 1000 are written as plain numbers."""
    whole = q.value / 12 if q.unit == "月" else q.value
    years = {int(k.value) // 10_000 for k in known if k.kind == "date"}
    years |= {int(k.said) for k in known if k.unit == "月" and _OLD <= k.said == k.value / 12}
    for one, other in combinations(sorted(years - {0}), 2):
        off = max(1, (other - one) // 50) if about else 0
        if whole and abs(other - one - whole) <= off:
            yield f"{one} to {other}"


def _days(known: Sequence[Quantity]) -> Iterator[date]:
    dates = [int(k.value) for k in known if k.kind == "date"]
    same = next((d // 10_000 for d in dates if d >= 10_000), _LEAP)
    for d in dates:
        year, month, day = d // 10_000, d // 100 % 100, d % 100
        if month:
            try:
                yield date(year or same, month, day or 1)
            except ValueError:
                continue
