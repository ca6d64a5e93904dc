from __future__ import annotations

import pytest

from qingjian.core.types import Span
from qingjian.detectors.instruments.asserted import doubts

SAID = "热饭会致癌"


@pytest.mark.parametrize(
    ("around", "why"),
    [
        ("{}，假的", "it says that something is false: 假的"),
        ("别再信{}了", "it says that something is false: 别再信"),
        ("{}，没有科学依据", "it says that something is false: 没有科学依据"),
        ("求证：{}", "it asks: 求证"),
        ("“{}”？", "it asks: 热饭会致癌”"),
        ("小说里写{}", "it is told as play: 小说"),
    ],
)
def test_denial_question_and_play_are_told_with_their_words(around: str, why: str) -> None:
    text = around.format(SAID)
    at = text.index(SAID)
    assert why in list(doubts(text, Span(at, at + len(SAID))))


@pytest.mark.parametrize("around", ["{}，快告诉爸妈", "学会了吗？{}。", "{}！你还敢吃吗"])
def test_a_warning_or_a_question_of_style_is_no_doubt(around: str) -> None:
    text = around.format(SAID)
    at = text.index(SAID)
    assert list(doubts(text, Span(at, at + len(SAID)))) == []
