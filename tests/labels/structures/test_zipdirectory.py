"""The central directory: which end record counts, and where numbers stand."""

from __future__ import annotations

import struct

import pytest
from tests.labels.structures.test_archive import END, FORMS, LIST, PARTS, SECOND, put, zip64, zipped

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.structures.zipdirectory import (
    CRC,
    OFFSET,
    PACKED,
    SIZE,
    Entry,
    ends_of,
    patched,
    records,
)

STORED = FORMS["stored"]


def entries(data: bytes) -> list[Entry]:
    ends = ends_of(data)
    return list(records(data[ends.directory.start : ends.directory.end], ends))


@pytest.mark.parametrize("form", FORMS)
def test_every_entry_is_listed_with_its_place(form: str) -> None:
    found = entries(FORMS[form])
    assert [e.name for e in found] == list(PARTS)
    assert [e.size for e in found] == [len(p) for p in PARTS.values()]
    assert all(FORMS[form][e.at.start :].startswith(b"PK\x03\x04") for e in found)


def test_the_directory_is_where_the_end_record_says() -> None:
    data = FORMS["stored"]
    assert ends_of(data).directory == ByteRange(LIST, END)
    assert (ends_of(data).at, ends_of(data).at64, ends_of(data).base) == (END, -1, 0)
    assert ends_of(FORMS["in front"]).base == len(b"#!/bin/sh\n")


def test_a_gap_before_the_end_record_is_kept_room() -> None:
    data = FORMS["stored"]
    assert ends_of(data[:END] + b"gap" + data[END:]).directory == ByteRange(LIST, END)


def test_end_records_that_contradict_each_other_are_refused() -> None:
    data = zip64()
    at = data.index(b"PK\x06\x06")
    with pytest.raises(DamagedFile, match="do not agree"):
        ends_of(put(data, len(data) - 12, "<H", 2))
    with pytest.raises(DamagedFile, match="locator at byte"):
        ends_of(put(data, at, "<I", 0))
    with pytest.raises(DamagedFile, match="do not agree"):
        ends_of(put(data, at + 16, "<I", 1))


def test_a_signature_in_the_comment_does_not_hide_the_end() -> None:
    comment = b"PK\x05\x06" + bytes(30)
    assert ends_of(zipped(comment=comment)).entries == len(PARTS)


def test_a_million_bytes_behind_the_end_are_searched() -> None:
    assert ends_of(zipped() + bytes(1_000_000)).entries == len(PARTS)
    with pytest.raises(DamagedFile, match="without an end record"):
        ends_of(zipped() + bytes(1_200_000))


def test_an_archive_behind_the_end_is_no_part_of_this_one() -> None:
    both = zipped() + zipped({"x": b"y"})
    assert [e.name for e in entries(both)] == list(PARTS)


def test_numbers_are_patched_where_they_stand() -> None:
    (first, *_) = entries(FORMS["stored"])
    record = patched(first.record, first.wide, OFFSET, 7)
    assert record == first.record[:42] + struct.pack("<I", 7) + first.record[46:]
    (first, *_) = entries(zip64())
    for field in (PACKED, SIZE, OFFSET):
        record = patched(first.record, first.wide, field, 1 << 40)
        assert record[field : field + 4] == b"\xff" * 4
        assert struct.pack("<Q", 1 << 40) in record


def test_a_number_that_needs_64_bits_is_refused() -> None:
    (first, *_) = entries(FORMS["stored"])
    assert patched(first.record, {}, CRC, 0xFFFFFFFF)[16:20] == b"\xff" * 4
    with pytest.raises(InputError, match="64-bit records"):
        patched(first.record, {}, OFFSET, 0xFFFFFFFF)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "ends at byte 0 without an end record"),
        (put(STORED, SECOND + 42, "<I", LIST), "points out of the file"),
        (put(STORED, SECOND + 20, "<I", 0xFFFF), "points out of the file"),
        (put(STORED, SECOND + 20, "<I", 0xFFFFFFFF), "lacks its 64-bit values"),
        (put(STORED, SECOND, "<I", 0), f"no entry at byte {SECOND}"),
        (put(STORED, SECOND + 30, "<H", 9999), f"entry at byte {SECOND} is cut short"),
        (put(STORED, END + 8, "<2H", 2, 3), "several disks"),
        (put(STORED, END + 8, "<2H", 0, 0), "tells of 0 entries"),
        (put(STORED, END + 8, "<2H", 9, 9), "tells of 9 entries"),
        (put(STORED, END + 12, "<I", 7_000_000), "points to no directory"),
        (put(STORED, END + 20, "<H", 5), "comment of the zip end record"),
    ],
)
def test_a_broken_directory_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        entries(data)
