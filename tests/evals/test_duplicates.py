from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.evals.duplicates import near, shingles, templates

SCAM = "您的积分即将过期，请点击 www.a1b2c.cc 兑换礼品，逾期作废"


@pytest.mark.parametrize(
    "other",
    [
        SCAM,
        SCAM.replace("www.a1b2c.cc", "http://zz9.example/p"),
        "您的積分即將過期,请 点击www.q8.cn兑换礼品！逾期作廢",
        SCAM + "。",
        "【商城】" + SCAM,
        "您的积分\u200b即将过期，请点击 www.a1b2c.cc 兑换礼品，逾期作废",
        "您的积分即将过期，请点击 www.a1b2c.cc 兑换礼品",
    ],
)
def test_the_same_text_in_other_clothes_is_near(other: str) -> None:
    assert near([SCAM], [other]) == [(0, other)]
    assert near([other], [SCAM]) == [(0, SCAM)]


@pytest.mark.parametrize(
    "other",
    [
        "",
        "好",
        "您的快递已到驿站，请凭取件码领取",
        "积分规则说明：每消费一元积一分，年底清零，不能兑换现金",
        "明天下午三点开会，地点还是老地方",
    ],
)
def test_another_text_is_not(other: str) -> None:
    assert near([SCAM], [other]) == []


def test_every_pair_is_told_with_its_index() -> None:
    other = "明天下午三点在老地方开会，带上上次的材料"
    assert near([SCAM, other, SCAM], [other, SCAM]) == [(1, other), (0, SCAM), (2, SCAM)]


def test_too_short_texts_are_never_near() -> None:
    assert near(["好的好的"], ["好的好的"]) == []


texts = st.lists(st.text(st.sampled_from("甲乙丙丁戊 ，1a"), max_size=24), max_size=6)


@given(texts, texts, st.sampled_from([0.5, 0.8, 1.0]))
def test_near_is_what_comparing_every_pair_gives(
    ours: list[str], theirs: list[str], least: float
) -> None:
    expected = []
    for text in theirs:
        for i, one in enumerate(ours):
            a, b = shingles(text), shingles(one)
            if len(a & b) >= least * min(len(a), len(b)) and len(a & b) >= 4:
                expected.append((i, text))
    assert sorted(near(ours, theirs, least)) == sorted(expected)


@given(st.text(min_size=8, max_size=40))
def test_a_text_long_enough_is_near_itself(text: str) -> None:
    assert bool(near([text], [text])) is (len(shingles(text)) >= 4)


def test_a_frame_in_too_many_texts_is_told() -> None:
    frame = "恭喜您中奖{}元，请联系 vx{} 领取，回复T退订"
    several = [frame.format(n, f"88{n}ab") for n in (100, 888, 35, 70)]
    assert len(templates(several)) == 1
    assert templates(several[:3]) == []
    assert len(templates(several[:3], most=2)) == 1
    assert templates([*several[:3], frame.replace("中奖", "获奖").format(70, "8870ab")]) == []
    assert templates(["一", "二", "三", "四"], most=1) == []
