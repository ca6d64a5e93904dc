from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.access.roles import (
    BY_ANOTHER,
    GRANTED,
    PEOPLE_ONLY,
    PERMISSIONS,
    READS,
    ROLES,
    TABLE,
    granted_of,
    roles_of,
)
from qingjian.core.errors import UsageError

JUDGES = {"case.decide", "case.approve", "case.appeal.judge"}


def test_every_role_stands_in_the_table_and_only_known_words_are_used() -> None:
    assert tuple(TABLE) == ROLES
    assert set().union(*TABLE.values(), READS, PEOPLE_ONLY, GRANTED) <= set(PERMISSIONS)
    assert all(TABLE.values()), "a role that may do nothing is none"


def test_every_permission_is_had_by_a_role_or_granted_by_name_never_both() -> None:
    by_role = set().union(*TABLE.values())
    assert by_role | GRANTED == set(PERMISSIONS)
    assert not by_role & GRANTED


def test_the_auditor_only_reads_and_reads_all_but_what_is_granted() -> None:
    assert TABLE["auditor"] == READS - GRANTED


def test_what_is_held_apart_is_held_apart() -> None:
    assert not TABLE["integration"] & (JUDGES | {"case.claim", "content.read", "user.manage"})
    assert "policy.publish" not in TABLE["policy_author"]
    assert "policy.write" not in TABLE["publisher"]
    assert not TABLE["admin"] & (JUDGES | {"content.read", "subject.read"})
    assert not TABLE["reviewer"] & {"case.approve", "case.appeal.judge"}
    assert TABLE["reviewer"] < TABLE["senior_reviewer"]
    assert [role for role in ROLES if "user.manage" in TABLE[role]] == ["admin"]


def test_sealed_cases_are_of_one_role_alone_and_of_no_key() -> None:
    assert [role for role in ROLES if "sealed.view" in TABLE[role]] == ["sealed_reviewer"]
    assert "sealed.view" in PEOPLE_ONLY and "sealed_reviewer" in BY_ANOTHER


@given(st.lists(st.sampled_from([r for r in ROLES if r != "integration"]), min_size=1))
def test_roles_are_given_once_in_the_order_of_the_table(words: list[str]) -> None:
    roles = roles_of(words, "user")
    assert set(roles) == set(words)
    assert list(roles) == sorted(set(words), key=ROLES.index)
    assert roles_of(reversed(words), "key") == roles


def test_what_is_no_role_is_refused() -> None:
    with pytest.raises(UsageError, match="no role 'boss'"):
        roles_of(["admin", "boss"], "user")
    with pytest.raises(UsageError, match="a role is missing"):
        roles_of([], "key")
    with pytest.raises(UsageError, match="a role of keys"):
        roles_of(["integration"], "user")
    assert roles_of(["integration"], "key") == ("integration",)


def test_only_what_no_role_has_is_granted_by_name() -> None:
    assert granted_of(["sealed.read", "sealed.read"]) == ("sealed.read",)
    assert granted_of([]) == ()
    with pytest.raises(UsageError, match=r"'case\.decide' is not granted"):
        granted_of(["sealed.read", "case.decide"])
