from __future__ import annotations

import pytest

from qingjian.cases.event import Event
from qingjian.cases.fold import apply, fold
from qingjian.core.errors import DamagedFile

OPENED = Event(
    1,
    "c",
    0.0,
    "li",
    "opened",
    {"kind": "content", "subject": "s", "owner": "o", "queue": "2.4", "due_at": 9.0, "reach": 3},
)


def test_no_events_are_no_case() -> None:
    assert fold([]) is None


def test_each_event_counts() -> None:
    released = Event(2, "c", 1.0, "li", "released", {})
    case = fold([OPENED, released, released])
    assert case is not None and (case.events, case.reach) == (3, 3)


def test_a_case_begins_with_its_opening_and_knows_every_word() -> None:
    with pytest.raises(DamagedFile, match="before the case was opened"):
        apply(None, Event(2, "c", 1.0, "li", "released", {}))
    with pytest.raises(DamagedFile, match="'vanished'"):
        apply(fold([OPENED]), Event(2, "c", 1.0, "li", "vanished", {}))


def test_a_voice_counts_once() -> None:
    said = Event(2, "c", 1.0, "u1", "reported", {"voice": "u1", "words": "h"})
    case = fold([OPENED, said, said])
    assert case is not None and case.reporters == ("u1",)


def test_a_finding_brings_the_due_time_forward_never_back() -> None:
    for due_at, kept in ((5.0, 5.0), (20.0, 9.0)):
        found = Event(2, "c", 1.0, "li", "found", {"row": "h", "due_at": due_at, "reach": 1})
        case = fold([OPENED, found])
        assert case is not None and case.task is not None
        assert (case.task.due_at, case.reach) == (kept, 3)
