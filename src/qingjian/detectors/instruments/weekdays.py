"""
Days of the week that a text names, each run of them as one: 每周二、周四, 星期日.
"""

from __future__ import annotations

import re
from decimal import Decimal

from qingjian.detectors.instruments.quantities import Quantity

UNIT = "weekday"
_DAYS = "一二三四五六日"
_DAY = r"[一二三四五六日天](?![天个名年月级点期十百千万])"
_NAMED = re.compile(rf"(?:每?周|星期|礼拜)({_DAY}(?:[、和及与到至~-]?(?:周|星期|礼拜)?{_DAY})*)")


def weekdays(text: str) -> list[Quantity]:
    """Give each run of days as a code whose value has one bit a day, Monday the lowest."""
    found = []
    for m in _NAMED.finditer(text):
        bits = {1 << _DAYS.index("日" if c == "天" else c) for c in m[1] if c in _DAYS or c == "天"}
        found.append(Quantity(Decimal(sum(bits)), UNIT, *m.span(), "code", m[0]))
    return found


def same_day(one: Quantity, other: Quantity) -> bool:
    """Whether two runs have a day in common."""
    return bool(int(one.value) & int(other.value))
