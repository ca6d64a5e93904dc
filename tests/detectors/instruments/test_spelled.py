from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.detectors.instruments.spelled import Speller, figures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("二十三天", "23天"),
        ("三千二百元", "3,200块"),
        ("百分之五十", "50%"),
        ("下午三点半", "15:30"),
        ("六点九小时", "6.9小时"),
        ("9月1号", "九月一日"),
        ("10kg、37℃", "十公斤三十七度"),
        ("您將於此處領取", "将于此处领取"),
        ("可以携带", "可携带"),
        ("（甲）——乙；", "甲乙"),
        ("", "，的了"),
    ],
)
def test_other_spellings_give_the_same_letters(one: str, other: str) -> None:
    speller = Speller()
    assert speller.read(one).text == speller.read(other).text


def test_a_number_is_no_part_of_another() -> None:
    speller = Speller()
    assert speller.read("50毫米").text not in speller.read("250毫米").text
    assert len(figures(speller.read("5天和12户").text)) == 2


def test_letters_lead_back_to_the_words() -> None:
    read = Speller().read("共计：二十三天。")
    assert read.quote(2, 4) == "二十三天"
    assert read.quote(2, 2) == ""


@given(st.text(max_size=60))
def test_each_letter_has_its_place(text: str) -> None:
    read = Speller().read(text)
    assert len(read.text) == len(read.origin)
    assert all(0 <= at.start < at.end <= len(text) for at in read.origin)
