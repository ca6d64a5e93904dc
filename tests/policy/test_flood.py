from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qingjian.policy.flood import LEAST_HITS, WINDOW, flooded

counts = st.integers(0, 5_000)


def test_ten_times_the_usual_share_is_a_flood() -> None:
    assert flooded((200, 1_000), (10, 1_000))
    assert not flooded((100, 1_000), (10, 1_000))
    assert flooded((100, 1_000), (10, 1_200))


def test_what_is_rare_or_new_is_none() -> None:
    assert not flooded((LEAST_HITS - 1, WINDOW), (0, 100_000))
    assert not flooded((WINDOW, WINDOW), (0, WINDOW - 1))
    assert not flooded((WINDOW - 1, WINDOW - 1), (0, 100_000))
    assert not flooded((WINDOW, WINDOW), (0, 100_000), 0)


@given(counts, counts, counts, counts, st.floats(1, 100))
def test_more_hits_and_less_patience_never_make_less_of_a_flood(
    hits: int, more: int, before: int, rows: int, factor: float
) -> None:
    usual = (min(before, rows), rows)
    if flooded((hits, WINDOW), usual, factor):
        assert flooded((hits + more, WINDOW), usual, factor)
        assert flooded((hits, WINDOW), usual, factor / 2)
