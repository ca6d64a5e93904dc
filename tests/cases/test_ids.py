from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qingjian.cases.ids import new_id

times = st.floats(0, 2**33)


@given(times, times)
def test_ids_sort_by_time(one: float, other: float) -> None:
    if int(one * 1000) < int(other * 1000):
        assert new_id(one) < new_id(other)


def test_ids_of_one_moment_differ_and_have_26_letters() -> None:
    made = {new_id(1_784_332_800.0) for _ in range(2_000)}
    assert len(made) == 2_000
    assert {len(id) for id in made} == {26}
    assert not set("".join(made)) & set("ILOU")


def test_a_known_time_has_its_known_letters() -> None:
    assert new_id(1_469_918_176.385)[:10] == "01ARYZ6S41"  # the specification's own example
