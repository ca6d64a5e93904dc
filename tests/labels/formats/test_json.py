from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile, InputError, TooLarge
from qingjian.core.types import ByteRange
from qingjian.labels.formats import json as json_file
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Mark
from qingjian.labels.splice import applied

LABEL = '{"Label":"1","ContentProducer":"甲","ProduceID":"x"}'
MEMBER = f'"AIGC": {LABEL}'
OLD = '{"Label": "2"}'


def read(data: bytes) -> list[Mark]:
    return marks_of(json_file.held(data))


def write(text: str, value: str | None = LABEL) -> str:
    data = text.encode()
    return applied(data, json_file.write(data, value)).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", "{%s}"),
        (" {\n}\n", " {%s\n}\n"),
        ('{"a":1}', '{%s,"a":1}'),
        ('{\r\n\t"a": 1\r\n}\r\n', '{\r\n\t%s,\r\n\t"a": 1\r\n}\r\n'),
        ("\ufeff{ }", "\ufeff{%s }"),
        ('{"a": [1, {"AIGC": {"Label": "1"}}]}', '{%s,"a": [1, {"AIGC": {"Label": "1"}}]}'),
    ],
)
def test_a_new_member_is_the_first_and_goes_without_trace(before: str, after: str) -> None:
    assert write(before) == after.replace("%s", MEMBER)
    assert write(write(before), None) == before


@pytest.mark.parametrize(
    ("before", "after", "without"),
    [
        (f'{{"a": 1, "AIGC" : {OLD} }}', '{"a": 1, %s }', '{"a": 1 }'),
        (f'{{"AIGC":{OLD}, "a": 1}}', '{%s, "a": 1}', '{ "a": 1}'),
        (f'{{"a":1 , "aigc":{OLD},\n"b":2}}', '{"a":1 , %s,\n"b":2}', '{"a":1 ,\n"b":2}'),
        (f'{{"AIGC":{OLD},"b":2,"AIGC":{OLD}}}', '{%s,"b":2}', '{"b":2}'),
        (f'{{"aigc":{OLD},"AIGC":{OLD},"AIGC":{OLD},"b":2}}', '{%s,"b":2}', '{"b":2}'),
        (f'{{"b":2,"AIGC":{OLD},"AIGC":{OLD}}}', '{"b":2,%s}', '{"b":2}'),
        (f'{{"b":2,"AIGC":{OLD},"AIGC":{OLD},"c":3}}', '{"b":2,%s,"c":3}', '{"b":2,"c":3}'),
        (f'{{"\\u0041IGC":{OLD}}}', "{%s}", "{}"),
        ('{"aigc": true}', '{%s,"aigc": true}', '{"aigc": true}'),
        ('{"AIGC": null}', "{%s}", '{"AIGC": null}'),
        ('{"AIGC": {"ProduceID": ""}}', "{%s}", '{"AIGC": {"ProduceID": ""}}'),
    ],
)
def test_members_that_are_there_go_with_their_commas(before: str, after: str, without: str) -> None:
    assert write(before) == after.replace("%s", MEMBER)
    assert write(write(before)) == write(before)
    assert write(before, None) == without
    json.loads(without)


def test_the_place_is_the_member() -> None:
    data = f'{{"a": "山", "aigc" : {OLD}}}'.encode()
    (mark,) = read(data)
    assert isinstance(mark.at, ByteRange)
    assert data[mark.at.start : mark.at.end].decode() == f'"aigc" : {OLD}'
    assert mark.deviations[0].id == "place.key"
    assert mark.place == "member aigc"


def test_texts_are_pairs_but_one_that_quotes_a_label_is_content() -> None:
    quoted = json.dumps(json.dumps({"AIGC": {"Label": "1"}}))
    data = f'{{"title": "\\u5c71", "n": 1, "example": {quoted}, "x": "\\ud800"}}'.encode()
    assert [(e.key, e.value) for e in json_file.held(data)] == [("title", "山"), ("x", "\ufffd")]
    assert write(data.decode()).endswith(data.decode()[1:])


def test_a_label_after_very_many_members_is_read() -> None:
    many = ",".join(f'"k{i}": "v", "{i}aigc": [1, {{}}]' for i in range(1000))
    data = f'{{{many}, "AIGC": {OLD}, "aigc": {OLD}, {many}, "\\u0061IGC": {OLD}}}'
    assert len(read(data.encode())) == 3
    assert write(data, None) == f"{{{many}, {many}}}"
    assert len(list(json_file.held(data.encode()))) == 128 + 3  # texts among the first members


@pytest.mark.parametrize("text", ["[]", " 1", '"AIGC"', '[{"AIGC": {"Label": "1"}}]', "null\n"])
def test_what_is_no_object_has_no_place(text: str) -> None:
    assert read(text.encode()) == []
    assert write(text, None) == text
    with pytest.raises(InputError, match="no object") as caught:
        write(text)
    assert "beside" in caught.value.hint


@pytest.mark.parametrize("value", ["1", "true", "[]", '"words"', '{"models": []}'])
def test_a_member_that_is_something_else_is_not_overwritten(value: str) -> None:
    text = f'{{"AIGC": {value}}}'
    with pytest.raises(InputError, match="at byte 1 holds something that is no label"):
        write(text)
    assert write(text, None) == text


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", "cut at byte 0"),
        ("{", "cut at byte 1"),
        ('{"a"', "breaks at byte 1"),
        ('{"a":', "cut at byte 5"),
        ('{"a":1', "cut at byte 6"),
        ('{"a":1,', "cut at byte 7"),
        ('{"a":1,}', "breaks at byte 7"),
        ('{"a":[1,]}', "breaks at byte 8"),
        ('{"a":[1}}', "breaks at byte 7"),
        ('{"a":{"b":1]}', "breaks at byte 11"),
        ('{"a":{"b"}}', "breaks at byte 6"),
        ('{"a":01}', "breaks at byte 6"),
        ('{"a":"\n"}', "breaks at byte 5"),
        ('{"a":"\\x"}', "breaks at byte 5"),
        ("{'a':1}", "breaks at byte 1"),
        ('{"a":1} x', "after the end of the JSON at byte 8"),
        ("{}{}", "after the end of the JSON at byte 2"),
        ('{/**/"a":1}', "breaks at byte 1"),
    ],
)
def test_what_breaks_is_told_with_its_byte(text: str, at: str) -> None:
    for attempt in (read, lambda data: json_file.write(data, None)):
        with pytest.raises(DamagedFile, match=at):
            attempt(text.encode())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4) | st.just("AIGC"), inner, max_size=4)
    ),
    max_leaves=25,
)


@given(values, st.sampled_from([None, 0, 1, "\t"]), st.booleans())
def test_what_the_standard_library_writes_is_scanned(
    value: object, indent: int | str | None, ascii: bool
) -> None:
    text = json.dumps({"x": value, "y": [value]}, indent=indent, ensure_ascii=ascii)
    again = write(text)
    assert json.loads(again)["AIGC"] == json.loads(LABEL)
    assert write(again, None) == text


@given(st.text('{}[],:"\\ \n01-.eEuntrlfaisAIGC', max_size=30))
def test_it_is_as_strict_as_the_standard_library(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        with pytest.raises(DamagedFile):
            read(text.encode())
    else:
        read(text.encode())


def test_other_encodings() -> None:
    data = '{"标题": "山水", "AIGC": {"Label": "1"}}'.encode("gb18030")
    again = applied(data, json_file.write(data, LABEL))
    assert json.loads(again.decode("gb18030"))["AIGC"]["ContentProducer"] == "甲"
    for encoding in ("utf-16", "utf-16-be", "utf-16-le"):
        with pytest.raises(DamagedFile, match="UTF-16") as caught:
            read("{}".encode(encoding))
        assert caught.value.hint


@pytest.mark.parametrize("part", ['{"a":', "[", '[[[1]],"x",', '{"a":[[{}]],"b":'])
def test_depth_is_bounded(part: str) -> None:
    with pytest.raises(DamagedFile, match=r"nests more than 10,000 deep at byte|is cut at byte"):
        read((part * 20_000).encode())
    closed = '{"a":' + "[" * 9_999 + "]" * 9_999 + "}"
    assert write(write(closed), None) == closed


@pytest.mark.parametrize("part", ["1,", "[],", '"\\n",', "[[1,{}],[[]]],", '{"a":1,"b":[[]]},'])
def test_long_files_are_read_in_time(part: str) -> None:
    started = time.process_time()
    read(('{"a":[' + part * (2_000_000 // len(part)) + "1]}").encode())
    assert time.process_time() - started < 15  # 2 s; minutes, were it quadratic


def test_bounds() -> None:
    with pytest.raises(DamagedFile, match="more than 4096 members"):
        read(("{" + f'"AIGC":{OLD},' * 5000 + '"a":1}').encode())
    with pytest.raises(TooLarge):
        read(b"{}" + b" " * (64 << 20))


def test_the_first_bytes_tell() -> None:
    assert json_file.knows(b'\xef\xbb\xbf \r\n{ "a": 1}')
    assert json_file.knows(b"{}")
    assert not json_file.knows(b"[1]")
    assert not json_file.knows(b"{\\rtf1}")
