from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import Disguised, disguised, raw

from qingjian.detectors.instruments.fold import fold, folded
from qingjian.detectors.instruments.grams import (
    ORDERS,
    SIZE,
    back,
    canonical,
    grams,
    grams_of,
    letters,
)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("加v信 tuxi009", "加v信 \ue011"),
        ("打13800138000", "打\ue012"),
        ("电话400-800-1234,010-12345678", "电话\ue012,\ue012"),
        ("登录 www.ccb-jf.cc/a?b=1", "登录 \ue010"),
        ("登录 http://a.cn", "登录 \ue010"),
        ("写给 a.b@qq.com。", "写给 \ue013。"),
        ("转8000元", "转\ue002元"),
        ("5 55 555 5555 5555555", "\ue000 \ue001 \ue001 \ue002 \ue003"),
        ("卡号6222020200112233", "卡号\ue004"),
        ("2024-01-02", "\ue002\ue001\ue001"),
        ("3.5%", "\ue000\ue000%"),
        ("qq1234 vx88", "\ue011 vx\ue001"),
        ("hello world", "hello world"),
        ("a:b", "ab"),
    ],
)
def test_numbers_links_and_names_become_signs(text: str, signs: str) -> None:
    assert canonical(text) == signs


@given(raw)
def test_n_grams_start_at_every_kept_code_point(text: str) -> None:
    seen = grams_of(text)
    kept = [
        c
        for c in canonical(folded(text))
        if c.isalnum() or "\ue000" <= c < "\ue020" or "\U00020000" <= c < "\U00033480"
    ]
    assert seen.index.shape == (ORDERS + 2, seen.n)
    assert seen.n <= len(kept)
    for order in range(ORDERS):
        row = seen.index[order]
        there = max(seen.n - order, 0)
        assert (row[there:] == -1).all()
        assert ((row[:there] >= 0) & (row[:there] < SIZE)).all()


@given(
    st.sampled_from(["尊敬的用户积分即将清零", "转8000元到a.cn", "ai换脸月卡68"]).flatmap(disguised)
)
def test_a_disguise_changes_nothing(text: Disguised) -> None:
    seen, plain = grams_of(text.text).index, grams_of(text.plain).index
    assert (seen[:ORDERS] == plain[:ORDERS]).all()


def test_equal_n_grams_hash_alike_wherever_they_stand() -> None:
    one, two = grams_of("甲换脸软件乙").index, grams_of("的的换脸软件的").index
    assert one[0, 1:5].tolist() == two[0, 2:6].tolist()
    assert one[1, 1:4].tolist() == two[1, 2:5].tolist()
    assert one[2, 1:3].tolist() == two[2, 2:4].tolist()
    assert len(set(one[:ORDERS][one[:ORDERS] >= 0].tolist())) == 6 + 5 + 4


def test_the_last_text_is_remembered_whatever_its_signals() -> None:
    text = fold("换脸软件")
    first, second = grams(text), grams(text, frozenset({"rule.sells"}))
    assert first.index is second.index
    assert first.signals == frozenset()
    assert second.signals == frozenset({"rule.sells"})
    assert grams(fold("别的")).n == 2


def test_symbols_and_ends_around_a_letter_are_looked_at_apart() -> None:
    plain, shown = grams_of("积分清零").index, grams_of("积分！清零").index
    assert (plain[:ORDERS] == shown[:ORDERS]).all()
    assert (plain[ORDERS:, 1:-1] == -1).all()
    before, after = shown[ORDERS], shown[ORDERS + 1]
    assert [x >= 0 for x in before] == [True, False, True, False]
    assert [x >= 0 for x in after] == [False, True, False, True]
    assert before[2] != grams_of("积分。清零").index[ORDERS, 2]
    assert before[0] == plain[ORDERS, 0]


@given(raw)
def test_every_letter_has_a_range_of_the_text_it_came_from(text: str) -> None:
    body = folded(text)
    seen = letters(canonical(body))
    ranges = back(body, 0, len(seen.codes))
    assert len(ranges) == len(seen.codes)
    assert all(0 <= low < high <= len(body) for low, high in ranges)
    assert ranges == sorted(ranges)
