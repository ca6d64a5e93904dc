from __future__ import annotations

import pytest

from qingjian.detectors.instruments.quantities import parse
from qingjian.detectors.instruments.spans import spanned


def how(text: str, source: str) -> str:
    q, *near = parse(text)
    return spanned(q, [*parse(source), *near], text)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("九天", "9月29日至10月7日"),
        ("三个月", "2024/3/5—2024/6/5"),
        ("第二季度", "4月售出260台"),
        ("360期", "贷款期限30年"),
        ("约二百九十年", "唐朝（618年—907年）"),
        ("将近八年", "始于755年12月，至763年2月"),
    ],
)
def test_what_follows_is_told(text: str, source: str) -> None:
    assert how(text, source)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("十二天", "9月29日至10月7日"),
        ("五个月", "2024/3/5—2024/6/5"),
        ("第三季度", "4月售出260台"),
        ("240期", "贷款期限30年"),
        ("二百五十年", "唐朝（618年—907年）"),
        ("3小时", "9月29日至10月7日"),
        ("5公里", "4月5日"),
    ],
)
def test_what_does_not_follow_is_not(text: str, source: str) -> None:
    assert how(text, source) == ""


def test_a_day_that_is_none_is_passed_over() -> None:
    assert how("两天", "2月30日至2月31日") == ""
