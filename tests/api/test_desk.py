from __future__ import annotations

import pytest
from tests.api.door import Door

from qingjian.access.person import Person, Reach
from qingjian.api.desk import loaded, name_of, within, without
from qingjian.api.faults import Refused
from qingjian.cases.wanted import Wanted
from qingjian.core.errors import NotAllowed


def person(reach: Reach, kind: str = "user") -> Person:
    return Person(
        "u_1",
        "li",
        "default",
        ("reviewer",),
        reach.queues,
        reach.subject_kinds,
        reach.masked,
        kind=kind,  # type: ignore[arg-type]  # one of both
    )


@pytest.mark.parametrize(
    ("asked", "reach", "both"),
    [
        ((), (), ()),
        (("a",), (), ("a",)),
        ((), ("a", "b"), ("a", "b")),
        (("b", "c"), ("a", "b"), ("b",)),
        (("c",), ("a", "b"), None),
    ],
)
def test_what_is_asked_for_is_cut_to_what_is_in_reach(
    asked: tuple[str, ...], reach: tuple[str, ...], both: tuple[str, ...] | None
) -> None:
    by_queue = within(person(Reach(queues=reach)), Wanted(queues=asked))
    by_kind = within(person(Reach(subject_kinds=reach)), Wanted(kinds=asked))
    assert (by_queue.queues if by_queue else None) == both
    assert (by_kind.kinds if by_kind else None) == both


def test_a_filter_by_a_hidden_field_would_tell_it() -> None:
    hidden = person(Reach(masked=("owner",)))
    assert within(hidden, Wanted(subject="a")) == Wanted(subject="a", sealed=False)
    with pytest.raises(NotAllowed):
        within(hidden, Wanted(owner="user-9"))


def test_hidden_fields_go_at_any_depth() -> None:
    value = {"a": 1, "b": [{"a": 2, "c": ({"a": 3},)}], "d": {"a": {"e": 4}}}
    assert without(value, ("a",)) == {"b": [{"c": [{}]}], "d": {}}


def test_a_key_has_another_name_in_events_than_a_user() -> None:
    assert name_of(person(Reach())) == "li"
    assert name_of(person(Reach(), "key")) == "key:li"


def test_a_body_that_is_no_json_is_refused() -> None:
    assert loaded(b"[1]") == [1]
    with pytest.raises(Refused):
        loaded(b"[")


def test_a_session_holds_like_a_key_until_it_is_over(door: Door) -> None:
    name = door.user("desk-user", "auditor")
    assert door.ask(name, "GET", "/whoami").json["kind"] == "user"
    assert door.ask(name, "DELETE", "/sessions").status == 204
    assert door.ask(name, "GET", "/whoami").status == 401
