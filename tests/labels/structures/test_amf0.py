from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.formats.samples.flv import array_of, map_of, number, object_of, string, text

from qingjian.core.errors import DamagedFile
from qingjian.labels.structures import amf0
from qingjian.labels.structures.amf0 import Value


def only(body: bytes) -> Value:
    (value,) = amf0.values(body, 100, 1)
    assert value.start == 0
    return value


@pytest.mark.parametrize(
    "body",
    [
        number(1.5),
        b"\x01\x01",
        text("题"),
        object_of(a=text("b")),
        b"\x04",
        b"\x05",
        b"\x06",
        b"\x07\x00\x01",
        map_of(a=number(1)),
        array_of(text("a"), b"\x05"),
        array_of(),
        b"\x0b" + bytes(10),
        b"\x0c\x00\x00\x00\x01a",
        b"\x0d",
        b"\x0e",
        b"\x0f\x00\x00\x00\x04<a/>",
        b"\x10" + string("Class") + object_of(a=text("b"))[1:],
    ],
)
def test_every_value_is_read_with_its_end_and_every_cut_is_told(body: bytes) -> None:
    assert only(body + b"more").end == len(body)
    for end in range(len(body)):
        try:
            assert not only(body[:end]).closed
        except DamagedFile as error:
            assert "the AMF value at byte 1" in error.what


def test_members_are_given_with_their_places() -> None:
    body = map_of(title=text("题"), width=number(16), inner=object_of(a=text("b")))
    value = only(body)
    assert value.is_keyed()
    assert [(m.key, m.value.text, m.value.number) for m in value.members] == [
        ("title", "题", None),
        ("width", None, 16.0),
        ("inner", None, None),
    ]
    for member in value.members:
        assert body[member.start :].startswith(string(member.key))
    assert body[value.members[0].value.start : value.members[0].value.end] == text("题")
    assert value.members[2].value.members[0].key == "a"


def test_the_end_of_the_last_object_may_be_missing() -> None:
    whole = map_of(title=text("t"))
    value = only(whole[:-3])
    assert (value.closed, value.end, len(value.members)) == (False, len(whole) - 3, 1)
    with pytest.raises(DamagedFile):
        only(map_of(inner=object_of(a=text("b")))[:-6])


def test_an_array_of_numbers_is_taken_whole() -> None:
    body = array_of(*map(number, range(1000)))
    value = only(body)
    assert (value.members, value.is_keyed()) == ((), False)
    assert amf0.numbers(body, value) == list(range(1000))
    assert amf0.array(amf0.numbers(body, value)) == body
    mixed = only(array_of(number(1), text("a")))
    assert [m.value.text for m in mixed.members] == [None, "a"]


def test_values_follow_one_another() -> None:
    body = text("onMetaData") + map_of(a=text("b")) + b"junk"
    name, value = amf0.values(body, 0, 2)
    assert (name.text, value.start) == ("onMetaData", name.end)
    assert len(amf0.values(text("a"), 0, 2)) == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "value at byte 100 is cut short"),
        (b"\x11", "value at byte 100 has the unknown type 17"),
        (b"\x09", "has the unknown type 9"),
        (text("abc")[:-1], "value at byte 103 is cut short"),
        (b"\x0c\xff\xff\xff\xff", "has more than 4,000,000 bytes of text"),
        (b"\x0a\xff\xff\xff\xff", "is cut short"),
        (b"\x0a\x00\x01\x86\xa1" + b"\x05" * 100_001, "is one of more than 100,000"),
        (b"\x0a\x00\x00\x00\x01" * 40, "stands in too many others"),
        (b"\x03\x00\x01a" * 2000, "stands in too many others"),
    ],
)
def test_broken_values_are_told_with_their_place(body: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        amf0.values(body, 100, 1)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_called_damaged(body: bytes) -> None:
    try:
        found = amf0.values(body, 0, 3)
    except DamagedFile as error:
        assert error.what
    else:
        assert 0 < found[-1].end <= len(body)


@pytest.mark.parametrize("length", [0, 1, 0xFFFF, 0x10000])
def test_a_text_is_written_short_or_long(length: int) -> None:
    body = amf0.string("x" * length)
    value = only(body)
    assert value.kind == (amf0.LONG_STRING if length > 0xFFFF else amf0.STRING)
    assert (value.text, value.end) == ("x" * length, len(body))
    assert amf0.member("AIGC", "x" * length) == string("AIGC") + body


def test_a_number_reads_back() -> None:
    assert only(amf0.number(13.5)).number == 13.5
