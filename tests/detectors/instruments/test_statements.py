from __future__ import annotations

import pytest

from qingjian.detectors.instruments.statements import checkable, mistrusted, playful


@pytest.mark.parametrize(
    ("passage", "what"),
    [
        ("ai说社保多交120块", "120块"),
        ("ai说每亩补八千", "八千"),
        ("ai说能溶解肾结石", "能溶"),
        ("ai承认下周宣布破产", "下周宣布破产"),
    ],
)
def test_what_can_be_checked_is_given(passage: str, what: str) -> None:
    assert checkable(passage, 3, 0) == what


def test_what_stands_ahead_of_the_citation_counts_too() -> None:
    passage = "降压15个点,ai说的"
    assert checkable(passage, len(passage), 8) == "15个点"
    assert checkable("ai说今天心情不错", 3, 0) == ""


@pytest.mark.parametrize("text", ["这ai胡编的", "真的假的", "有人知道吗", "以公告为准", "别信"])
def test_doubt_is_seen(text: str) -> None:
    assert list(mistrusted(text))


@pytest.mark.parametrize("text", ["ai不会骗人", "不是我瞎说", "还不信?", "大家注意"])
def test_reassurance_is_no_doubt(text: str) -> None:
    assert list(mistrusted(text)) == []


def test_use_and_play_are_seen() -> None:
    assert list(playful("帮我做份旅游攻略")) == ["攻略"]
    assert list(playful("今晚安排")) == []
