"""Zip archives: what stays byte for byte, and what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.splice import Stored, applied
from qingjian.labels.structures.archive import Archive

PARTS = {"first": b"1" * 40, "second": b"two", "folder/third": bytes(range(256))}
TRAILER = b"\x00behind\xff"


def zipped(
    parts: dict[str, bytes] | None = None, comment: bytes = b"", method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as out:
        for name, content in (PARTS if parts is None else parts).items():
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6))
            info.compress_type = method
            out.writestr(info, content)
        out.comment = comment
    return file.getvalue()


def streamed() -> bytes:
    """Give an archive whose sizes stand behind the data, as a pipe gets it."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.got = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes, /) -> int:  # type: ignore[override]  # any buffer is given
            self.got += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in PARTS.items():
            out.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content)
    return pipe.got


def zip64() -> bytes:
    """Give an archive whose directory and end records have their 64-bit form."""
    plain = zipped()
    end = plain.rindex(b"PK\x05\x06")
    size, offset = struct.unpack_from("<2I", plain, end + 12)
    at, records = offset, b""
    for _ in PARTS:
        names = int.from_bytes(plain[at + 28 : at + 30], "little")
        record = plain[at : at + 46 + names]
        numbers = struct.unpack_from("<2I", record, 20)
        place = int.from_bytes(record[42:46], "little")
        extra = struct.pack("<2H3Q", 1, 24, numbers[1], numbers[0], place)
        full = b"\xff" * 4
        head = record[:20] + full * 2 + record[28:30] + struct.pack("<H", 28) + record[32:42]
        records += head + full + record[46:] + extra
        at += 46 + names
    assert at - offset == size
    where = offset + len(records)
    count = len(PARTS)
    long = b"PK\x06\x06" + struct.pack("<Q2H2I", 44, 45, 45, 0, 0)
    long += struct.pack("<4Q", count, count, len(records), offset)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, where, 1)
    short = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 0xFFFF, 0xFFFF, *(0xFFFFFFFF,) * 2, 0)
    return plain[:offset] + records + long + locator + short


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {info.filename: file.read(info) for info in file.infolist()}


def changed(data: bytes, changes: dict[str, bytes]) -> bytes:
    return applied(data, Archive(data).edits(changes))


FORMS = {
    "plain": zipped(),
    "stored": zipped(method=zipfile.ZIP_STORED),
    "comment": zipped(comment=b"said " * 100),
    "streamed": streamed(),
    "64 bit": zip64(),
    "in front": b"#!/bin/sh\n" + zipped(),
    "behind": zipped() + TRAILER,
}
each_form = pytest.mark.parametrize("form", FORMS)


@each_form
def test_entries_are_read(form: str) -> None:
    archive = Archive(FORMS[form])
    assert {n: archive.read(e) for n, e in archive.entries.items()} == PARTS


@each_form
def test_a_changed_entry_leaves_the_others_as_they_were(form: str) -> None:
    data = FORMS[form]
    for name in PARTS:
        for content in (b"", b"new", b"long" * 500):
            new = changed(data, {name: content, "added": b"a"})
            assert unpacked(new) == {**PARTS, name: content, "added": b"a"}
            before, after = Archive(data), Archive(new)
            for kept in PARTS.keys() - {name}:
                old, now = before.entries[kept].at, after.entries[kept].at
                assert new[now.start : now.end] == data[old.start : old.end]
            assert after.read(after.entries[name]) == content


@each_form
def test_putting_the_old_data_back_gives_the_old_entries(form: str) -> None:
    new = changed(FORMS[form], {"second": b"other" * 60})
    assert unpacked(changed(new, {"second": PARTS["second"]})) == PARTS
    assert Archive(FORMS[form]).edits({}) == []


def test_a_rewritten_plain_archive_is_the_archive() -> None:
    data = zipped(method=zipfile.ZIP_STORED)
    assert changed(data, {"second": PARTS["second"]}) == data


def test_what_stands_around_stays() -> None:
    comment = b"PK\x05\x06 in a comment " * 3
    data = zipped(comment=comment) + TRAILER
    new = changed(data, {"first": b"x", "added": b"y"})
    assert new.endswith(comment + TRAILER)
    front = b"#!/bin/sh\nexit\n"
    assert changed(front + zipped(), {"first": b"x"}).startswith(front)


def test_fields_dates_and_extra_bytes_of_a_changed_entry_stay() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        info = zipfile.ZipInfo("名字", (2020, 5, 6, 7, 8, 10))
        info.extra = struct.pack("<2H4s", 0xCAFE, 4, b"keep")
        info.comment = b"of the file"
        info.external_attr = 0o644 << 16
        out.writestr(info, b"old")
    new = changed(file.getvalue(), {"名字": b"new"})
    with zipfile.ZipFile(io.BytesIO(new)) as read:
        (seen,) = read.infolist()
    assert (seen.date_time, seen.comment) == (info.date_time, info.comment)
    assert (seen.extra, seen.external_attr) == (info.extra, info.external_attr)
    assert new.count(b"keep") == 2


def test_a_stored_file_is_read_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file.zip"
    path.write_bytes(FORMS["behind"])
    with path.open("rb") as file:
        edits = Archive(Stored(file.fileno())).edits({"first": b"n"})
    assert edits == Archive(FORMS["behind"]).edits({"first": b"n"})


def test_names_are_found_whatever_their_case() -> None:
    archive = Archive(zipped({"a/B.xml": b"1", "A/b.xml": b"2"}))
    found = [archive.find(n) for n in ("a/B.xml", "A/b.xml", "A/B.XML", "c")]
    assert [e and e.name for e in found] == ["a/B.xml", "A/b.xml", "a/B.xml", None]


@each_form
def test_every_cut_is_refused(form: str) -> None:
    whole = FORMS[form].removesuffix(TRAILER)
    for end in range(len(whole)):
        with pytest.raises(DamagedFile, match="byte"):
            Archive(whole[:end])


def test_a_cut_behind_a_nested_archive_is_refused() -> None:
    data = zipped({"a": b"1", "inner.zip": zipped(), "b": b"2" * 99}, method=zipfile.ZIP_STORED)
    inner = data.index(b"PK\x05\x06")
    for end in range(inner + 22, len(data)):
        with pytest.raises(DamagedFile):
            Archive(data[:end])


def put(data: bytes, at: int, form: str, *values: int) -> bytes:
    new = bytearray(data)
    struct.pack_into(form, new, at, *values)
    return bytes(new)


DATA = zipped(method=zipfile.ZIP_STORED)
LIST = DATA.index(b"PK\x01\x02")
SECOND = DATA.index(b"PK\x01\x02", LIST + 4)
END = DATA.rindex(b"PK\x05\x06")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (put(DATA, 26, "<H", 4), "entry at byte 0 has another name"),
        (put(DATA, 30, "<B", 0x58), "entry at byte 0 is not what the directory says"),
        (put(DATA, 8, "<H", 8), "entry at byte 0 is not what"),
        (put(DATA, 6, "<H", 1), "entry at byte 0 is not what"),
        (put(DATA, 14, "<I", 7), "entry at byte 0 is not what"),
        (put(DATA, 0, "<I", 7), "no zip entry at byte 0"),
        (put(DATA, SECOND + 42, "<I", 0), "share the bytes at 0"),
        (put(DATA, SECOND + 42, "<I", 5), "share the bytes at 5"),
    ],
)
def test_what_does_not_agree_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        Archive(data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("a", b"1")
        out.writestr("a", b"2")
    with pytest.raises(DamagedFile, match="names a file twice"):
        Archive(file.getvalue())


def test_a_missing_data_descriptor_is_refused() -> None:
    data = streamed()
    at = data.index(b"PK\x07\x08")
    for where in range(at + 4, at + 16):
        broken = put(data, where, "<B", data[where] ^ 1)
        with pytest.raises(DamagedFile, match="at byte 0 lacks its data descriptor"):
            Archive(broken)


def test_a_descriptor_without_signature_is_read() -> None:
    data = streamed()
    at = data.rindex(b"PK\x07\x08")
    bare = data[:at] + data[at + 4 :]
    end = bare.rindex(b"PK\x05\x06")
    offset = int.from_bytes(bare[end + 16 : end + 20], "little") - 4
    bare = put(bare, end + 16, "<I", offset)
    assert unpacked(changed(bare, {"folder/third": b"n"}))["folder/third"] == b"n"


def read_all(data: bytes, most: int = 1000) -> None:
    archive = Archive(data)
    for entry in archive.entries.values():
        archive.read(entry, most)


def test_data_that_is_not_what_is_declared_is_refused() -> None:
    with pytest.raises(DamagedFile, match="'first' at byte 0 fails its checksum"):
        read_all(DATA.replace(b"1" * 40, b"1" * 39 + b"2"))
    packed = zipped()
    with pytest.raises(DamagedFile, match="'first' at byte 0 does not inflate"):
        read_all(put(packed, 35, "<B", 0xFF))
    with pytest.raises(DamagedFile, match="has more than 39 bytes"):
        read_all(packed, 39)
    with pytest.raises(DamagedFile, match="compressed in an unknown way, 12"):
        read_all(zipped(method=zipfile.ZIP_BZIP2))


def test_a_bomb_that_hides_its_size_stops_at_what_is_declared() -> None:
    bomb = zipped({"a": bytes(50_000_000)})
    at = bomb.index(b"PK\x01\x02")
    for where in (22, at + 24):
        bomb = put(bomb, where, "<I", 100)
    with pytest.raises(DamagedFile, match="does not inflate to the 100 bytes"):
        read_all(bomb)


def test_an_encrypted_entry_is_no_damage() -> None:
    data = put(put(DATA, 6, "<H", 1), LIST + 8, "<H", 1)
    archive = Archive(data)
    with pytest.raises(InputError, match="'first' at byte 0 is encrypted") as told:
        archive.read(archive.entries["first"])
    assert not isinstance(told.value, DamagedFile)
    assert told.value.hint


@given(content=st.binary(max_size=400), name=st.sampled_from([*PARTS, "added", "名"]))
def test_any_data_is_put_in_as_zipfile_reads_it(content: bytes, name: str) -> None:
    new = changed(FORMS["comment"], {name: content})
    assert unpacked(new) == {**PARTS, name: content}
    entry = Archive(new).entries[name]
    assert (entry.size, entry.crc) == (len(content), zlib.crc32(content))


@given(st.binary(max_size=120), st.integers(0, len(FORMS["64 bit"])))
def test_junk_is_called_damaged(junk: bytes, kept: int) -> None:
    for data in (junk, FORMS["64 bit"][:kept] + junk, junk + FORMS["64 bit"][kept:]):
        try:
            read_all(data)
        except InputError as error:
            assert error.what
