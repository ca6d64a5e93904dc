from __future__ import annotations

from qingjian.detectors.instruments.told import MOST_FIGURES, fields, told


def test_figures_and_weekdays_stand_in_order_with_what_is_around_them() -> None:
    taken = told("春河路每周三停水2天，影响1200户。")
    assert [taken.text[q.start : q.end] for q in taken.figures] == ["每周三", "2天", "1200户"]
    assert len(taken.around) == 3
    assert taken.around[1].left.endswith("停水")


def test_the_words_are_pairs_that_tell_something() -> None:
    assert {"春河", "停水"} <= told("春河路要停水了").words
    assert told("的是了在").words == frozenset()


def test_figures_are_bounded() -> None:
    assert len(told("补贴3元，" * 10_000).figures) == MOST_FIGURES


def test_a_date_has_year_month_and_day() -> None:
    [q] = told("2025年7月2日").figures
    assert fields(q.value) == (2025, 7, 2)
