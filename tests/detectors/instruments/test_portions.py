from __future__ import annotations

import pytest

from qingjian.detectors.instruments.portions import portioned
from qingjian.detectors.instruments.quantities import parse


def how(text: str, source: str, at: int = -1) -> str:
    figures = parse(text)
    q = figures.pop(at)
    return portioned(q, parse(source), figures)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("一公斤面粉配20克酵母", "面粉500克、酵母10克、温水260毫升"),
        ("总共432户", "6栋住宅楼，每栋18层，每层4户"),
        ("多18天", "自转243个地球日，公转225个地球日"),
    ],
)
def test_what_is_in_proportion_is_told(text: str, source: str) -> None:
    assert how(text, source)


def test_the_amount_that_is_taken_for_an_example_is_told_too() -> None:
    assert how("两升牛奶就得配12克盐", "牛奶500毫升，盐3克", at=0) == "500 to 3, so 12"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("一公斤面粉配25克酵母", "面粉500克、酵母10克、温水260毫升"),
        ("总共450户", "6栋住宅楼，每栋18层，每层4户"),
        ("多20天", "自转243个地球日，公转225个地球日"),
        ("20元", "门票"),
    ],
)
def test_what_is_not_in_proportion_is_not(text: str, source: str) -> None:
    assert how(text, source) == ""
