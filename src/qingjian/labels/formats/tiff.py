"""
TIFF: the mark is the AIGC property of the XMP packet in tag 700 of the first directory.

Classic and BigTIFF, both byte orders. A packet that does not fit in its place is appended, so no
offset of the file moves, with a note before it of how the file was: so a label can be taken away
without a trace. Also read: packets of other pages, EXIF texts.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.splice import Edited
from qingjian.labels.structures import exif, tiffpages
from qingjian.labels.structures.exif import Entry, Layout
from qingjian.labels.structures.tiffpages import Page
from qingjian.labels.xmp import aigc_values, with_aigc

name = "tiff"
suffixes: tuple[str, ...] = (".tiff", ".tif")
text = False
place = "IFD0 tag 700 (XMP), property TC260:AIGC"
source = "XMP specification part 3, 1.1.8 (TIFF); TC260-PG-20259A on images (secondary)"
wrapped = False
unnoticed_cuts = "behind the last byte that a directory names: what follows is padding"

_MOST_PACKET = 16_000_000
_MOST_CLASSIC = (1 << 32) - 1
_ALIGNED = 8
_MAGIC = b"AIGCnote"
_NOTE = struct.Struct("<8sQQ24s")
_OVER_EACH_OTHER = "parts of the TIFF lie over each other where the label is to be written"


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are TIFF's."""
    return data[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, packets first. Raises DamagedFile."""
    layout = tiffpages.layout_of(data)
    pages = tiffpages.pages_of(data, layout)
    for at in dict.fromkeys(entry.value for page in pages for entry in page.packets):
        yield Held("xmp", _packet(data, at), at, "tag 700 XMP")
    yield from exif.held(data, 0)
    yield from tiffpages.others(data, layout)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """
    Give the edits that leave exactly one mark, or none for None.

    Raises DamagedFile, and InputError when a classic TIFF would pass 4 GB.
    """
    layout = tiffpages.layout_of(data)
    pages = tiffpages.pages_of(data, layout)
    undone = _undone(data, layout, pages[0])
    base: Buffer = data
    done: list[Edit] = []
    if undone is not None:
        before = Edited(data, undone)
        with suppress(DamagedFile):  # a note that lies is not followed
            pages = tiffpages.pages_of(before, tiffpages.layout_of(before))
            base, done = before, undone[:-1]
            layout = tiffpages.layout_of(base)
    replaced, tail = _labelled(base, layout, pages, value)
    merged = {(e.start, e.end): e for e in [*done, *replaced]}
    edits = sorted(e for e in merged.values() if data[e.start : e.end] != e.new)
    size = len(base)
    if not layout.big and size + len(tail) > _MOST_CLASSIC:
        raise InputError("the TIFF would pass 4 GB with a label", "save it as BigTIFF first")
    if _overlap(edits):
        raise DamagedFile(_OVER_EACH_OTHER)
    if data[size : len(data)] != tail:
        edits.append(Edit(size, len(data), tail))
    _read_back(Edited(data, edits), value)
    return edits


def _labelled(
    data: Buffer, layout: Layout, pages: list[Page], value: str | None
) -> tuple[list[Edit], bytes]:
    """Give the edits within a file, each of the same length, and what is to be appended."""
    tail = _Tail(len(data))
    changed = list(dict.fromkeys(exif.labels(data)))
    edits = [Edit(at.start, at.end, bytes(at.end - at.start)) for at in changed]
    blanks = tiffpages.without_label(data, layout)
    edits += blanks
    changed += [ByteRange(e.start, e.end) for e in blanks]
    left = value
    shared: dict[ByteRange, list[Entry]] = {}
    for entry in (entry for page in pages for entry in page.packets):
        shared.setdefault(entry.value, []).append(entry)
    for at, entries in shared.items():
        old = _packet(data, at)
        first = left is not None and entries[0] in pages[0].packets
        if not first and not _may_hold(old):
            continue
        new = _relabelled(old, left if first else None)
        left = None if first else left
        if len(old) > layout.pointer:
            changed.append(at)
            fits = len(new) <= len(old)
            edits.append(Edit(at.start, at.end, new.ljust(len(old)) if fits else bytes(len(old))))
        if len(new) > len(old):
            edits += _moved(data, layout, entries, new, tail)
    if not tiffpages.stands_clear(data, layout, pages, changed):
        raise DamagedFile(_OVER_EACH_OTHER)
    if left is not None:
        edits.append(_with_entry(data, layout, pages[0], with_aigc(None, left), tail))
    return edits, bytes(tail.data)


class _Tail:
    """What is appended to a file."""

    def __init__(self, start: int) -> None:
        self._start = start
        self.data = bytearray()

    def append(self, part: bytes) -> int:
        """Add a part at an even place, and give its offset in the file."""
        self.data += bytes(-(self._start + len(self.data)) % _ALIGNED)
        at = self._start + len(self.data)
        self.data += part
        return at

    def append_packet(self, packet: bytes, first: int, row: bytes) -> int:
        """
        Add a packet with a note of how the file was, and give its offset.

        Args:
            packet: the packet.
            first: where the first directory stood, if it had no packet.
            row: else the packet's entry; nothing when the move is not to be undone.
        """
        note = _NOTE.pack(_MAGIC, self._start, first, row) if first or row else b""
        return self.append(note + packet) + len(note)


def _overlap(edits: Sequence[Edit]) -> bool:
    return any(a.end > b.start for a, b in itertools.pairwise(edits))


def _read_back(edited: Buffer, value: str | None) -> None:
    """Raise DamagedFile when a file will not hold what it should."""
    try:
        count = len(marks_of(held(edited)))
    except DamagedFile:
        count = -1
    if count != (value is not None):
        raise DamagedFile(_OVER_EACH_OTHER)


def _packet(data: Buffer, at: ByteRange) -> bytes:
    if at.end - at.start > _MOST_PACKET:
        raise DamagedFile(f"the XMP packet at byte {at.start} has over {_MOST_PACKET:,} bytes")
    return data[at.start : at.end]


def _may_hold(packet: bytes) -> bool:
    return b"AIGC" in packet or b"A\x00I\x00G\x00C" in packet


def _with_value(packet: bytes, value: str | None) -> bytes:
    return with_aigc(packet if packet.strip(b" \x00\r\n\t") else None, value)


def _relabelled(packet: bytes, value: str | None) -> bytes:
    """Give a packet with the value as its one label; spaces when no packet is left."""
    new = _with_value(packet, value)
    return b" " if value is None and aigc_values(new) else new


def _moved(
    data: Buffer, layout: Layout, entries: list[Entry], packet: bytes, tail: _Tail
) -> Iterator[Edit]:
    """Append a packet, and give the edits that point its entries to it."""
    rows = [(e.at, data[e.at : e.at + layout.row]) for e in entries]
    start = tail.append_packet(packet, 0, rows[0][1] if len(rows) == 1 else b"")
    for entry, (at, old) in zip(entries, rows, strict=True):
        type = entry.type if exif.SIZES.get(entry.type) == 1 else 7
        yield Edit(at, at + len(old), tiffpages.row_of(layout, type, len(packet), start))


def _with_entry(data: Buffer, layout: Layout, page: Page, packet: bytes, tail: _Tail) -> Edit:
    """Append a packet and a copy of the first directory with its entry; give the header's edit."""
    *rows, following = tiffpages.rows_of(data, layout, page.at)
    if len(rows) >= exif.MOST_ENTRIES:
        raise InputError("the TIFF's first directory is full", "save it with fewer tags")
    start = tail.append_packet(packet, layout.first, b"")
    rows.append(tiffpages.row_of(layout, 7, len(packet), start))
    rows = tiffpages.in_order(rows, layout)
    count = len(rows).to_bytes(layout.wide, layout.order)
    start = tail.append(b"".join([count, *rows, following]))
    return _header(layout, start)


def _header(layout: Layout, first: int) -> Edit:
    wide = layout.pointer
    return Edit(wide, 2 * wide, (first % (1 << 8 * wide)).to_bytes(wide, layout.order))


def _undone(data: Buffer, layout: Layout, page: Page) -> list[Edit] | None:
    """
    Give the edits back to what the file was before a packet was appended, the last one a cut.

    None where that cannot be told.
    """
    if len(page.packets) != 1:
        return None
    entry = page.packets[0]
    noted = entry.value.start - _NOTE.size
    note = data[max(0, noted) : entry.value.start]
    if len(note) != _NOTE.size or not note.startswith(_MAGIC):
        return None
    _, size, first, row = _NOTE.unpack(note)
    if not 0 <= noted - size < _ALIGNED or any(data[size:noted]):
        return None
    packet = _packet(data, entry.value)
    bare = _relabelled(packet, None)
    if _with_value(packet, "") == with_aigc(None, ""):
        bare = b""
    if first:
        edits = [] if bare else _entry_undone(data, layout, page, first)
    else:
        edits = _move_undone(layout, entry, row, bare, size) if entry.value.end == len(data) else []
    edits.sort()
    if not edits or edits[-1].end > size or _overlap(edits):
        return None
    return [*edits, Edit(size, len(data), b"")]


def _entry_undone(data: Buffer, layout: Layout, page: Page, first: int) -> list[Edit]:
    """Give the edit that points to the directory that was copied, if nothing changed since."""
    entry = page.packets[0]
    before = exif.directory(data, layout, first)
    *rows, following = tiffpages.rows_of(data, layout, page.at)
    rows.remove(data[entry.at : entry.at + layout.row])
    behind = 0 <= page.at.start - entry.value.end < _ALIGNED and page.at.end == len(data)
    if not behind or not before.whole or before.at.end > entry.value.start:
        return []
    *old, last = tiffpages.rows_of(data, layout, before.at)
    same = tiffpages.in_order(old, layout) == rows and last == following
    return [_header(layout, first)] if same else []


def _move_undone(layout: Layout, entry: Entry, row: bytes, bare: bytes, size: int) -> list[Edit]:
    """Give the edits that put a packet without its label back where it was."""
    old = row[: layout.row]
    edit = Edit(entry.at, entry.at + len(old), old)
    parts = (old[:2], old[2:4], old[4 : 4 + layout.pointer], old[4 + layout.pointer :])
    tag, type, many, at = (int.from_bytes(part, layout.order) for part in parts)
    length = exif.SIZES.get(type, 0) * many
    if length <= layout.pointer:
        return [] if bare or tag != tiffpages.XMP else [edit]
    if tag != tiffpages.XMP or len(bare) > length or at + length > size:
        return []
    return [edit, Edit(at, at + length, bare.ljust(length))]
