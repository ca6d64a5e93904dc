from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine
from tests.cases.desk import DAY_S, Hands, opened

from qingjian.cases.event import APART, Event
from qingjian.cases.fold import fold
from qingjian.cases.holds import Holds, holds, target
from qingjian.cases.sql import Cases
from qingjian.core.errors import Conflict, NotAllowed, NotFound, UsageError

WHY = "the police asked"


def test_a_hold_is_placed_and_lifted_by_another_person(store: Engine) -> None:
    clock = Hands()
    made, cases = Holds(store, clock=clock), Cases(store, clock=clock)
    case = opened(cases)
    one = made.place(f"case:{case.id}", "li", WHY)
    assert (one.of, one.value, one.holds(clock.at)) == ("case", case.id, True)
    with pytest.raises(NotAllowed):
        made.lift(one.id, "LI ", WHY)
    assert made.lift(one.id, "wang", WHY).lifted_by == "wang"
    with pytest.raises(Conflict):
        made.lift(one.id, "wang", WHY)
    until = made.place("owner:user-9", "li", WHY, clock.at + DAY_S)
    clock.at += DAY_S
    assert not made.get(until.id).holds(clock.at)
    assert Holds(store, "other").all() == {}
    assert cases.verify()[0] == len(list(cases.events()))
    stood = cases.listed()
    assert cases.rebuild() == 1 and cases.listed() == stood


def test_what_cannot_be_held_is_refused(store: Engine) -> None:
    made = Holds(store, clock=Hands())
    for wrong in ("", "case", "case:", "opinion:x", "content:\x00", f"owner:{'x' * 201}"):
        with pytest.raises(UsageError):
            made.place(wrong, "li", WHY)
    with pytest.raises(UsageError, match="future"):
        made.place("owner:x", "li", WHY, 1.0)
    with pytest.raises(UsageError, match="reason"):
        made.place("owner:x", "li", "no")
    with pytest.raises(UsageError, match="nobody"):
        made.place("owner:x", " ", WHY)
    with pytest.raises(NotFound):
        made.lift(7, "li", WHY)
    assert target("content:a:b") == ("content", "a:b")


def test_events_that_are_of_no_case_fold_to_none() -> None:
    events = [Event(n, "x", 1.0, "li", what, {}) for n, what in enumerate(APART, 1)]
    assert fold(events) is None
    assert holds([]) == {}
