from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.identifiers import (
    digits,
    grouped_as_phone,
    id_card,
    id_card_shape,
    luhn,
    mobile,
    sole_trader_codes,
    uscc,
)


def test_published_examples_hold() -> None:
    assert id_card("11010519491231002x")
    assert id_card("440524188001010014") is False, "born before 1900"
    assert luhn("4111111111111111")
    assert uscc("91350100m000100y43")


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_breaks_an_id_number(at: int, other: str) -> None:
    value = "11010519491231002x"
    wrong = value[:at] + other + value[at + 1 :]
    assert id_card(wrong) is (wrong == value)


@given(st.text(st.sampled_from("0123456789"), min_size=15, max_size=18))
def test_luhn_holds_for_exactly_one_last_digit(body: str) -> None:
    assert sum(luhn(body + c) for c in "0123456789") == 1


@given(st.text(st.sampled_from("0123456789x"), max_size=20))
def test_any_string_is_answered(value: str) -> None:
    assert id_card(value) <= id_card_shape(value)
    assert not mobile(value) or len(value) == 11
    assert not uscc(value) or len(value) == 18


def test_a_number_is_read_through_separators_with_its_groups() -> None:
    (one,) = digits(fold("号139-1047\n2865。"))
    assert (one.value, one.shape, one.alone) == ("13910472865", (3, 4, 4), True)
    assert (one.start, one.end) == (1, 14)
    assert grouped_as_phone(one)
    assert [n.alone for n in digits(fold("12 13910472865"))] == [False]


@pytest.mark.parametrize("text", ["", "12", "1391047286", "139****2865", "139,1047,2865"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert list(digits(fold(text))) == []


def test_chinese_numerals_are_read_once() -> None:
    assert [n.value for n in digits(fold("一三九一零四七二八六五"))] == ["13910472865"]
    assert [n.value for n in digits(fold("王一13910472865"))] == ["13910472865"]


def test_only_category_92_is_a_sole_trader() -> None:
    body = "92330106ma2cf1234"
    code = next(body + c for c in "0123456789abcdefghjklmnpqrtuwxy" if uscc(body + c))
    assert [v for _, _, v in sole_trader_codes(f"代码{code}。")] == [code]
    assert list(sole_trader_codes("91350100m000100y43")) == []


@given(st.text(st.sampled_from("0123456789xx一二 -\n"), max_size=80))
def test_every_number_stands_where_it_says(text: str) -> None:
    folded = fold(text)
    for one in digits(folded):
        assert 0 <= one.start < one.end <= len(text)
        assert sum(one.shape) in (len(one.value), len(one.value.rstrip("x")))
