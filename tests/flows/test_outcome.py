from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from qingjian.flows.outcome import Agreement


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_precision_and_recall_are_shares_of_what_fired_and_of_what_should(
    right: int, wrong: int, missed: int, clear: int
) -> None:
    found = Agreement(right + wrong + missed + clear, right + missed, right + wrong, right)
    for share, whole in ((found.precision, right + wrong), (found.recall, right + missed)):
        if whole:
            assert share[0] == right / whole
            assert share[1] <= share[0] + 1e-12 and share[0] <= share[2] + 1e-12
        else:
            assert all(math.isnan(value) for value in share)
