from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import needs

from qingjian.core.errors import DamagedFile
from qingjian.labels.structures.pdfobjects import (
    Array,
    CutShort,
    Dictionary,
    Item,
    Name,
    Parser,
    Ref,
    String,
    Value,
    bytes_of,
    string_of,
    text_of,
    whole,
)


def read(source: bytes) -> Item:
    return Parser(source, 0, 0).item()


def plain(value: Value) -> Any:
    """Give a value as Python's own types."""
    if isinstance(value, Array):
        return [plain(item.value) for item in value.items]
    if isinstance(value, Dictionary):
        return {e.key: plain(e.item.value) for e in value.entries}
    return bytes_of(value) if isinstance(value, String) else value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (b"12", 12),
        (b"-12", -12),
        (b"+3.5", 3.5),
        (b".5", 0.5),
        (b"4.", 4.0),
        (b"true", True),
        (b"false", False),
        (b"null", None),
        (b"/Name", b"Name"),
        (b"/A#49GC#", b"AIGC#"),
        (b"/", b""),
        (b"12 0 R", Ref(12, 0)),
        (b"[1 0 R 2 0 3 4 R]", None),
        (b"[1 2 0 R/A(b)<63>[ ]]", [1, Ref(2, 0), b"A", b"b", b"c", []]),
        (b"<</A 1/B<</C[2]>>>>", {b"A": 1, b"B": {b"C": [2]}}),
        (b"% said\r<<%x\n/A%y\n1>>", {b"A": 1}),
        (b"\x00\t\n\f\r 7", 7),
    ],
)
def test_objects_are_read(source: bytes, value: object) -> None:
    if source == b"[1 0 R 2 0 3 4 R]":
        value = [Ref(1, 0), 2, 0, Ref(3, 4)]
    assert plain(read(source).value) == value


def test_the_last_of_two_keys_is_the_value() -> None:
    found = read(b"<</A 1/A 2>>").value
    assert isinstance(found, Dictionary)
    assert found.get(b"A") == 2
    assert [e.item.value for e in found.entries] == [1, 2]
    assert found.get(b"B") is None


def test_every_object_has_its_range() -> None:
    source = b" <</Title (a(b)c) /Kids [1 0 R 22]>> "
    found = read(source)
    assert source[found.start : found.end] == source.strip()
    assert isinstance(found.value, Dictionary)
    title, kids = found.value.entries
    assert source[title.start : title.item.start] == b"/Title "
    assert source[title.item.start : title.item.end] == b"(a(b)c)"
    assert isinstance(kids.item.value, Array)
    parts = [source[each.start : each.end] for each in kids.item.value.items]
    assert parts == [b"1 0 R", b"22"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (rb"(a\(b\)\\c)", rb"a(b)\c"),
        (rb"(((a))(b))", rb"((a))(b)"),
        (rb"(\n\r\t\b\f\q)", b"\n\r\t\b\fq"),
        (rb"(\101\1012\7x\400)", b"AA2\x07x\x00"),
        (b"(a\\\nb\\\r\nc\\\rd)", b"abcd"),
        (b"(a\r\nb\rc\nd)", b"a\nb\nc\nd"),
        (b"()", b""),
        (b"<>", b""),
        (b"<4 1\n4>", b"A@"),
        (b"<fEfF>", b"\xfe\xff"),
    ],
)
def test_strings_are_read(source: bytes, said: bytes) -> None:
    value = read(source).value
    assert isinstance(value, String)
    assert value == source
    assert bytes_of(value) == said


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (b"", "at byte 0 is cut short"),
        (b"%", "at byte 0 is cut short"),
        (b"[1 ", "at byte 3 is cut short"),
        (b"  (a\\)", "at byte 2 is cut short"),
        (b"<41", "at byte 0 is cut short"),
        (b"<4x>", "at byte 0 is a hex string with other"),
        (b"<</A>>", "at byte 4 is none"),
        (b"<<1 2>>", "at byte 2 stands where a key should be"),
        (b"]", "at byte 0 is none"),
        (b"nul", "at byte 0 is none"),
        (b"1-2", "at byte 0 is none"),
        (b"9" * 65, "more than 64 characters"),
        (b"/" + b"a" * 5000, "name of more than 4,096"),
        (b"[" * 66, "nested more than 64 deep"),
        (b"<</A" * 66, "nested more than 64 deep"),
        (b"[" + b"1 " * 300_001, "more than 300,000 items"),
        (b"(" + b"a" * 4_000_001 + b")", "string of more than 4,000,000"),
        (b"(" + b"(" * 4_000_001, "string of more than 4,000,000"),
    ],
)
def test_what_is_no_object_is_told(source: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        read(source)


def test_damage_is_told_by_the_byte_of_the_file() -> None:
    with pytest.raises(DamagedFile, match="at byte 1002 is none"):
        Parser(b"  )", 0, 1000).item()
    with pytest.raises(DamagedFile, match="at byte 2 of the object stream at byte 1000 is none"):
        Parser(b"  )", 0, 1000, packed=True).item()


WHOLE = b"<</Title (a\\)b) /Hex <4142> /Kids [1 0 R 22 % c\n 3.5]/N /Name/B true>>"


def test_a_cut_object_is_damage_or_asks_for_more() -> None:
    for end in range(len(WHOLE)):
        with pytest.raises(DamagedFile):
            read(WHOLE[:end])
        with pytest.raises(CutShort):
            Parser(WHOLE[:end], 0, 0, final=False).item()
    assert Parser(WHOLE + b" " * 256, 0, 0, final=False).item() == read(WHOLE)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_damage(source: bytes) -> None:
    try:
        plain(read(source).value)
    except DamagedFile as error:
        assert "byte" in error.what


@pytest.mark.parametrize(
    "source",
    [
        b"(" + rb"\(" * 1_900_000,
        b"<" + b"41" * 4_000_000,
        b"%" * 8_000_000,
        b" " * 8_000_000,
        b"9" * 8_000_000,
        b"%\n" * 4_000_000,
        b"1 0 " * 140_000,
    ],
)
def test_long_sources_take_linear_time(source: bytes) -> None:
    start = time.monotonic()
    with pytest.raises(DamagedFile):
        read(b"[" + source)
    assert time.monotonic() - start < 8


@pytest.mark.parametrize(
    ("source", "text", "unsaid"),
    [
        (b"(plain)", "plain", False),
        (b"<FEFF62A5 544A>", "报告", False),
        (b"<FFFEA562>", "报", False),
        (b"(\xef\xbb\xbf\xe6\x8a\xa5)", "报", False),
        (b"(\xe6\x8a\xa5)", "报", True),
        (b"(\\200 \xa0 \xe9)", "• € é", False),
        (b"<FEFFD800>", "\ufffd", False),
    ],
)
def test_text_strings_are_read(source: bytes, text: str, unsaid: bool) -> None:
    assert text_of(String(source)) == (text, unsaid)


def test_the_one_byte_encoding_is_that_of_pikepdf() -> None:
    needs.package("pikepdf")
    for code in {*range(0x18, 0x20), *range(0x80, 0x100)} - {0x9F, 0xAD}:
        said = text_of(String(b"<%02x>" % code))[0]
        assert said == bytes([code]).decode("pdfdoc"), hex(code)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_written_is_read(text: str) -> None:
    source = string_of(text)
    assert source.isascii()
    value = read(source).value
    assert isinstance(value, String)
    assert text_of(value) == (text, False)


def test_ascii_is_written_as_it_is() -> None:
    assert string_of('{"a":"\\(b)\n"}') == b'({"a":"\\\\\\(b\\)\\n"})'
    assert string_of("报") == b"<feff62a5>"


@pytest.mark.parametrize("value", [None, True, -1, 11, 1.0, Name(b"1"), Ref(1, 0)])
def test_what_is_no_number_in_bounds_is_told(value: Value) -> None:
    assert whole(10, 10, "Size", 5) == 10
    with pytest.raises(DamagedFile, match="at byte 5 has no right Size"):
        whole(value, 10, "Size", 5)
