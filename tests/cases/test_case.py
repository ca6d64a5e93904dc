from __future__ import annotations

from dataclasses import replace

import pytest

from qingjian.cases.case import Case, Disposition, Task
from qingjian.cases.subject import Subject

CASE = Case("c", Subject("content", "s"), "2.4", 0.0, Task("review", 0.0, 9.0, "li", 5.0))


def test_a_lease_is_held_until_it_is_over() -> None:
    assert CASE.task is not None
    assert (CASE.task.held(4.9), CASE.task.held(5.0)) == ("li", "")


def test_what_waits_is_the_state() -> None:
    assert (CASE.state, replace(CASE, task=None).state, CASE.ruling) == ("review", "closed", None)


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        ("held", True),
        ("scheduled", True),
        ("active", True),
        ("expired", False),
        ("reversed", False),
        ("refused", False),
    ],
)
def test_what_takes_away_or_is_about_to_stands(state: str, stands: bool) -> None:
    made = Disposition("1.1", "remove", 1, state, 0.0)  # type: ignore[arg-type]  # a state
    assert made.standing is stands


def test_one_step_is_changed_and_the_others_are_left() -> None:
    two = tuple(Disposition(f"1.{n}", "remove", 1, "active", 0.0) for n in (1, 2))
    case = replace(CASE, dispositions=two).with_disposition("1.2", state="expired")
    assert [d.state for d in case.dispositions] == ["active", "expired"]
    assert case.disposition("1.1") == two[0]
    assert case.disposition("9.9") is None
