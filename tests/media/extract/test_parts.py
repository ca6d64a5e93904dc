from __future__ import annotations

from qingjian.core.types import About, Account, Conversation, Field, Record, Span, Text, Turn, Value
from qingjian.media.extract import parts


def test_a_conversation_gives_each_turn_with_its_role_and_time() -> None:
    item = Conversation(
        id="c",
        about=About(channel="app", at=1.0),
        turns=(Turn("user", "问", 2.0), Turn("assistant", "答")),
    )
    assert parts.knows(item)
    first, second = parts.children(item)
    assert first.item == Text(
        id="c#turns[0].text",
        about=About(role="user", channel="app", at=2.0),
        parent="c",
        body="问",
    )
    assert isinstance(second.item, Text)
    assert (second.item.body, second.item.about.role) == ("答", "assistant")
    assert second.item.about.at is None
    assert second.back(Span(0, 1)) == Field("turns[1].text")
    assert first.back(Span(0, 1)) == Field("turns[0].text")


def test_a_record_gives_each_field_that_holds_text() -> None:
    fields: dict[str, Value] = {
        "name": "甲",
        "age": 3,
        "empty": "",
        "none": None,
        "on": True,
        "bio": "简介",
    }
    item = Account(id="r", fields=fields)
    assert parts.knows(item)
    children = list(parts.children(item))
    assert [c.item for c in children] == [
        Text(id="r#name", parent="r", body="甲"),
        Text(id="r#bio", parent="r", body="简介"),
    ]
    assert [c.back(Span(0, 1)) for c in children] == [Field("name"), Field("bio")]


def test_empty_ones_give_nothing_and_others_are_not_known() -> None:
    assert list(parts.children(Conversation())) == []
    assert list(parts.children(Record())) == []
    assert list(parts.children(Text(body="x"))) == []
    assert not parts.knows(Text())
