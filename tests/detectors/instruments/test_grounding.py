from __future__ import annotations

from decimal import Decimal

import pytest

from qingjian.detectors.instruments.grounding import follows, is_label, nearest, stands
from qingjian.detectors.instruments.quantities import parse


@pytest.mark.parametrize(
    ("said", "source", "there"),
    [
        ("五人", "5名", True),
        ("5户", "5人", False),
        ("0.08", "0.08mg", True),
        ("50元", "50%", False),
        ("GB 1234", "GB 1234-2020", True),
        ("第3条", "第三条", True),
        ("3月5日", "2021年3月5日", True),
    ],
)
def test_a_detail_stands_in_whatever_spelling(said: str, source: str, there: bool) -> None:
    assert stands(parse(said)[0], parse(source), source) is there


@pytest.mark.parametrize(
    ("text", "source", "so"),
    [
        ("合计15元", "7元,8元", True),
        ("收15元", "7元,8元", False),
        ("约1200人", "1186人", True),
        ("1.2万人", "12,345人", True),
        ("近一吨", "950kg", True),
        ("超过2000人", "2150人", True),
        ("占7%", "2.1亿元,30亿元", True),
        ("其中540人支持", "1200份,45%", True),
    ],
)
def test_what_follows_from_two_numbers(text: str, source: str, so: bool) -> None:
    assert follows(parse(text)[0], parse(source), Decimal("0.05"), text) is so


def test_the_nearest_is_of_the_same_unit() -> None:
    known = [(q, ["x", "yy", "zzz"][i]) for i, q in enumerate(parse("1元,9元,7克"))]
    assert nearest(parse("7元")[0], known) == "yy"
    assert nearest(parse("7米")[0], known) == ""


@pytest.mark.parametrize("text", ["1. 备份", "步骤12", "[3]", "③手机", "第一次"])
def test_numbers_of_lists_and_references_are_labels(text: str) -> None:
    assert is_label(text, parse(text)[0])
