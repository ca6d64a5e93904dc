"""
Zip archives: walked through the central directory with bounds, and spliced in place.

Entries that do not change keep their bytes; so do the archive's comment, what stands in front of
it and what follows it. Directory and local headers must agree, and no two entries may share bytes.

Source: APPNOTE.TXT 6.3 (PKWARE).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Edit
from qingjian.labels.structures.zipdirectory import (
    CRC,
    ENCRYPTED,
    END_HEAD,
    FULL,
    MAGIC,
    MOST_ENTRIES,
    OFFSET,
    PACKED,
    RECORD,
    SIZE,
    Entry,
    ends_of,
    patched,
    records,
)

_DESCRIPTOR = b"PK\x07\x08"
_MOST_PART = 16_000_000
_LOCAL_HEAD = struct.Struct("<4s5H3I2H")
_STREAMED, _LEVELS = 8, 6


class Archive:
    """
    A zip archive.

    Args:
        data: the file.
        checked: whether every local header is read and held against the directory.

    Raises DamagedFile when the bytes are no sound archive.
    """

    def __init__(self, data: Buffer, *, checked: bool = True) -> None:
        self._data = data
        self._ends = ends_of(data)
        start, end = self._ends.directory.start, self._ends.directory.end
        self._directory = data[start:end]
        entries = list(records(self._directory, self._ends))
        self._tail = self._directory[sum(len(e.record) for e in entries) :]
        if checked:
            entries = _held_against_headers(data, entries, start)
        self.entries = {entry.name: entry for entry in entries}
        if len(self.entries) < len(entries):
            raise DamagedFile(f"the zip directory at byte {start} names a file twice")
        self._folded = {name.casefold(): name for name in reversed(self.entries)}

    def find(self, name: str) -> Entry | None:
        """Give the entry of a name; case counts only where two differ in it."""
        return self.entries.get(name) or self.entries.get(self._folded.get(name.casefold(), ""))

    def confirmed(self, entry: Entry) -> Entry:
        """Give an entry with its true range. Raises DamagedFile when its local header disagrees."""
        return _held_against_header(self._data, entry)

    def read(self, entry: Entry, most: int = _MOST_PART) -> bytes:
        """Give an entry's data. Raises DamagedFile when it does not inflate to what is declared."""
        where = f"{entry.name[:80]!r} at byte {entry.at.start}"
        if entry.encrypted:
            raise InputError(f"{where} is encrypted", "Label the file before it is encrypted.")
        if entry.size > most or entry.packed > most + 65_536:
            raise DamagedFile(f"{where} has more than {most:,} bytes")
        packed = self._data[entry.body : entry.body + entry.packed]
        if entry.method == 0:
            plain = packed
        elif entry.method == 8:
            plain = _inflated(packed, entry.size, where)
        else:
            raise DamagedFile(f"{where} is compressed in an unknown way, {entry.method}")
        if len(plain) != entry.size or zlib.crc32(plain) != entry.crc:
            raise DamagedFile(f"{where} fails its checksum")
        return plain

    def edits(self, changes: Mapping[str, bytes]) -> list[Edit]:
        """
        Give the edits that put new data in entries, and new entries behind the last.

        Args:
            changes: the new data by name; in the order of names, new entries are added.

        Raises InputError when the archive would need 64-bit records that it does not have.
        """
        fresh = {n: d for n, d in changes.items() if n not in self.entries}
        if fresh and len(self.entries) + len(fresh) >= MOST_ENTRIES:
            raise InputError("the zip archive has no room for another entry")
        edits: list[Edit] = []
        listed: dict[str, bytes] = {}
        grown = 0
        for entry in sorted(self.entries.values(), key=lambda e: e.at.start):
            record = entry.record
            if grown:
                at = entry.at.start + grown - self._ends.base
                record = patched(record, entry.wide, OFFSET, at)
            if entry.name in changes:
                record, local = self._replaced(entry, record, changes[entry.name])
                edits.append(Edit(entry.at.start, entry.at.end, local))
                grown += len(local) - (entry.at.end - entry.at.start)
            listed[entry.name] = record
        if not edits and not fresh:
            return []
        start, end = self._ends.directory.start, self._ends.directory.end
        added = b""
        directory = [listed[name] for name in self.entries]
        like = next(reversed(self.entries.values())).record
        for name, content in fresh.items():
            at = start + grown + len(added) - self._ends.base
            record, local = _made(name, content, like, at)
            added += local
            directory.append(record)
        whole = b"".join([*directory, self._tail])
        edits.append(Edit(start, end, added + whole))
        at = start + grown + len(added)
        return [*edits, *self._end_edits(len(directory), at, len(whole))]

    def _replaced(self, entry: Entry, record: bytes, content: bytes) -> tuple[bytes, bytes]:
        """Give the directory record and the local entry of an entry with new data."""
        method, packed = _deflated(content)
        flags = entry.flags & ~(_STREAMED | _LEVELS)
        need, date = record[6:8], record[12:16]
        if method:
            need = max(int.from_bytes(need, "little"), 20).to_bytes(2, "little")
        how = need + struct.pack("<2H", flags, method)
        record = record[:6] + how + record[12:]
        crc = zlib.crc32(content)
        for field, value in ((CRC, crc), (PACKED, len(packed)), (SIZE, len(content))):
            record = patched(record, entry.wide, field, value)
        head = _LOCAL_HEAD.unpack(self._data[entry.at.start : entry.at.start + 30])
        at = entry.at.start + 30
        name = self._data[at : at + head[9]]
        extra = _without_zip64(self._data[at + head[9] : at + head[9] + head[10]])
        numbers = struct.pack("<3I2H", crc, len(packed), len(content), len(name), len(extra))
        return record, MAGIC + how + date + numbers + name + extra + packed

    def _end_edits(self, count: int, at: int, size: int) -> Iterator[Edit]:
        """Give the edits on the end records for a directory at byte `at`."""
        offset = at - self._ends.base
        moved = at + size - self._ends.directory.end
        where = self._ends.at64
        if where >= 0:
            counted = struct.pack("<4Q", count, count, size, offset)
            yield Edit(where + 24, where + 56, counted)
            locator = self._ends.at - 20
            target = where + moved - self._ends.base
            yield Edit(locator + 8, locator + 16, target.to_bytes(8, "little"))
        where = self._ends.at
        end = END_HEAD.unpack(self._data[where : where + 22])
        values = [count, count, size, offset]
        for i, (old, full) in enumerate(zip(end[3:7], (0xFFFF, 0xFFFF, FULL, FULL), strict=True)):
            if old == full and self._ends.at64 >= 0:
                values[i] = full
            elif values[i] >= full:
                raise InputError("the zip archive would need 64-bit records")
        yield Edit(where + 8, where + 20, struct.pack("<2H2I", *values))


def _held_against_headers(data: Buffer, entries: list[Entry], directory: int) -> list[Entry]:
    """Give the entries with their true ranges. Raises DamagedFile where headers disagree."""
    found: dict[int, Entry] = {}
    last = 0
    for entry in sorted(entries, key=lambda e: e.at.start):
        start = entry.at.start
        if start < last:
            raise DamagedFile(f"two zip entries share the bytes at {start}")
        whole = _held_against_header(data, entry)
        last = whole.at.end
        if last > directory:
            raise DamagedFile(f"the zip entry at byte {start} runs into the directory")
        found[start] = whole
    return [found[entry.at.start] for entry in entries]


def _held_against_header(data: Buffer, entry: Entry) -> Entry:
    start = entry.at.start
    head = data[start : start + 30]
    if len(head) < 30 or head[:4] != MAGIC:
        raise DamagedFile(f"there is no zip entry at byte {start}")
    _, _, flags, method, _, _, crc, packed, size, names, extras = _LOCAL_HEAD.unpack(head)
    if names != int.from_bytes(entry.record[28:30], "little"):
        raise DamagedFile(f"the zip entry at byte {start} has another name than the directory")
    name = data[start + 30 : start + 30 + names]
    agrees = name == entry.record[46 : 46 + names] and method == entry.method
    agrees = agrees and not (flags ^ entry.flags) & (ENCRYPTED | _STREAMED)
    told = ((crc, entry.crc), (packed, entry.packed), (size, entry.size))
    if not flags & _STREAMED:
        agrees = agrees and all(a in (b, FULL) for a, b in told)
    if not agrees:
        raise DamagedFile(f"the zip entry at byte {start} is not what the directory says")
    body = start + 30 + names + extras
    end = body + entry.packed
    if flags & _STREAMED:
        end += _descriptor(data[end : end + 24], entry)
    return entry._replace(at=ByteRange(start, end), body=body)


def _descriptor(tail: bytes, entry: Entry) -> int:
    """Give the length of the data descriptor that follows an entry's data."""
    for signature in (_DESCRIPTOR, b""):
        for form in ("<3I", "<I2Q"):
            if form == "<3I" and max(entry.packed, entry.size) > FULL:
                continue
            whole = signature + struct.pack(form, entry.crc, entry.packed, entry.size)
            if tail.startswith(whole):
                return len(whole)
    raise DamagedFile(f"the zip entry at byte {entry.at.start} lacks its data descriptor")


def _without_zip64(extra: bytes) -> bytes:
    """Give a local header's extra fields without the one for 64-bit sizes."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind != 1:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept


def _made(name: str, content: bytes, like: bytes, offset: int) -> tuple[bytes, bytes]:
    """Give directory record and local entry of a new file, with the date of another record."""
    method, packed = _deflated(content)
    raw = name.encode()
    told = struct.pack("<3H", 20, 0 if raw.isascii() else 0x800, method) + like[12:16]
    told += struct.pack("<3I2H", zlib.crc32(content), len(packed), len(content), len(raw), 0)
    if offset >= FULL:
        raise InputError("the zip archive would need 64-bit records")
    record = RECORD + b"\x14\x00" + told + bytes(10) + offset.to_bytes(4, "little") + raw
    return record, MAGIC + told + raw + packed


def _deflated(content: bytes) -> tuple[int, bytes]:
    """Give method and data: deflated, or stored where that is no longer."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return (8, packed) if len(packed) < len(content) else (0, content)


def _inflated(packed: bytes, size: int, where: str) -> bytes:
    unpacker = zlib.decompressobj(-15)
    try:
        plain = unpacker.decompress(packed, size + 1)
    except zlib.error as error:
        raise DamagedFile(f"{where} does not inflate: {error}") from None
    if not unpacker.eof:
        raise DamagedFile(f"{where} does not inflate to the {size:,} bytes that are declared")
    return plain
