from __future__ import annotations

import pytest

from qingjian.detectors.instruments.likeness import crossed, of_both, of_figure
from qingjian.detectors.instruments.told import told


def facts(text: str, source: str) -> dict[str, float]:
    one, other = told(text), told(source)
    q, here, k, there = one.figures[0], one.around[0], other.figures[0], other.around[0]
    own = of_figure(q, here, one, other, 1)
    return own | of_both(q, here, k, there, one, other)


@pytest.mark.parametrize(
    ("text", "source", "fact"),
    [
        ("门票180元", "门票120元", "one_digit"),
        ("门票1200元", "门票120元", "same_digits"),
        ("门票210元", "门票120元", "moved_digits"),
        ("停水5月3日", "停水5月13日", "same_month"),
        ("补贴大概300元", "补贴200元", "about"),
        ("我交了300元", "交200元", "first"),
    ],
)
def test_a_fact_is_seen(text: str, source: str, fact: str) -> None:
    assert facts(text, source)[fact] == 1


def test_what_stands_around_both_is_compared() -> None:
    near, far = facts("旺季门票180元", "旺季门票120元"), facts("午饭吃了180元", "旺季门票120元")
    assert near["left"] > far["left"]
    assert (near["named"], far["named"]) == (1, 0)


def test_facts_that_tell_more_together_are_added() -> None:
    base = facts("旺季门票180元", "旺季门票120元") | {"common": 1.5}
    made = crossed(base)
    assert made["common_left"] == 1.5 * base["left"]
    assert made["date_left"] == 0
