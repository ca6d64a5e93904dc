from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.types import Span
from qingjian.detectors.instruments.contexts import (
    LEFT,
    RIGHT,
    around,
    has_pair,
    names,
    near_names,
    people,
    shared,
    shifted,
)
from qingjian.detectors.instruments.quantities import parse


def test_what_stands_around_a_figure_stays_in_its_sentence() -> None:
    text = "昨天下雨。造成3人受伤，均送医院。"
    [one] = around(text, parse(text))
    assert (one.left, one.right, one.sentence) == ("造成", "人受伤"[1:], "造成受伤均送医院")
    assert text[one.at.start : one.at.end] == "造成3人受伤，均送医院"


def test_what_is_shared_is_a_share_of_the_shorter() -> None:
    assert shared("净利润", "公司净利润") == 1
    assert shared("", "公司") == shared("票价", "伤者") == 0
    assert has_pair("一年期定存", "定存利率")
    assert not has_pair("票", "票价")


def test_words_of_another_time_or_matter_are_told() -> None:
    assert shifted("去年也停过水", "春河路停水两天") == "去年"
    assert shifted("去年停水两天", "去年春河路停水两天") == ""


def test_a_name_is_swapped_in_a_sentence_that_is_otherwise_the_same() -> None:
    source = "昨天王女士在红霞路的超市捡到一只钱包。"
    text = "好人好事：昨天李女士在红星路的超市捡到一只钱包！"
    found = {(n.said, n.other) for n in names(text, source)}
    assert found == {("红星路", "红霞路"), ("李女士", "王女士")}
    for n in names(text, source):
        assert isinstance(n.at, Span)
        assert text[n.at.start : n.at.end] == n.said
    assert list(names("李女士在红星路开了一家理发店", source)) == []
    assert list(people("王女士和张师傅")) == ["王女士", "张师傅"]


@given(st.text(alphabet="0123456789万元人死伤，。 年月日的", max_size=80))
def test_every_figure_has_its_surroundings(text: str) -> None:
    figures = parse(text)
    found = around(text, figures)
    assert len(found) == len(figures)
    for q, one in zip(figures, found, strict=True):
        assert len(one.left) <= LEFT
        assert len(one.right) <= RIGHT
        assert one.at.start <= q.start < one.at.end


def test_a_place_that_differs_by_one_letter_is_named_where_the_sentence_is_of_the_source() -> None:
    source = "临漳市辣香源食品厂生产的调味面制品菌落总数不合格，已责令召回。"
    text = "注意，临泽市辣香源食品厂的调味面制品菌落总数不合格！"
    [one] = near_names(text, source)
    assert (one.said, one.other) == ("临泽市", "临漳市")
    assert isinstance(one.at, Span)
    assert text[one.at.start : one.at.end] == "临泽市"
    assert list(near_names("临泽市今天下雨", source)) == []
    assert list(near_names(source, source)) == []
    [school] = near_names("学位英语考试考点设在青垄二中", "学位英语考试考点设在青垄一中")
    assert (school.said, school.other) == ("青垄二中", "青垄一中")
