from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_known_intervals(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((hits / n, low, high), abs=5e-5)


def test_nothing_counted_is_no_number() -> None:
    assert all(math.isnan(value) for value in wilson(0, 0))


@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_share_and_shrinks_with_more(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    share, low, high = wilson(hits, n)
    assert 0 <= low <= share + 1e-12 and share <= high + 1e-12 <= 1 + 1e-9
    _, low10, high10 = wilson(10 * hits, 10 * n)
    assert high10 - low10 < high - low
