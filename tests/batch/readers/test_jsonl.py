from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import mixed

from qingjian.batch.entry import Entry
from qingjian.batch.readers import jsonl
from qingjian.batch.readers.rows import Reading
from qingjian.core.errors import BadEncoding, BadRow, TooLarge
from qingjian.core.types import Text

NAME = "f.jsonl"


def read(data: bytes | str, **reading: Any) -> list[Entry]:
    raw = data.encode() if isinstance(data, str) else data
    return list(jsonl.read(io.BytesIO(raw), NAME, Path(), Reading(**reading)))


def body(entry: Entry) -> str:
    assert isinstance(entry.item, Text), entry.error
    return entry.item.body


def test_rows_without_an_id_are_named_by_file_and_line() -> None:
    made = read('{"text": "一"}\n\n   \n{"id": "x", "text": "二"}\n')
    assert [(e.id, body(e), e.given) for e in made] == [
        ("f.jsonl#1", "一", False),
        ("x", "二", True),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "{",
        "[",
        '{"text": "a"',
        "nonsense",
        '{"text": "a\nb"}',
        "{'text': 'a'}",
        '{"text": NaN}',
        "x\ufeff{}",
        '{"text": "\\u12"}',
        '{"text": "\\',
        "[" * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '"\\ud800' + "[" * 100_000,
        '{"text": "\\ud800", "a":' + "[" * 100_000 + "]" * 100_000 + "}",
        "1" * 5000 + "x",
    ],
)
def test_a_line_that_is_no_json_is_an_error_and_the_rest_goes_on(row: str) -> None:
    *bad, good = read(f'{row}\n{{"text": "好"}}')
    assert bad
    assert body(good) == "好"
    for number, entry in enumerate(bad, 1):
        assert isinstance(entry.error, BadRow)
        assert entry.id == f"f.jsonl#{number}"
        assert entry.error.what.startswith(f"f.jsonl#{number}: no JSON: ")


@pytest.mark.parametrize("row", ["[]", '"a"', "1", "null", "true", "[" * 999 + "]" * 999])
def test_json_that_is_no_object_is_an_error(row: str) -> None:
    (made,) = read(row)
    assert isinstance(made.error, BadRow)
    assert made.error.what == "f.jsonl#1: a row must be an object"


@given(mixed)
def test_a_text_comes_back_as_it_was_written(text: str) -> None:
    for ascii_only in (True, False):
        row = json.dumps({"text": text}, ensure_ascii=ascii_only)
        assert [body(e) for e in read(row)] == [text]


@given(st.text(st.characters(), max_size=20), st.text(st.characters(categories=["Cs"])))
def test_each_lone_surrogate_becomes_one_replacement_character(text: str, lone: str) -> None:
    written = text + lone + "末"
    (entry,) = read(json.dumps({"id": written, "text": written}))
    wanted = written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert (entry.id, body(entry)) == (wanted, wanted)


def test_a_surrogate_keeps_places_one_for_one() -> None:
    (made,) = read('{"text": "a\\ud83db\\udc00\\ud83d\\ude00c"}')
    assert body(made) == "a\ufffdb\ufffd\U0001f600c"


def test_nuls_become_spaces_one_for_one() -> None:
    made = read(b'{"text": "a\x00b"}\n\x00{"text": "c"}\n{"text": "\x00\\ud800"}')
    assert [body(e) for e in made] == ["a b", "c", " \ufffd"]
    assert [body(e) for e in read('{"text": "a\\u0000b"}')] == ["a\x00b"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_other_encodings_are_read(encoding: str) -> None:
    text = "冒充客服要求开启屏幕共享"
    raw = f'{{"id": 1, "text": "{text}"}}\n{{"text": "第二行也是正常的句子"}}\n'.encode(encoding)
    first, second = read(raw)
    assert (first.id, body(first)) == ("1", text)
    assert (second.id, body(second)) == ("f.jsonl#2", "第二行也是正常的句子")


def test_lines_too_long_or_undecodable_are_errors_of_their_own() -> None:
    good = '{"text": "好"}'.encode()
    made = read(b"\n".join([good, b"x" * 101, good, b'{"text": "\xff"}', good]), max_item_bytes=100)
    assert [type(e.error) for e in made] == [
        type(None),
        TooLarge,
        type(None),
        BadEncoding,
        type(None),
    ]
    assert [e.id for e in made] == [f"f.jsonl#{i}" for i in range(1, 6)]


def test_a_file_in_no_known_encoding_is_refused() -> None:
    with pytest.raises(BadEncoding):
        read(b"\xff\xfd\xfc\xfb")


def test_a_row_of_millions_of_values_is_refused_before_it_is_built() -> None:
    row = '{"text":"x","a":[' + "[]," * 2_000_001 + "[]]}"
    (made,) = read(row, max_item_bytes=16_000_000)
    assert isinstance(made.error, BadRow)
    assert made.error.what == "f.jsonl#1: more than 2,000,000 values"


def test_a_long_text_full_of_escaped_quotes_is_read() -> None:
    text = '"' * 2_500_000
    assert [body(e) for e in read(json.dumps({"text": text}))] == [text]
