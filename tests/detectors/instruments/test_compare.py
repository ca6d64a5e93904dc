from __future__ import annotations

import pytest

from qingjian.detectors.instruments.compare import differing, elsewhere, turned
from qingjian.detectors.instruments.quantities import parse


@pytest.mark.parametrize(
    ("text", "other", "differs"),
    [
        ("收费5元", "收费五块", ""),
        ("收费8元", "收费5元", "8元 here, 5元 there"),
        ("大约2万人", "19800人", ""),
        ("9月3日开始", "9月1日开始", "9月3日 here, 9月1日 there"),
        ("用了三天", "收费5元", ""),
        ("一家人", "共5家", ""),
    ],
)
def test_a_figure_differs_when_it_is_not_the_same_in_another_spelling(
    text: str, other: str, differs: str
) -> None:
    assert differing(parse(text), text, parse(other), other) == differs


@pytest.mark.parametrize(
    ("text", "statement", "is_turned"),
    [
        ("微波炉加热不会致癌", "微波炉加热会致癌", True),
        ("没有农药污染", "水源被农药污染", True),
        ("手机不能降低辐射", "手机不能降低辐射", False),
        ("千万别同吃，会中毒", "同吃会中毒", False),
        ("不仅致癌还致死", "致癌致死", False),
        ("票价下调", "票价上调", True),
        ("免费停车", "停车要收费", True),
        ("立不起来", "竖起来", False),
    ],
)
def test_a_text_that_says_the_opposite_is_told(text: str, statement: str, is_turned: bool) -> None:
    assert bool(turned(text, statement)) is is_turned


@pytest.mark.parametrize(
    ("text", "statement", "other"),
    [
        ("新民路小学停课", "海宁路小学停课", "新民路 here, 海宁路 there"),
        ("海宁路小学停课", "海宁路小学停课", ""),
        ("学校停课了", "海宁路小学停课", ""),
        ("今年小学开学", "共有小学十所", ""),
        ("海宁路和新民路", "海宁路", ""),
    ],
)
def test_another_place_of_the_same_kind_is_told(text: str, statement: str, other: str) -> None:
    assert elsewhere(text, statement) == other
