"""
The central directory of a zip archive: end records, 64-bit forms, one record an entry.

Only the directory is read here; whether the entries are what it says is looked at elsewhere.

Source: APPNOTE.TXT 6.3 (PKWARE), 4.3.12 to 4.3.16 and 4.5.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer

MAGIC = b"PK\x03\x04"
RECORD = b"PK\x01\x02"
CRC, PACKED, SIZE, OFFSET = 16, 20, 24, 42
"""Where a record's numbers stand."""
FULL = 0xFFFFFFFF
"""A number that does not fit: its 64-bit form stands elsewhere."""
MOST_ENTRIES = 65_536
ENCRYPTED = 1
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_LOCATOR = b"PK\x06\x07"
_MOST_DIRECTORY = 64_000_000
_MOST_AFTER = 1 << 20
_MOST_ENDS = 64
_RECORD_HEAD = struct.Struct("<4s6H3I5H2I")
END_HEAD = struct.Struct("<4s4H2IH")
_END64_HEAD = struct.Struct("<4sQ2H2I4Q")


class Entry(NamedTuple):
    """A file of the archive: what its directory record says, and the bytes of its local entry."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    at: ByteRange
    body: int
    record: bytes
    wide: dict[int, int]

    @property
    def encrypted(self) -> bool:
        """Whether its data cannot be read without a password."""
        return bool(self.flags & ENCRYPTED)


class Ends(NamedTuple):
    """Where the archive ends: the end records, and the directory they point to."""

    at: int
    at64: int
    directory: ByteRange
    base: int
    entries: int


def ends_of(data: Buffer) -> Ends:
    """Give the last end record that fits the file. Raises DamagedFile when there is none."""
    length = len(data)
    first = max(0, length - _MOST_AFTER - 22 - 0xFFFF)
    at, told = length, ""
    for _ in range(_MOST_ENDS):
        at = data.rfind(_END, first, at)
        if at < 0:
            break
        try:
            return _end_at(data, at)
        except DamagedFile as error:
            told = told or error.what
    raise DamagedFile(told or f"the zip file ends at byte {length} without an end record")


def _end_at(data: Buffer, at: int) -> Ends:
    """Give what the end record at a byte says. Raises DamagedFile when it does not fit the file."""
    head = data[at : at + 22]
    if len(head) < 22:
        raise DamagedFile(f"the zip end record at byte {at} is cut short")
    _, disk, disk_of, here, count, size, offset, comment = END_HEAD.unpack(head)
    if at + 22 + comment > len(data):
        raise DamagedFile(f"the comment of the zip end record at byte {at} is cut short")
    at64 = _end64(data, at)
    told = (disk, disk_of, here, count, size, offset)
    if at64 >= 0:
        _, _, _, _, *wide = _END64_HEAD.unpack(data[at64 : at64 + 56])
        full = (0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, FULL, FULL)
        for said, most, long in zip(told, full, wide, strict=True):
            if said not in (most, long):
                raise DamagedFile(f"the zip end records at bytes {at64} and {at} do not agree")
        disk, disk_of, here, count, size, offset = wide
    if disk or disk_of or here != count:
        raise DamagedFile(f"the zip end record at byte {at} tells of several disks")
    if not 0 < count <= MOST_ENTRIES or not count * 46 <= size <= _MOST_DIRECTORY:
        raise DamagedFile(f"the zip end record at byte {at} tells of {count:,} entries")
    end = at64 if at64 >= 0 else at
    for start in (end - size, offset):
        base = start - offset
        if base and (base < 0 or data[:4] == MAGIC):
            continue
        if start + size <= end and data[start : start + 4] == RECORD:
            return Ends(at, at64, ByteRange(start, start + size), base, count)
    raise DamagedFile(f"the zip end record at byte {at} points to no directory")


def _end64(data: Buffer, at: int) -> int:
    """Give where the 64-bit end record stands, -1 when there is none."""
    locator = data[max(0, at - 20) : at]
    if locator[:4] != _LOCATOR or len(locator) < 20:
        return -1
    told = int.from_bytes(locator[8:16], "little")
    for where in (told, at - 76):
        if 0 <= where <= at - 76 and data[where : where + 4] == _END64:
            return where
    raise DamagedFile(f"the zip locator at byte {at - 20} points to no end record")


def records(directory: bytes, ends: Ends) -> Iterator[Entry]:
    """Give the entries of the directory, in its order; their local headers are not looked at."""
    at = 0
    for _ in range(ends.entries):
        where = ends.directory.start + at
        head = directory[at : at + 46]
        if len(head) < 46 or head[:4] != RECORD:
            raise DamagedFile(f"the zip directory has no entry at byte {where}")
        told = _RECORD_HEAD.unpack(head)
        names, extras, comments = told[10:13]
        end = at + 46 + names + extras + comments
        if end > len(directory):
            raise DamagedFile(f"the zip directory's entry at byte {where} is cut short")
        record = directory[at:end]
        wide = _wide(record, names, extras, where)
        flags, method = told[3:5]
        raw = record[46 : 46 + names]
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "backslashreplace")
        packed, size, offset = (_number(record, wide, f) for f in (PACKED, SIZE, OFFSET))
        start = ends.base + offset
        body = start + 30 + names
        if body + packed > ends.directory.start:
            raise DamagedFile(f"the zip directory's entry at byte {where} points out of the file")
        at_file = ByteRange(start, body + packed)
        yield Entry(name, flags, method, told[7], packed, size, at_file, body, record, wide)
        at = end


def _wide(record: bytes, names: int, extras: int, where: int) -> dict[int, int]:
    """Give where 64-bit values stand in a record, by the field they are for."""
    fields = [f for f in (SIZE, PACKED, OFFSET) if record[f : f + 4] == b"\xff" * 4]
    at, end = 46 + names, 46 + names + extras
    while fields and at + 4 <= end:
        kind, length = struct.unpack_from("<2H", record, at)
        if kind == 1 and len(fields) * 8 <= length <= end - at - 4:
            return {field: at + 4 + 8 * i for i, field in enumerate(fields)}
        at += 4 + length
    if fields:
        raise DamagedFile(f"the zip directory's entry at byte {where} lacks its 64-bit values")
    return {}


def _number(record: bytes, wide: dict[int, int], field: int) -> int:
    at = wide.get(field)
    part = record[field : field + 4] if at is None else record[at : at + 8]
    return int.from_bytes(part, "little")


def patched(record: bytes, wide: dict[int, int], field: int, value: int) -> bytes:
    """Give a record with another number. Raises InputError when it does not fit."""
    at, length = (wide[field], 8) if field in wide else (field, 4)
    if length == 4 and field != CRC and value >= FULL:
        raise InputError("the zip archive would need 64-bit records")
    return record[:at] + value.to_bytes(length, "little") + record[at + length :]
