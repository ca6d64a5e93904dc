from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.types import Span
from qingjian.detectors.instruments.quotations import MOST, in_step, quotations


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("他说“今天”，她说「明天」", ["今天", "明天"]),
        ("『外面「里面」』‘单的’", ["外面「里面」", "单的"]),
        ('规定"不得入内"和"不得外出"', ["不得入内", "不得外出"]),
        ("规定”不得入内”", ["不得入内"]),
        ("原文：不得带手机入校。别的", ["不得带手机入校"]),
        ("原文：“不得带手机入校”", ["不得带手机入校"]),
        ("规定：“甲”，写明：乙丙丁戊", ["甲", "乙丙丁戊"]),
        ("“没有合上", []),
        ('一个" 不成对', []),
        ("it's ‘fine", []),
        ("", []),
    ],
)
def test_words_between_marks_and_after_a_colon_are_given(text: str, words: list[str]) -> None:
    assert [q.words for q in quotations(text)] == words


def test_places_and_surroundings_leave_out_other_quotations() -> None:
    text = "开头。第一句！通知写“甲乙”，又写“丙丁”，完。后面"
    _, q = quotations(text)
    assert q.at == Span(text.index("丙"), text.index("丁") + 1)
    assert q.ahead == "通知写“＿＿”,又写"
    assert q.behind == ",完。"
    assert q.earlier == "开头。第一句!"
    assert text[q.sentence.start : q.sentence.end].startswith("通知写")


def test_many_are_cut_off() -> None:
    assert len(quotations("“甲”" * 10_000)) == MOST


@given(st.text(max_size=60))
def test_folding_in_step_keeps_places(text: str) -> None:
    assert len(in_step(text)) == len(text)


@given(st.text(alphabet='“”「」"原文：甲乙。\n\ud800', max_size=60))
def test_every_quotation_stands_where_it_says(text: str) -> None:
    for q in quotations(text):
        assert text[q.at.start : q.at.end] == q.words
