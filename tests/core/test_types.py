from __future__ import annotations

import dataclasses
import pickle
import typing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core import types
from qingjian.core.types import (
    KINDS,
    ROLES,
    SEVERITIES,
    About,
    Account,
    Box,
    ByteRange,
    Conversation,
    Decision,
    Document,
    Field,
    Finding,
    Image,
    Item,
    Members,
    Note,
    Place,
    Ran,
    Record,
    Scanned,
    Scored,
    Severity,
    Span,
    Text,
    TimeRange,
    Turn,
    found,
    without_surrogates,
)

ANY_TEXT = st.text(st.characters())
PLACES: tuple[Place, ...] = (
    Span(0, 3),
    Box(1, 2, 30, 40),
    TimeRange(0.5, 2.0),
    ByteRange(8, 16),
    Field("name"),
    Members(("a", "b")),
)
NOUNS: tuple[object, ...] = (
    *PLACES,
    About(role="user", who="u1", channel="sms", at=1.5, declared=True, audience="minors"),
    Text(id="t", body="正文", source=b"\xe6", about=About(role="author"), parent="d"),
    Document(id="d", format="markdown", body="# 题", source=Path("a.md")),
    Image(id="i"),
    Record(id="r", fields={"n": 1, "s": "字", "f": 0.5, "b": True, "none": None}),
    Conversation(id="c", turns=(Turn("user", "你好", 1.0), Turn("assistant", "好"))),
    Finding(
        "why", Span(0, 1), {"word": "x", "all": ("a", "b")}, ("news",), 0.5, "text.scam", "low"
    ),
    Scored(0.25, (found("x"),)),
    Note("plugin x", "broken"),
    Ran("text.scam", "1"),
    Scanned(Text(), (found("x"),), {"text.scam": 0.1}, (Note("a", "b"),), took_ms=1.5),
    Decision("queue", ("r1",), "ugc 1", True, ("r2",)),
)


@given(ANY_TEXT)
def test_a_lone_surrogate_becomes_one_replacement_and_every_place_stays(text: str) -> None:
    clean = without_surrogates(text)
    assert len(clean) == len(text)
    clean.encode()
    for before, after in zip(text, clean, strict=True):
        assert after == ("\ufffd" if 0xD800 <= ord(before) <= 0xDFFF else before)


@given(st.text())
def test_sound_text_is_given_back_as_it_is(text: str) -> None:
    assert without_surrogates(text) is text


@pytest.mark.parametrize("half", ["\ud800", "\udbff", "\udc00", "\udfff"])
@pytest.mark.parametrize("kind", [Text, Document])
def test_a_body_never_holds_a_lone_surrogate(kind: type[Text | Document], half: str) -> None:
    assert kind(body=f"a{half}b").body == "a\ufffdb"
    assert kind(body="😀").body == "😀"


def test_replacing_the_body_applies_the_rule_again() -> None:
    assert dataclasses.replace(Text(body="a"), body="\udc80").body == "\ufffd"


@pytest.mark.parametrize("noun", NOUNS, ids=lambda n: type(n).__name__)
def test_a_noun_is_frozen(noun: typing.Any) -> None:
    name = dataclasses.fields(noun)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(noun, name, getattr(noun, name))


@pytest.mark.parametrize("noun", NOUNS, ids=lambda n: type(n).__name__)
def test_a_noun_crosses_a_process_unchanged(noun: object) -> None:
    assert pickle.loads(pickle.dumps(noun)) == noun


def test_each_place_has_a_kind_of_its_own() -> None:
    assert [p.kind for p in PLACES] == ["span", "box", "time", "bytes", "field", "members"]
    assert {type(p) for p in PLACES} == set(typing.get_args(Place))


def test_every_item_type_stands_under_its_kind() -> None:
    def below(of: type[Item]) -> set[type[Item]]:
        return {of} | {t for one in of.__subclasses__() for t in below(one)}

    assert set(KINDS.values()) == below(Item) - {Item}
    assert all(kind == cls.kind for kind, cls in KINDS.items())
    assert issubclass(Account, Record)


def test_roles_and_severities_list_what_their_types_allow() -> None:
    assert typing.get_args(types.Role) == ROLES
    assert typing.get_args(Severity) == SEVERITIES
    assert SEVERITIES == ("info", "low", "medium", "high")


def test_two_items_do_not_share_the_fields_of_a_record() -> None:
    assert Record(id="a").fields is not Record(id="b").fields


def test_a_finding_is_opposed_exactly_when_something_speaks_against_it() -> None:
    assert not found("offers a face swap", Span(0, 2)).opposed
    assert found("offers a face swap", against=["a news report: 警方"]).opposed


def test_found_keeps_place_evidence_and_counter_evidence_and_leaves_the_card_to_the_registry() -> (
    None
):
    one = found("dose", Span(1, 4), against=iter(["study"]), score=0.5, drug="阿莫西林", n=2)
    assert one == Finding(
        "dose", Span(1, 4), {"drug": "阿莫西林", "n": 2}, ("study",), 0.5, "", "medium"
    )
