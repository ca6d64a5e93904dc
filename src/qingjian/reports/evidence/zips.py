"""
A zip of unknown origin, opened so that it cannot take more than it should.

Nothing is unpacked to the disk. The directory is walked before it is believed: how many files, how
long their names, how much they unpack to.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from qingjian.core.errors import DamagedFile, NotFound

MOST_FILES = 5_000_000
MOST_RATIO = 200
_LONGEST_NAME = 200
_FREE_BYTES = 64_000_000
_BLOCK = 1 << 20
_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ENTRY = b"PK\x01\x02"
_ODD = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    ValueError,
    OSError,
)
"""What zipfile raises on damaged or hostile files."""


@contextmanager
def opened(path: Path) -> Iterator[ZipFile]:
    """Give a zip whose directory is sound. Raises DamagedFile, NotFound."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror or error}") from None
    with file:
        _walk(file, path)
        try:
            zip = ZipFile(file)
        except _ODD as error:
            raise DamagedFile(f"{path}: {type(error).__name__}: {error}") from None
        with zip:
            size = sum(info.file_size for info in zip.infolist())
            packed = path.stat().st_size
            if size > MOST_RATIO * packed + _FREE_BYTES:
                raise DamagedFile(
                    f"{path} would unpack to {size:,} bytes from {packed:,}",
                    f"over {MOST_RATIO} times its size nothing is unpacked",
                )
            yield zip


def blocks(zip: ZipFile, info: ZipInfo) -> Iterator[bytes]:
    """Give a file a block at a time. Raises DamagedFile where it breaks its own format."""
    try:
        with zip.open(info) as file:
            while block := file.read(_BLOCK):
                yield block
    except _ODD as error:
        raise DamagedFile(f"cannot be unpacked: {type(error).__name__}: {error}") from None


def lines(zip: ZipFile, info: ZipInfo, most_bytes: int) -> Iterator[bytes]:
    """Give a file's lines with their ends. Raises DamagedFile for one over `most_bytes`."""
    rest = b""
    for block in blocks(zip, info):
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(rest) > most_bytes:
            raise DamagedFile(f"a line has more than {most_bytes:,} bytes")
    if rest:
        yield rest


def odd(info: ZipInfo) -> str:
    """Give what is wrong with a file's entry in the directory, empty for nothing."""
    if info.flag_bits & 1:
        return "it is encrypted"
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return f"it is packed by method {info.compress_type}, which nobody here writes"
    return ""


def _walk(file: BinaryIO, path: Path) -> None:
    """Count the directory's entries as they stand. Raises DamagedFile."""
    end = file.seek(0, 2)
    count, size, at, ends = _end(file, path, end)
    if count > MOST_FILES or size > count * (46 + 2 * _LONGEST_NAME):
        _refuse(path, f"its directory of {count:,} files in {size:,} bytes is too large")
    if at + size != ends:
        _refuse(path, "its directory is not where it should be: cut short, or put together")
    file.seek(at)
    left = size
    for _ in range(count):
        head = file.read(46)
        if len(head) < 46 or head[:4] != _ENTRY:
            _refuse(path, "its directory is damaged")
        name, extra, comment = struct.unpack("<3H", head[28:34])
        if name > _LONGEST_NAME:
            _refuse(path, f"a name of {name:,} bytes")
        rest = name + extra + comment
        file.seek(rest, 1)
        left -= 46 + rest
    if left:
        _refuse(path, "its directory holds more than it says")
    file.seek(0)


def _end(file: BinaryIO, path: Path, end: int) -> tuple[int, int, int, int]:
    """Give count and size of the directory, where it begins, and where it should end."""
    file.seek(max(0, end - 98))
    tail = file.read(98)
    if tail[-22:-18] != _END or len(tail) < 22:
        _refuse(path, "no zip ends there: cut short, or something was put behind it")
    count, size, at = struct.unpack("<HII", tail[-12:-2])
    if tail[-42:-38] != _LOCATOR:
        return count, size, at, end - 22
    if tail[-98:-94] != _END64 or len(tail) < 98:
        _refuse(path, "the end of its directory is damaged")
    count, size, at = struct.unpack("<QQQ", tail[-66:-42])
    return count, size, at, end - 98


def _refuse(path: Path, why: str) -> NoReturn:
    raise DamagedFile(f"{path}: {why}", "it is not as `qingjian evidence export` writes it")
