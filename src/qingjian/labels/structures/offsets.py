"""
Offsets into the file that boxes hold, corrected when bytes before their targets come or go.

Sample tables (stco, co64, saio), fragments (tfhd, tfra, sidx), items (iloc) and C2PA's first
auxiliary box. Source: ISO/IEC 14496-12, 8.7.5, 8.7.9, 8.8.7, 8.8.10, 8.11.3, 8.16.3.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.mark import Buffer
from qingjian.labels.structures.iloc import Iloc, parsed
from qingjian.labels.structures.isobmff import (
    C2PA,
    Box,
    Changes,
    box,
    children,
    find,
    meta_skipped,
    usertype,
)

if TYPE_CHECKING:
    import numpy as np  # it takes long to load, and only tables need it

_BLOCK = 1 << 18
_HINT = "write the file anew with the movie box at its end"


class Shift:
    """
    Where bytes of a file stand after edits.

    Args:
        moves: from which byte on the file moves, and by how much.
        length: of the file before; what lies beyond it and the header of a box that is added to it
            is no offset.
    """

    def __init__(self, moves: list[tuple[int, int]], length: int) -> None:
        ordered = sorted(moves)
        self._from = [at for at, _ in ordered]
        self._by = [0, *accumulate(by for _, by in ordered)]
        self._length = length + 8

    def of(self, offset: int) -> int:
        """Give where the byte at an offset stands."""
        if not 0 <= offset <= self._length:
            return offset
        return offset + self._by[bisect_right(self._from, offset)]

    def all(self, offsets: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Give where the bytes at many offsets stand."""
        import numpy as np

        old = offsets.astype(np.int64)
        by = np.array(self._by, np.int64)[np.searchsorted(np.array(self._from), old, "right")]
        return np.where((old >= 0) & (old <= self._length), old + by, old)


def correct(
    data: Buffer, top: list[Box], changes: Changes, items: Mapping[int, Iloc] | None = None
) -> None:
    """
    Add to the changes what corrects every offset into the file.

    Args:
        data: the file before.
        top: its boxes.
        changes: all that moves bytes, except what is added behind the last box.
        items: the contents of an iloc box that starts at a byte, in place of what it holds; with
            offsets into the file before.

    Raises DamagedFile, and InputError when an offset outgrows its field.
    """
    items = items or {}
    moves = changes.moves()
    first = min((at for at, _ in moves), default=len(data) + 1)
    if not items and not any(b.start >= first for b in top):
        return
    located = [(b, items.get(b.start) or parsed(data, b)) for b in _ilocs(data, top)]
    wide = _outgrown(data, top, sum(max(0, by) for _, by in moves))
    grown = [(b.end, 4 * count) for b, count in wide]
    for _ in range(len(located) + 1):
        added = [(b.end, i.length() - (b.end - b.start)) for b, i in located]
        shift = Shift([*moves, *grown, *((at, by) for at, by in added if by)], len(data))
        outgrown = [i for _, i in located if not i.moved(shift.of).fits()]
        if not outgrown:
            break
        for table in outgrown:
            table.widen()
    for b, table in located:
        changes.replace(b.start, b.end, table.moved(shift.of).packed(), b.parent)
    for b, count in wide:
        changes.replace(b.start, b.end, _co64(data, b, count, shift), b.parent)
    _correct_tables(data, top, changes, shift, {b.start for b, _ in wide})


def _ilocs(data: Buffer, top: list[Box]) -> Iterator[Box]:
    for b in top:
        metas = [b] if b.type == b"meta" else []
        if b.type == b"moov":
            paths = ((b"meta",), (b"udta", b"meta"), (b"trak", b"meta"))
            metas = [m for path in paths for m in find(data, b, *path)]
        for meta in metas:
            inside = children(data, meta, meta_skipped(data, meta))
            yield from [c for c in inside if c.type == b"iloc"][:1]


def _sample_tables(data: Buffer, top: list[Box]) -> Iterator[Box]:
    """Give the boxes of each stbl whose chunks are in this file."""
    for moov in top:
        if moov.type != b"moov":
            continue
        for minf in find(data, moov, b"trak", b"mdia", b"minf"):
            if not _elsewhere(data, minf):
                for stbl in find(data, minf, b"stbl"):
                    yield from children(data, stbl)


def _elsewhere(data: Buffer, minf: Box) -> bool:
    """Whether all media of a track are in other files, named where they are."""
    entries = [
        entry for dref in find(data, minf, b"dinf", b"dref") for entry in children(data, dref, 8)
    ]
    return bool(entries) and all(e.end - e.body > 4 and not data[e.body + 3] & 1 for e in entries)


def _outgrown(data: Buffer, top: list[Box], grown: int) -> list[tuple[Box, int]]:
    """Give the stco boxes whose offsets would pass 32 bits, with their counts of entries."""
    if len(data) + grown < (1 << 32) - (1 << 28):
        return []
    tables = [(b, _count(data, b, 4)) for b in _sample_tables(data, top) if b.type == b"stco"]
    grown += 4 * sum(count for _, count in tables)
    found = []
    for b, count in tables:
        top_offset = max((int(old.max()) for _, old in _blocks(data, b, 4, count)), default=0)
        if top_offset + grown >= 1 << 32:
            found.append((b, count))
    return found


def _co64(data: Buffer, table: Box, count: int, shift: Shift) -> bytes:
    new = [shift.all(old).astype(">u8").tobytes() for _, old in _blocks(data, table, 4, count)]
    end = table.body + 8 + 4 * count
    return box(b"co64", data[table.body : table.body + 8], *new, data[end : table.end])


def _correct_tables(
    data: Buffer, top: list[Box], changes: Changes, shift: Shift, done: set[int]
) -> None:
    for b in _sample_tables(data, top):
        if b.type in (b"stco", b"co64") and b.start not in done:
            width = 4 if b.type == b"stco" else 8
            _correct_table(data, b, 4, width, changes, shift)
        elif b.type == b"saio":
            version = int.from_bytes(data[b.body : b.body + 4], "big")
            skipped = 12 if version & 1 else 4
            _correct_table(data, b, skipped, 8 if version >> 24 else 4, changes, shift)
    for b in top:
        if b.type == b"moof":
            for tfhd in find(data, b, b"traf", b"tfhd"):
                if data[min(tfhd.body + 3, tfhd.end - 1)] & 1:
                    _correct_number(data, tfhd, 8, 8, changes, shift)
        elif b.type == b"mfra":
            for tfra in find(data, b, b"tfra"):
                _correct_tfra(data, tfra, changes, shift)
        elif b.type == b"sidx":
            _correct_sidx(data, b, changes, shift)
        elif usertype(data, b) == C2PA:
            purpose = data.find(b"\x00", b.body + 20, min(b.end, b.body + 60))
            if data[b.body + 20 : max(purpose, b.body + 20)] == b"manifest":
                _correct_number(data, b, purpose + 1 - b.body, 8, changes, shift)


def _number(data: Buffer, b: Box, at: int, width: int) -> int:
    if b.body + at + width > b.end:
        raise DamagedFile(f"the box at byte {b.start} ends before its fields do")
    return int.from_bytes(data[b.body + at : b.body + at + width], "big")


def _put(b: Box, at: int, width: int, value: int, changes: Changes) -> None:
    if not 0 <= value < 1 << (8 * width):
        name = b.type.decode("latin-1")
        raise InputError(f"an offset in the box {name} at byte {b.start} outgrows its field", _HINT)
    start = b.body + at
    changes.replace(start, start + width, value.to_bytes(width, "big"), None)


def _correct_number(
    data: Buffer, b: Box, at: int, width: int, changes: Changes, shift: Shift
) -> None:
    _put(b, at, width, shift.of(_number(data, b, at, width)), changes)


def _correct_sidx(data: Buffer, b: Box, changes: Changes, shift: Shift) -> None:
    """Correct the distance from the end of an index to what it tells of."""
    width = 8 if _number(data, b, 0, 1) else 4
    at = 12 + width
    target = b.end + _number(data, b, at, width)
    _put(b, at, width, shift.of(target) - shift.of(b.end), changes)


def _correct_tfra(data: Buffer, b: Box, changes: Changes, shift: Shift) -> None:
    width = 8 if _number(data, b, 0, 1) else 4
    lengths = _number(data, b, 8, 4)
    stride = 2 * width + sum((lengths >> by & 3) + 1 for by in (0, 2, 4))
    count = _number(data, b, 12, 4)
    if count * stride > b.end - b.body - 16:
        raise DamagedFile(f"the box at byte {b.start} ends before its entries do")
    import numpy as np

    for first in range(0, count, _BLOCK):
        at = b.body + 16 + first * stride
        raw = data[at : at + min(_BLOCK, count - first) * stride]
        rows = np.frombuffer(raw, np.uint8).reshape(-1, stride).copy()
        old = np.ascontiguousarray(rows[:, width : 2 * width]).view(f">u{width}").reshape(-1)
        new = _narrowed(shift.all(old), width, b)
        rows[:, width : 2 * width] = new.view(np.uint8).reshape(-1, width)
        changes.replace(at, at + len(raw), rows.tobytes(), None)


def _narrowed(new: np.ndarray[Any, Any], width: int, b: Box) -> np.ndarray[Any, Any]:
    if width == 4 and len(new) and int(new.max()) >= 1 << 32:
        name = b.type.decode("latin-1")
        raise InputError(f"an offset in the box {name} at byte {b.start} outgrows its field", _HINT)
    return new.astype(f">u{width}")


def _count(data: Buffer, b: Box, width: int, at: int = 4) -> int:
    count = _number(data, b, at, 4)
    if count * width > b.end - b.body - at - 4:
        raise DamagedFile(f"the box at byte {b.start} ends before its entries do")
    return count


def _blocks(
    data: Buffer, b: Box, width: int, count: int, skipped: int = 4
) -> Iterator[tuple[int, np.ndarray[Any, Any]]]:
    """Give where each block of a table stands, with its numbers."""
    import numpy as np

    for first in range(0, count, _BLOCK):
        at = b.body + skipped + 4 + first * width
        raw = data[at : at + min(_BLOCK, count - first) * width]
        yield at, np.frombuffer(raw, f">u{width}")


def _correct_table(
    data: Buffer, b: Box, skipped: int, width: int, changes: Changes, shift: Shift
) -> None:
    count = _count(data, b, width, skipped)
    for at, old in _blocks(data, b, width, count, skipped):
        new = _narrowed(shift.all(old), width, b)
        changes.replace(at, at + len(old) * width, new.tobytes(), None)
