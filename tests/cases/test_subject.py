from __future__ import annotations

import pytest

from qingjian.cases.subject import (
    KINDS,
    LONGEST_ID,
    Subject,
    asked_by,
    kind_of,
    open_to,
    step,
    steps,
)
from qingjian.core.actions import LADDERS
from qingjian.core.errors import NotFound, UsageError
from qingjian.core.types import KINDS as ITEMS

DSA = {
    *(f"DECISION_VISIBILITY_CONTENT_{w}" for w in ("REMOVED", "DISABLED", "DEMOTED", "LABELLED")),
    *("DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",),
    *("DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",),
    *("DECISION_MONETARY_SUSPENSION", "DECISION_MONETARY_TERMINATION"),
    *(f"DECISION_PROVISION_{w}_SUSPENSION" for w in ("PARTIAL", "TOTAL")),
    *(f"DECISION_PROVISION_{w}_TERMINATION" for w in ("PARTIAL", "TOTAL")),
    *("DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"),
}


def test_each_step_has_its_words_and_is_for_subjects_there_are() -> None:
    for one in steps().values():
        assert one.zh and one.en and one.of and set(one.of) <= set(KINDS)
        assert one.days >= 0
        assert not one.asked or any(one.asked in ladder for ladder in LADDERS.values())
        assert not one.dsa or one.dsa in DSA


def test_something_can_be_done_about_each_kind_of_subject() -> None:
    assert all(open_to(kind) for kind in KINDS)
    assert {kind_of(kind) for kind in ITEMS} <= set(KINDS)
    assert (kind_of("text"), kind_of("account")) == ("content", "account")


def test_one_step_at_most_is_what_a_policy_asks_for() -> None:
    for kind in KINDS:
        asked = [s.asked for s in steps().values() if s.asked and kind in s.of]
        assert len(asked) == len(set(asked))
    assert [asked_by(do, "content") for do in ("pass", "note", "queue")] == [None] * 3
    label = asked_by("label", "content")
    assert label is not None and label.id == "label_add"


def test_what_takes_away_for_good_needs_a_second_person() -> None:
    for id in ("close", "ban_reregister", "blacklist", "delist", "take_offline", "drop_records"):
        assert steps()[id].approval


def test_a_step_of_another_kind_or_none_is_named_with_those_there_are() -> None:
    with pytest.raises(NotFound) as none:
        step("fly", "content")
    with pytest.raises(UsageError, match="mute is no step against content") as other:
        step("mute", "content")
    assert "label_add" in none.value.hint and "label_add" in other.value.hint


@pytest.mark.parametrize(
    ("kind", "id", "owner"),
    [
        ("thing", "a", ""),
        ("content", "", ""),
        ("content", "x" * (LONGEST_ID + 1), ""),
        ("content", "a", "x" * (LONGEST_ID + 1)),
        ("content", "a\0b", ""),
        ("content", "a", "line\nline"),
    ],
)
def test_what_no_subject_can_be_is_refused(kind: str, id: str, owner: str) -> None:
    with pytest.raises(UsageError):
        Subject(kind, id, owner)
