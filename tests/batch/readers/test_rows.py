from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import raw

from qingjian.batch.entry import Entry
from qingjian.batch.readers.rows import TEXT_FIELDS, Reading, entry_of
from qingjian.core.errors import BadEncoding, BadRow, InputError, TooLarge
from qingjian.core.types import (
    KINDS,
    NOTHING_KNOWN,
    About,
    Account,
    Conversation,
    Document,
    Item,
    Product,
    Record,
    Text,
    Turn,
)

json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**400), 10**400),
        st.floats(),
        raw,
        st.sampled_from(
            ["text", "user", "conversation", "record", "a\x00b", "../x", "/etc/passwd"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(raw | st.just("text"), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = ("id", "kind", "text", "path", "about", "turns", "fields", "format", "content", "at")


def made(row: Any, base: Path = Path(), **reading: Any) -> Entry:
    return entry_of(row, "f#1", base, Reading(**reading))


def item(row: Any, base: Path = Path(), **reading: Any) -> Item:
    entry = made(row, base, **reading)
    assert entry.item is not None, entry.error
    return entry.item


def refused(row: Any, base: Path = Path(), **reading: Any) -> str:
    entry = made(row, base, **reading)
    assert entry.item is None
    assert isinstance(entry.error, BadRow)
    return entry.error.what


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_the_text_stands_in_the_first_field_that_usually_holds_it(field: str) -> None:
    assert item({field: "好"}) == Text(id="f#1", body="好")
    later = TEXT_FIELDS[TEXT_FIELDS.index(field) :]
    assert item({**dict.fromkeys(later, "一"), field: "好"}) == Text(id="f#1", body="好")


def test_a_named_field_is_the_only_one_looked_at() -> None:
    assert item({"text": "一", "回答": "二"}, text_field="回答") == Text(id="f#1", body="二")
    assert refused({"text": "一"}, text_field="回答") == "f#1: no field of 回答 holds no text"


@pytest.mark.parametrize("value", [None, 1, [], {}, True])
def test_a_text_that_is_no_text_is_an_error(value: Any) -> None:
    assert refused({"text": value}) == "f#1: field text holds no text"
    assert refused({"title": value}).startswith("f#1: no field of text, content")


@pytest.mark.parametrize("row", [None, [], "text", 1, 1.5, True])
def test_a_row_that_is_no_object_is_an_error(row: Any) -> None:
    assert refused(row) == "f#1: a row must be an object"


@pytest.mark.parametrize(
    ("id", "shown", "given"),
    [
        ("a", "a", True),
        (7, "7", True),
        (1.5, "1.5", True),
        (0, "0", True),
        ("", "f#1", False),
        (None, "f#1", False),
        (True, "f#1", False),
        ([1], "f#1", False),
        ("长" * 600, "长" * 500, True),
        ("a\ud800b", "a\ufffdb", True),
    ],
)
def test_an_id_is_a_short_text_or_number(id: Any, shown: str, given: bool) -> None:
    entry = made({"id": id, "text": "x"})
    assert (entry.id, entry.given) == (shown, given)
    assert entry.item is not None
    assert entry.item.id == shown
    wrong = made({"id": id})
    assert (wrong.id, wrong.given) == (shown, given)


def test_an_id_field_can_be_named() -> None:
    assert made({"id": "a", "nr": 5, "text": "x"}, id_field="nr").id == "5"


@pytest.mark.parametrize("kind", ["nonsense", "Text", ["text"], {"a": 1}, 5, True, "\ud800"])
def test_an_unknown_kind_is_an_error_that_names_the_known_ones(kind: Any) -> None:
    entry = made({"kind": kind, "text": "x"})
    assert isinstance(entry.error, BadRow)
    assert entry.error.what.startswith("f#1: no kind ")
    assert entry.error.hint == f"one of: {', '.join(KINDS)}"


def test_the_kind_of_rows_that_do_not_say_can_be_given() -> None:
    assert item({"fields": {"a": "b"}}, kind="record") == Record(id="f#1", fields={"a": "b"})
    assert item({"kind": "text", "text": "x"}, kind="record") == Text(id="f#1", body="x")


def test_what_is_known_about_an_item_is_kept() -> None:
    about = {"role": "user", "who": "甲", "channel": 5, "at": 3, "declared": True, "audience": "a"}
    wanted = About(role="user", who="甲", channel="5", at=3.0, declared=True, audience="a")
    assert item({"text": "x", "about": about}).about == wanted


@pytest.mark.parametrize(
    "about",
    [
        None,
        [],
        "user",
        {},
        {"role": "admin", "who": "", "channel": [], "at": "soon", "declared": 3, "audience": None},
        {"role": ["user"], "at": True, "declared": "maybe"},
        {"at": float("nan")},
        {"at": float("inf")},
        {"at": 10**400},
        {"at": "1e999"},
    ],
)
def test_what_does_not_fit_is_not_known(about: Any) -> None:
    assert item({"text": "x", "about": about}).about == NOTHING_KNOWN


@pytest.mark.parametrize(
    ("value", "seconds"), [(1, 1.0), (-2.5, -2.5), ("1700000000", 1.7e9), (" 3 ", 3.0)]
)
def test_times_are_numbers_or_texts_of_numbers(value: Any, seconds: float) -> None:
    assert item({"text": "x", "about": {"at": value}}).about.at == seconds
    turn = {"role": "user", "text": "x", "at": value}
    conversation = item({"turns": [turn]})
    assert isinstance(conversation, Conversation)
    assert conversation.turns[0].at == seconds


@pytest.mark.parametrize(("value", "declared"), [("yes", True), ("no", False), (False, False)])
def test_declared_is_yes_or_no(value: Any, declared: bool) -> None:
    assert item({"text": "x", "about": {"declared": value}}).about.declared is declared


def test_turns_make_a_conversation() -> None:
    turns = [{"role": "user", "text": "问\ud800", "at": 1}, {"role": "assistant", "text": "答"}]
    wanted = Conversation(id="c", turns=(Turn("user", "问\ufffd", 1.0), Turn("assistant", "答")))
    assert item({"id": "c", "turns": turns}) == wanted
    assert item({"id": "c", "kind": "conversation", "turns": turns}) == wanted


@pytest.mark.parametrize(
    "turns",
    [
        [1],
        [{"role": "user"}],
        [{"text": "x"}],
        [{"role": "user", "text": 5}],
        [{"role": "admin", "text": "x"}],
        [{"role": ["user"], "text": "x"}],
    ],
)
def test_a_turn_without_role_or_text_is_an_error(turns: Any) -> None:
    assert refused({"turns": turns}).startswith("f#1: turn 0 needs a role of ")


@pytest.mark.parametrize("turns", [None, "x", {}, 1])
def test_turns_that_are_no_list_are_an_error(turns: Any) -> None:
    assert refused({"turns": turns}) == "f#1: a conversation needs `turns`"


@pytest.mark.parametrize(("kind", "made_of"), [("record", Record), ("account", Account)])
def test_fields_make_a_record(kind: str, made_of: type[Record]) -> None:
    fields = {
        "名": "甲\udfff",
        "n": 1,
        "f": 1.5,
        "b": True,
        "none": None,
        "list": [1],
        "\ud800": "x",
    }
    made_item = item({"kind": kind, "fields": fields})
    assert type(made_item) is made_of
    assert made_item.fields == {
        "名": "甲\ufffd",
        "n": 1,
        "f": 1.5,
        "b": True,
        "none": None,
        "list": None,
        "\ufffd": "x",
    }


@pytest.mark.parametrize("fields", [None, [], "x"])
def test_a_product_without_fields_is_an_error(fields: Any) -> None:
    assert "needs `fields`" in refused({"kind": "product", "fields": fields})
    assert item({"kind": "product", "fields": {}}) == Product(id="f#1", fields={})


def test_a_document_keeps_its_text_as_it_is() -> None:
    body = "\ufeff%PDF-a\ud800b"
    row = {"kind": "document", "text": body, "format": "markdown"}
    assert item(row) == Document(id="f#1", format="markdown", body="\ufeff%PDF-a\ufffdb")
    page = item({"kind": "document", "text": "<html>x"})
    assert page == Document(id="f#1", format="html", body="<html>x")
    assert item({"kind": "document", "text": "x"}) == Text(id="f#1", body="x")


def test_a_text_over_the_limit_is_an_error() -> None:
    entry = made({"text": "x" * 11}, max_item_bytes=10)
    assert isinstance(entry.error, TooLarge)


def test_a_path_is_read_from_beside_the_data_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.md").write_text("正文", "utf-8")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    first = item({"id": "a", "path": "deep/a.md", "about": {"who": "甲"}}, tmp_path)
    wanted = Document(
        id="a",
        about=About(who="甲"),
        source=tmp_path / "deep" / "a.md",
        format="markdown",
        body="正文",
    )
    assert first == wanted
    assert item({"path": "./deep/../b.png"}, tmp_path) == Document(
        id="f#1", source=b"\x89PNG\r\n\x1a\n", format="png"
    )
    assert item({"path": "b.png", "text": "文"}, tmp_path) == Text(id="f#1", body="文")


def test_a_cut_file_behind_a_path_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("你好".encode()[:-1])
    entry = made({"path": "a.txt"}, tmp_path)
    assert [n.what for n in entry.not_looked_at] == ["the last 2 bytes of f#1"]


@pytest.mark.parametrize("name", ["../secret.txt", "in/../../secret.txt", "link", "up/secret.txt"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("geheim")
    base = tmp_path / "data"
    (base / "in").mkdir(parents=True)
    (base / "link").symlink_to(tmp_path / "secret.txt")
    (base / "up").symlink_to(tmp_path)
    assert refused({"path": name}, base) == "f#1: the path leaves the folder of the data file"
    assert "leaves the folder" in refused({"path": str(tmp_path / "secret.txt")}, base)
    assert "leaves the folder" in refused({"path": "/etc/passwd"}, base)


def test_a_path_to_nothing_that_can_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "broken").symlink_to("gone")
    os.mkfifo(tmp_path / "fifo")
    for name in ("gone", "folder", "broken", "fifo", "", "."):
        assert refused({"path": name}, tmp_path) == f"f#1: no file {name!r}"
    for name in ("loop", "loop/x", "a\x00b", "\ud800", "长" * 3000, "x/" * 3000):
        assert refused({"path": name}, tmp_path).startswith("f#1: ")


def test_a_file_behind_a_path_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_bytes(b"x" * 11)
    (tmp_path / "odd.txt").write_bytes(b"abc \xff def")
    large = made({"path": "large.txt"}, tmp_path, max_item_bytes=10)
    assert isinstance(large.error, TooLarge)
    assert isinstance(made({"path": "odd.txt"}, tmp_path).error, BadEncoding)


@given(st.one_of(json_values, st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=5)))
def test_any_row_is_an_item_or_an_error(row: Any) -> None:
    entry = made(row, Path("/nonexistent/folder"))
    assert (entry.item is None) != (entry.error is None)
    assert entry.error is None or isinstance(entry.error, InputError)
    entry.id.encode()
