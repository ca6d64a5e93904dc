from __future__ import annotations

from decimal import Decimal

import pytest

from qingjian.detectors.instruments.numerals import number


@pytest.mark.parametrize(
    ("said", "value"),
    [("两百五", 250), ("三万五", 35000), ("一万二", 12000), ("3千5百", 3500), ("1.2万亿", 1.2e12)],
)
def test_spoken_numbers(said: str, value: float) -> None:
    assert number(said) == Decimal(str(value))


@pytest.mark.parametrize("said", ["点", "9" * 50, "亿" * 41])
def test_what_is_no_number_or_too_long_is_none(said: str) -> None:
    assert number(said) is None
