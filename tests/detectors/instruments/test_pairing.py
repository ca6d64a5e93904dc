from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.detectors.instruments.pairing import Pair, pairs
from qingjian.detectors.instruments.told import told

SOURCE = "春河路每周三停水，影响居民1200户，每户补贴80～120元，比赛用时2小时12分36秒。"


def made(text: str, source: str = SOURCE) -> list[Pair]:
    return list(pairs(told(text), told(source)))


def said(text: str, source: str = SOURCE) -> set[tuple[str, str]]:
    return {(text[p.q.start : p.q.end], source[p.k.start : p.k.end]) for p in made(text, source)}


def test_figures_of_one_kind_are_paired() -> None:
    assert said("停水影响5000户") == {("5000户", "1200户")}
    assert said("春河路周五停水") == {("周五", "每周三")}


@pytest.mark.parametrize(
    "text", ["影响一千二百户", "停水影响1.2千户", "周三停水", "比赛用时2小时12分", "跑了5公里", ""]
)
def test_what_stands_in_the_source_or_has_no_like_is_not_paired(text: str) -> None:
    assert said(text) == set()


def test_a_figure_of_the_source_in_another_s_place_is_paired() -> None:
    source = "旺季门票每人120元，景区停车费10元。"
    assert said("景区停车费120元", source) == {("120元", "10元")}
    assert said("旺季门票120元", source) == set()


def test_what_may_explain_a_difference_is_said() -> None:
    [pair, *_] = made("去年春河路停水，每户补贴90元")
    assert pair.explained.moved == "去年"
    assert pair.explained.within == "80～120元"
    assert pair.facts["within"] == pair.facts["moved"] == 1


@given(st.text(alphabet="门票旺季0123456789元人受伤，。万%年月日周三", max_size=60))
def test_a_text_has_no_pair_with_itself_but_swaps(text: str) -> None:
    assert [p for p in made(text, text) if not p.facts["swap"]] == []


def test_many_figures_take_bounded_time() -> None:
    text = "".join(f"第{n}项补贴{n}元，" for n in range(1000, 4000, 14))
    start = time.monotonic()
    made(text, text.replace("补贴", "补贴约9"))
    assert time.monotonic() - start < 20  # traced and on a busy machine
