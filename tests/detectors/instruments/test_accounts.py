from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import mixed

from qingjian.detectors.instruments.accounts import accounts, numbers
from qingjian.detectors.instruments.fold import fold


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("京a·12345", "plate", "京a12345"),
        ("护照 e1234567 8", "passport", "e12345678"),
        ("v信 abc_123", "wechat", "abc_123"),
        ("qq:123 456 78", "qq", "12345678"),
    ],
)
def test_a_value_is_given_without_separators(text: str, kind: str, value: str) -> None:
    assert [(k, v) for _, _, k, v, _ in accounts(text)] == [(kind, value)]


def test_a_failing_check_digit_counts_only_where_it_is_named() -> None:
    assert [k for _, _, k, _, _ in numbers(fold("卡号6217001234567891"))] == ["bank_card"]
    assert list(numbers(fold("见6217001234567891"))) == []


@given(mixed)
def test_places_stand_in_the_folded_text(text: str) -> None:
    folded = fold(text)
    for start, end, *_ in (*numbers(folded), *accounts(folded.text)):
        assert 0 <= start < end <= len(folded.text)
