from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.evidence.made import zipped

from qingjian.core.errors import DamagedFile, NotFound
from qingjian.reports.evidence import zips

HELD = {"a": b"first" * 100, "b": b"\x00\x01", "c": b""}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return zipped(tmp_path / "e.zip", HELD)


def refused(path: Path) -> str:
    with pytest.raises(DamagedFile) as raised, zips.opened(path):
        pass
    return raised.value.what


def test_files_are_given_in_blocks_and_lines(good: Path) -> None:
    with zips.opened(good) as zip:
        for name, data in HELD.items():
            assert b"".join(zips.blocks(zip, zip.getinfo(name))) == data


@given(st.lists(st.binary(max_size=30), max_size=20), st.booleans())
def test_lines_are_those_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], ends: bool
) -> None:
    data = b"\n".join(parts) + b"\n" * ends
    path = tmp_path_factory.getbasetemp() / "lines.zip"
    with zips.opened(zipped(path, {"a": data})) as zip:
        told = list(zips.lines(zip, zip.getinfo("a"), 30))
    assert b"".join(told) == data
    assert all(line.find(b"\n") in (-1, len(line) - 1) for line in told)


def test_a_line_without_end_is_not_gathered(tmp_path: Path) -> None:
    path = zipped(tmp_path / "e.zip", {"a": os.urandom(3 << 20).replace(b"\n", b"")})
    with zips.opened(path) as zip, pytest.raises(DamagedFile, match="more than 1,000 bytes"):
        list(zips.lines(zip, zip.getinfo("a"), 1_000))


def test_what_is_not_there_says_so(tmp_path: Path) -> None:
    for path in (tmp_path / "none.zip", tmp_path):
        with pytest.raises(NotFound), zips.opened(path):
            pass


def test_whatever_is_cut_short_is_refused(good: Path, tmp_path: Path) -> None:
    data = good.read_bytes()
    for size in range(len(data)):
        path = tmp_path / "cut.zip"
        path.write_bytes(data[:size])
        assert "cut short" in refused(path)


def test_what_stands_behind_or_before_a_zip_is_refused(good: Path) -> None:
    data = good.read_bytes()
    good.write_bytes(data + b"x")
    assert "something was put behind it" in refused(good)
    good.write_bytes(b"x" + data)
    assert "not where it should be" in refused(good)


def test_any_byte_of_the_directory_that_is_changed_is_survived(good: Path) -> None:
    data = good.read_bytes()
    start = data.index(b"PK\x01\x02")
    for at in range(start, len(data)):
        for value in (0, 0xFF, data[at] ^ 1):
            good.write_bytes(data[:at] + bytes([value]) + data[at + 1 :])
            try:
                with zips.opened(good) as zip:
                    for info in zip.infolist():
                        list(zips.blocks(zip, info))
            except DamagedFile:
                continue


def test_a_content_that_was_damaged_is_refused_when_it_is_read(good: Path) -> None:
    data = bytearray(good.read_bytes())
    data[34] ^= 0xFF
    good.write_bytes(data)
    with zips.opened(good) as zip, pytest.raises(DamagedFile, match="cannot be unpacked"):
        list(zips.blocks(zip, zip.getinfo("a")))


def test_a_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zip, zip.open("a", "w") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))
    assert path.stat().st_size < 200_000
    assert "would unpack to 104,857,600 bytes" in refused(path)


def test_a_bomb_that_lies_about_its_size_is_cut_off(tmp_path: Path) -> None:
    path = zipped(tmp_path / "e.zip", {"a": bytes(1 << 20)})
    data = path.read_bytes()
    at = data.index(b"PK\x01\x02") + 24
    path.write_bytes(data[:at] + struct.pack("<I", 10) + data[at + 4 :])
    with zips.opened(path) as zip, pytest.raises(DamagedFile):
        list(zips.blocks(zip, zip.getinfo("a")))


def test_files_that_lie_over_each_other_count_each_time(tmp_path: Path) -> None:
    """As in Fifield's bomb of 2019: many entries of the directory that share one content."""
    path = zipped(tmp_path / "e.zip", {"a": bytes(10 << 20)})
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    entry, end = data[start:-22], data[-22:]
    count = 100
    sizes = struct.pack("<HHII", count, count, len(entry) * count, start)
    path.write_bytes(data[:start] + entry * count + end[:8] + sizes + b"\0\0")
    assert "would unpack to" in refused(path)


def test_a_directory_that_is_too_large_is_not_read(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "MOST_FILES", 2)
    assert "directory of 3 files" in refused(good)


def test_a_directory_that_holds_more_than_it_says_is_refused(good: Path) -> None:
    data = bytearray(good.read_bytes())
    data[-12:-10] = struct.pack("<H", 2)
    good.write_bytes(data)
    assert "more than it says" in refused(good)


def test_a_name_without_end_is_refused(tmp_path: Path) -> None:
    assert "a name of 250 bytes" in refused(zipped(tmp_path / "e.zip", {"x" * 250: b""}))


def test_more_files_than_a_short_directory_counts_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "e.zip", {str(n): b"" for n in range(65_600)})
    with zips.opened(path) as zip:
        assert len(zip.infolist()) == 65_600
    data = path.read_bytes()
    path.write_bytes(data[:-98] + b"xxxx" + data[-94:])
    assert "the end of its directory is damaged" in refused(path)


def test_encrypted_files_and_other_methods_are_odd() -> None:
    info = zipfile.ZipInfo("a")
    assert zips.odd(info) == ""
    info.flag_bits = 1
    assert zips.odd(info) == "it is encrypted"
    info.flag_bits, info.compress_type = 0, zipfile.ZIP_LZMA
    assert "method 14" in zips.odd(info)
