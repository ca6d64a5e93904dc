from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.access.person import Person, Reach, key_of, may, need, person_of, reach_of
from qingjian.access.roles import PEOPLE_ONLY, PERMISSIONS, READS, ROLES, TABLE, Permission, Role
from qingjian.core.errors import NotAllowed, UsageError

LI = Person("u_1", "li", "default", ("reviewer",))
KEY = {
    **{"id": "k_1", "name": "crawler", "tenant": "default", "roles": ["integration"]},
    **{"queues": ["fraud"], "subject_kinds": [], "masked": [], "used_on": ""},
    **{"added_at": 1.0, "expires_at": 9.0, "revoked_at": None},
}
roles = st.lists(st.sampled_from(ROLES), unique=True).map(tuple)
permissions = st.sampled_from(PERMISSIONS)
words = st.text(st.sampled_from("ab"), min_size=1, max_size=2)


@given(roles, permissions)
def test_roles_add_up_and_nothing_else_is_allowed(roles: tuple[Role, ...], one: Permission) -> None:
    person = replace(LI, roles=roles)
    assert may(person, one) == any(one in TABLE[role] for role in roles)
    assert not may(replace(person, active=False), one)


@given(roles)
def test_nobody_reads_what_is_sealed_by_a_role(roles: tuple[Role, ...]) -> None:
    assert not may(replace(LI, roles=roles), "sealed.read")
    assert may(replace(LI, roles=roles, granted=("sealed.read",)), "sealed.read")


@given(permissions)
def test_the_auditor_can_do_nothing_that_writes(one: Permission) -> None:
    assert not may(replace(LI, roles=("auditor",)), one) or one in READS


@given(roles, st.sampled_from(sorted(PEOPLE_ONLY)))
def test_no_key_decides_whatever_its_roles(roles: tuple[Role, ...], one: Permission) -> None:
    key = replace(LI, roles=roles, granted=("sealed.read",), kind="key")
    assert not may(key, one)


def test_what_is_needed_and_not_had_is_told() -> None:
    need(LI, "case.decide")
    with pytest.raises(NotAllowed, match=r"li may not do this: case\.approve") as told:
        need(LI, "case.approve")
    assert told.value.http_status == 403


@given(st.lists(words), st.lists(words), words, words)
def test_who_is_narrowed_sees_what_is_named_and_who_is_not_sees_all(
    queues: list[str], kinds: list[str], queue: str, kind: str
) -> None:
    person = replace(LI, queues=tuple(queues), subject_kinds=tuple(kinds))
    seen = queue in (queues or [queue]) and kind in (kinds or [kind])
    assert person.sees(queue, kind) == seen


def test_a_reach_has_each_word_once_in_order() -> None:
    assert reach_of(Reach(("b", "a", "b"), (), ("phone",))) == Reach(("a", "b"), (), ("phone",))


@pytest.mark.parametrize("word", ["", " a", "a\n", "\x1b[2J", "a" * 65])
def test_what_is_no_word_is_refused(word: str) -> None:
    for reach in (Reach((word,)), Reach((), (word,)), Reach((), (), (word,))):
        with pytest.raises(UsageError, match="no name of a queue"):
            reach_of(reach)


def test_a_user_is_read_from_a_row() -> None:
    row = {
        **{"id": "u_1", "name": "li", "tenant": "t", "roles": ["admin", "auditor"]},
        **{"queues": ["a"], "subject_kinds": ["b"], "masked": ["c"], "active": False},
        "granted": ["sealed.read"],
    }
    assert person_of(SimpleNamespace(**row)) == Person(
        *("u_1", "li", "t", ("admin", "auditor"), ("a",), ("b",), ("c",)),
        active=False,
        granted=("sealed.read",),
    )


@pytest.mark.parametrize(
    ("at", "changed", "active"),
    [
        (8.9, {}, True),
        (9.0, {}, False),
        (99.0, {"expires_at": None}, True),
        (2.0, {"revoked_at": 1.5}, False),
    ],
)
def test_a_key_acts_until_it_expires_or_is_revoked(
    at: float, changed: dict[str, Any], active: bool
) -> None:
    key = key_of(SimpleNamespace(**{**KEY, **changed}), at)
    assert (key.person.active, key.person.kind, key.person.queues) == (active, "key", ("fraud",))
