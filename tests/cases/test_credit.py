from __future__ import annotations

from dataclasses import asdict, replace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.cases.case import Case, Disposition, Ruling
from qingjian.cases.credit import DAY_S, credit
from qingjian.cases.subject import Subject, open_to

NOW = 1_784_332_800.0
State = Literal["held", "in_force", "refused", "overturned"]


def case(
    number: int = 1,
    row: str = "2.4.kin_fraud",
    step: str = "remove",
    state: State = "in_force",
    at: float = NOW,
    owner: str = "user-9",
) -> Case:
    ruling = Ruling(1, at, "li", "violation", row, "3.1", "冒充亲友要钱", state, "wu")
    taken = Disposition("1.1", step, 1, "active", at)
    subject = Subject("content", f"post-{number}", owner)
    return Case(f"c{number}", subject, "2.4", at, None, rulings=(ruling,), dispositions=(taken,))


cases = st.lists(
    st.builds(
        case,
        st.integers(1, 99),
        st.sampled_from(["2.4.kin_fraud", "2.6.traffic", "house_rule"]),
        st.sampled_from(open_to("content")),
        st.sampled_from(["held", "in_force", "refused", "overturned"]),
        st.floats(NOW - 300 * DAY_S, NOW),
        st.sampled_from(["user-9", "user-1"]),
    ),
    max_size=12,
)


@given(cases, cases, st.floats(0, 200))
def test_more_strikes_never_raise_and_time_never_lowers_the_credit(
    some: list[Case], more: list[Case], days: float
) -> None:
    now = credit("user-9", some, NOW)
    assert 0 <= credit("user-9", [*some, *more], NOW).left <= now.left <= 100
    assert credit("user-9", some, NOW + days * DAY_S).left >= now.left
    overturned = [
        replace(c, rulings=tuple(replace(r, state="overturned") for r in c.rulings)) for c in some
    ]
    assert credit("user-9", overturned, NOW).strikes == ()


@pytest.mark.parametrize(("step", "cost"), [("label_add", 5), ("remove", 10), ("block_hash", 20)])
def test_a_strike_costs_by_its_step(step: str, cost: int) -> None:
    assert credit("user-9", [case(step=step)], NOW).left == 100 - cost


def test_what_was_taken_back_is_no_strike_and_what_ended_is() -> None:
    for state, count in (("reversed", 0), ("expired", 1)):
        made = case()
        ended = tuple(replace(d, state=state) for d in made.dispositions)  # type: ignore[arg-type]  # a state
        assert len(credit("user-9", [replace(made, dispositions=ended)], NOW).strikes) == count


def test_a_strike_expires_on_its_day() -> None:
    one = case(at=NOW - 180 * DAY_S)
    assert credit("user-9", [one], NOW - 1).left == 90
    assert credit("user-9", [one], NOW).left == 100


def test_rules_of_the_house_are_counted_apart() -> None:
    told = credit("user-9", [case(row="house_rule")], NOW)
    assert (told.left, told.strikes, len(told.house)) == (100, (), 1)


def test_many_strikes_of_one_class_suggest_a_step() -> None:
    def suggest(count: int, row: str = "2.4.kin_fraud") -> dict[str, str]:
        return dict(credit("user-9", [case(n, row) for n in range(count)], NOW).suggest)

    assert [suggest(n) for n in (2, 3, 5)] == [
        {},
        {"2.4": "limit_function"},
        {"2.4": "suspend"},
    ]
    assert suggest(9) == {"2.4": "close"}
    assert suggest(9, "house_rule") == {}


def test_the_owner_sees_neither_who_ruled_nor_who_reported() -> None:
    made = replace(case(), reporters=("user-3",))
    told = str(asdict(credit("user-9", [made], NOW)))
    assert not any(name in told for name in ("'li'", "'wu'", "user-3"))
