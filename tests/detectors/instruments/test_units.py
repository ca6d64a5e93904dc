from __future__ import annotations

import re
from decimal import Decimal

from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.units import COUNTERS, UNIT, base


def test_the_base_and_factor_of_a_form() -> None:
    assert base("毫克") == ("g", Decimal("0.001"))
    assert base("个月") == base("月") == ("月", Decimal(1))
    assert base("光年") == ("光年", Decimal(1))


def test_the_longest_form_is_tried_first() -> None:
    for form in ("毫米汞柱", "平方公里", "公里/小时", "mmol/l", "个百分点"):
        assert re.match(UNIT, form)[0] == form  # type: ignore[index]  # a unit stands there


def test_forms_are_written_as_folding_writes_them() -> None:
    assert folded(COUNTERS) == COUNTERS
    assert len(set(COUNTERS)) == len(COUNTERS)
