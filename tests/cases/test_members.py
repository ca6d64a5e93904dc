from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.ring import SAME, member

from qingjian.cases.members import (
    MOST,
    MOST_BYTES,
    OTHER,
    Member,
    listed_in,
    members,
    together,
    unnamed,
)
from qingjian.core.errors import BadRow, UsageError
from qingjian.core.hashing import sha256


def against(one: Member, bodies: dict[str, bytes]) -> Any:
    return orjson.loads(bodies[one.evidence])


def test_evidence_against_one_names_no_other() -> None:
    told = {
        "by": ["a-1", "B-2", 33],
        "why": "a-1 与 b-2 同设备, ba-1 not",
        "b-2": {"n": 2, "x": None},
    }
    listed = [member("a-1", told), member("b-2", told, owner="org b"), member("33", SAME)]
    (a, b, c), bodies = members(listed)
    assert (a.owner, b.owner, c.owner) == ("a-1", "org b", "33")
    assert against(a, bodies)["by"] == ["a-1", OTHER, OTHER]
    assert against(a, bodies)["why"] == f"a-1 与 {OTHER} 同设备, ba-1 not"
    assert against(a, bodies)[OTHER] == {"n": 2, "x": None}
    assert against(b, bodies)["by"] == [OTHER, "B-2", OTHER]
    assert against(c, bodies) == SAME
    assert all(sha256(body) == hash for hash, body in bodies.items())


def test_the_same_evidence_has_one_hash_whatever_its_order() -> None:
    turned = dict(reversed(SAME.items()))
    (a, b), bodies = members([member("a", SAME), member("b", turned)])
    assert a.evidence == b.evidence and len(bodies) == 1
    (alone,), _ = members([member("a", {"of": "a"})])
    assert alone.kind == "account"


@given(st.text(max_size=60), st.sampled_from(["u-1", "user 2", "用户3", "x.4"]))
def test_whatever_stands_around_it_a_name_goes(text: str, name: str) -> None:
    (one, _), bodies = members([member("me", {"t": f"{text} {name} {text}"}), member(name, SAME)])
    assert f" {name} " not in against(one, bodies)["t"]


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (None, "a list"),
        ([], "a list"),
        ([member("a", SAME)] * (MOST + 1), "a list"),
        ([member("a", SAME), member("a", {"x": 1})], "more than once"),
        ([{"subject": {"id": "a"}}], "member 1 is not made"),
        ([member("a", SAME), 7], "member 2 is not made"),
        ([{"subject": "a", "evidence": SAME}], "kind, id and owner"),
        ([member("a", SAME, name="x")], "kind, id and owner"),
        ([{"subject": {"kind": "cluster", "id": "r"}, "evidence": SAME}], "no cluster lies"),
        ([{"subject": {"id": 7}, "evidence": SAME}], "are texts"),
        ([{"subject": {"kind": "opinion", "id": "x"}, "evidence": SAME}], "no kind of subject"),
        ([member("", SAME)], "1 to 200"),
        ([member("a", {})], "no evidence"),
        ([{"subject": {"id": "a"}, "evidence": "words"}], "no evidence"),
        ([member("a", {"x": object()})], "no JSON"),
        ([member("a", {"x": "x" * MOST_BYTES})], "64,000 are read"),
    ],
)
def test_what_is_no_list_of_members_is_refused(listed: Any, why: str) -> None:
    with pytest.raises(BadRow, match=why):
        members(listed)


def test_evidence_too_deep_to_read_is_refused() -> None:
    deep: Any = []
    for _ in range(2_000):
        deep = [deep]
    with pytest.raises(BadRow, match="no JSON"):
        members([member("a", {"x": deep}), member("b", SAME)])


def test_an_item_lists_members_when_one_has_a_subject_and_evidence() -> None:
    assert listed_in({"members": [{}, member("a", SAME)]})
    for other in ({}, {"members": 3}, {"members": ["li", "wu"]}, {"members": [{"subject": "x"}]}):
        assert not listed_in(other)


def test_what_findings_say_of_one_comes_together() -> None:
    one, two = Member("account", "a", "a", "1"), Member("account", "a", "a", "2")
    other = Member("account", "b", "b", "1")
    assert together([one, other, one, two]) == {
        ("account", "a"): (one, two),
        ("account", "b"): (other,),
    }


def test_words_for_all_name_nobody() -> None:
    of = [Member("account", "user-9", "owner 9", "1"), Member("account", "me", "", "2")]
    for wrong in ("与 User-9 一起", "owner 9's ring"):
        with pytest.raises(UsageError, match="name a member"):
            unnamed(["", wrong], of)
    unnamed(["user-90 and me", "同一段话"], of)
    unnamed(["x"], [Member("account", "x", "", "1")])
    assert Member("device", "D", "", "1").subject.kind == "device"
