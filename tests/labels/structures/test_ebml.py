from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile
from qingjian.labels.structures import ebml


@pytest.mark.parametrize("width", range(1, 9))
def test_sizes_are_read_at_every_width(width: int) -> None:
    data = b"\xec" + (3 | 1 << 7 * width).to_bytes(width, "big") + b"abc"
    found = ebml.element_at(data, 0, len(data))
    assert (found.id, found.body, found.end) == (ebml.VOID, 1 + width, len(data))
    assert (found.known, found.size_width) == (True, width)


@pytest.mark.parametrize("width", range(1, 9))
def test_a_size_of_all_ones_is_unknown_at_every_width(width: int) -> None:
    data = b"\x18\x53\x80\x67" + ((1 << 7 * width + 1) - 1).to_bytes(width, "big") + b"abc"
    found = ebml.element_at(data, 0, len(data) - 1)
    assert not found.known
    assert found.end == len(data) - 1
    with pytest.raises(DamagedFile, match="at byte 0 has no known size"):
        list(ebml.children(data, 0, len(data)))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "missing at byte 0"),
        (b"\x00\x81a", "no EBML element begins at byte 0"),
        (b"\x08\x00\x00\x00\x00\x81a", "no EBML element begins at byte 0"),
        (b"\xec", "at byte 0 is cut short"),
        (b"\x42\x86", "at byte 0 is cut short"),
        (b"\xec\x00\x81", "size of more than 8 bytes"),
        (b"\xec\x40", "at byte 0 is cut short"),
        (b"\xec\x82a", "at byte 0 is cut short: it ends at byte 4"),
        (b"\xec\x01\xff\xff\xff\xff\xff\xff\xfe", "is cut short: it ends at byte"),
    ],
)
def test_a_broken_element_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        ebml.element_at(data, 0, len(data))


def test_an_element_may_not_reach_out_of_its_parent() -> None:
    with pytest.raises(DamagedFile, match="at byte 1 is cut short"):
        list(ebml.children(b"x\xec\x83abcd", 1, 5))


def test_too_many_elements_are_refused() -> None:
    with pytest.raises(DamagedFile, match="more than 200,000"):
        list(ebml.children(b"\xec\x80" * 200_001, 0, 400_002))


def test_the_header_is_read() -> None:
    body = ebml.element(0x42F2, b"\x05") + ebml.element(0x4282, b"webm\x00\x00")
    data = ebml.element(ebml.HEADER, body)
    assert ebml.header(data) == ebml.Header("webm", 5, len(data))
    assert ebml.element_at(b"\x08\x00\x00\x00\x01\x80", 0, 6, 5).id == 0x0800000001


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (ebml.element(0x42F2, b"\x09"), "identifiers of 9 bytes"),
        (ebml.element(0x42F2, b"\x03"), "identifiers of 3 bytes"),
        (ebml.element(0x42F3, b"\x09"), "sizes over 8 bytes"),
        (ebml.void(5000), "more than 4,096 bytes"),
        (b"\xec\x85", "cut short"),
    ],
)
def test_a_header_that_is_not_followed_is_refused(body: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        ebml.header(ebml.element(ebml.HEADER, body))


def test_another_first_element_is_no_header() -> None:
    with pytest.raises(DamagedFile, match="does not begin with an EBML header"):
        ebml.header(ebml.void(10))


def test_text_ends_at_a_zero_byte_and_is_bounded() -> None:
    data = ebml.element(0x4487, "题".encode() + b"\x00junk")
    assert ebml.text_at(data, ebml.element_at(data, 0, len(data))) == "题"
    data = ebml.element(0x4487, bytes(4_000_001))
    with pytest.raises(DamagedFile, match="more than 4,000,000 bytes"):
        ebml.text_at(data, ebml.element_at(data, 0, len(data)))


@given(st.integers(0, 2**56 - 2), st.integers(1, 8))
def test_a_size_field_reads_back(size: int, least: int) -> None:
    field = ebml.size_field(size, least)
    if size < 2**20:
        data = b"\xec" + field + bytes(size)
        assert ebml.element_at(data, 0, len(data)).end == len(data)
    assert int.from_bytes(field, "big") - (1 << 7 * len(field)) == size
    assert least <= len(field) <= 8


@pytest.mark.parametrize("length", [*range(2, 300), 16_400])
def test_a_void_takes_any_length_from_two(length: int) -> None:
    data = ebml.void(length)
    found = ebml.element_at(data, 0, length)
    assert (len(data), found.id, found.end) == (length, ebml.VOID, length)
    assert ebml.void(0) == b""


def test_the_checksum_is_of_what_follows_it() -> None:
    data = ebml.master(0x1254C367, [b"\xec\x81a", b"\xec\x80"], True)
    found = ebml.element_at(data, 0, len(data))
    crc, *rest = ebml.children(data, found.body, found.end)
    assert ebml.is_checked(data, found)
    assert data[crc.body : crc.end] == zlib.crc32(data[crc.end :]).to_bytes(4, "little")
    assert len(rest) == 2


@pytest.mark.parametrize("checked", [True, False])
def test_an_element_fills_its_room_or_does_not_fit(checked: bool) -> None:
    parts = [b"\xec\x80" * 61]
    least = len(ebml.master(0x1254C367, parts, checked))
    assert ebml.fitted(0x1254C367, parts, checked, least - 1) is None
    for room in range(least, least + 200):
        data = ebml.fitted(0x1254C367, parts, checked, room)
        assert data is not None
        assert len(data) == room
        first, *rest = ebml.children(data, 0, room)
        assert data[first.body : first.end].endswith(parts[0])
        assert [each.id for each in rest] == ([ebml.VOID] if room > least + 1 else [])
