"""
The directories of a TIFF file, walked within bounds and held against the file's end.

Source: TIFF 6.0; the BigTIFF proposal; TIFF Technical Note 1 on SubIFDs; C2PA 2.x for its tag.
"""

from __future__ import annotations

import itertools
import sys
from array import array
from collections.abc import Iterator
from operator import add
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.structures import exif, photoshop
from qingjian.labels.structures.exif import Directory, Entry, Layout

XMP = 700
_C2PA = 0xCD41
_IIM = 0x83BB
_RESOURCES = 0x8649
_MOST_OTHER = 64_000_000
_MOST_OTHERS = 64
_SUB_DIRECTORIES = (0x014A, exif.EXIF_DIRECTORY, 0x8825, 0xA005)
_OFFSETS, _LENGTHS = 273, 279
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES = 256, 257, 258, 259, 277
_MOST_SAMPLES = 64
_PICTURES = ((_OFFSETS, _LENGTHS), (324, 325), (513, 514))
_CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_MOST_DIRECTORIES = 65_536
_MOST_ENTRIES = 4_000_000
_MOST_NUMBERS = 64_000_000


class Page(NamedTuple):
    """The bytes of a directory, and its entries that point to a packet."""

    at: ByteRange
    packets: list[Entry]


def layout_of(data: Buffer) -> Layout:
    """Give how the file is written. Raises DamagedFile when its header does not say."""
    layout = exif.layout_of(data)
    if layout is None or not layout.first:
        raise DamagedFile("the TIFF's header is cut short or points to no directory")
    return layout


def others(data: Buffer, layout: Layout) -> Iterator[Held]:
    """Give what pages hold beside XMP and EXIF: IPTC texts, a C2PA manifest. Raises DamagedFile."""
    for entry in _others(data, layout):
        yield from _held(data, entry)


def without_label(data: Buffer, layout: Layout) -> list[Edit]:
    """Give the edits, each of a whole value, that blank labels in IPTC texts."""
    edits = []
    for entry in _others(data, layout):
        found = [e.at for e in _held(data, entry) if e.kind == "pair" and marks_of([e])]
        start, end = entry.value.start, entry.value.end
        new = bytearray(data[start:end]) if found else bytearray()
        for at in found:
            new[at.start - start : at.end - start] = b" " * (at.end - at.start)
        if new:
            edits.append(Edit(start, end, bytes(new)))
    return edits


def _others(data: Buffer, layout: Layout) -> list[Entry]:
    entries = [e for found in directories(data, layout) for e in found.entries]
    wanted = {e.value: e for e in entries if e.tag in (_C2PA, _IIM, _RESOURCES)}
    return [*wanted.values()][:_MOST_OTHERS]


def _held(data: Buffer, entry: Entry) -> Iterator[Held]:
    start, end = entry.value.start, min(entry.value.end, entry.value.start + _MOST_OTHER)
    if entry.tag == _C2PA:
        yield Held("c2pa", data[start:end], entry.value, f"tag {_C2PA} C2PA")
    elif entry.tag == _RESOURCES:
        yield from photoshop.held(data[start:end], start)
    else:
        yield from photoshop.iim(data[start:end], start)


def pages_of(data: Buffer, layout: Layout) -> list[Page]:
    """Give every directory with its packets. Raises DamagedFile."""
    pages = []
    left = _MOST_NUMBERS
    for found in directories(data, layout):
        for entry in found.entries:
            if entry.value.end > len(data):
                told = f"tag {entry.tag} of the TIFF directory at byte {found.at.start}"
                raise DamagedFile(f"{told} ends at byte {entry.value.end}, past the file's end")
        for offsets, counts in pictures(data, layout, found, left):
            left -= offsets.itemsize * len(offsets) + counts.itemsize * len(counts)
            end = max(map(add, offsets, counts), default=0)
            if end > len(data):
                told = f"the picture of the TIFF directory at byte {found.at.start}"
                raise DamagedFile(f"{told} ends at byte {end}, past the file's end")
        end = _uncounted_end(data, layout, found)
        if end > len(data):
            told = f"the picture of the TIFF directory at byte {found.at.start}"
            raise DamagedFile(f"{told} ends at byte {end}, past the file's end")
        pages.append(Page(found.at, [e for e in found.entries if e.tag == XMP]))
    ranges = sorted((p.at.start, p.at.end) for p in pages)
    for (_, end), (start, _) in itertools.pairwise(ranges):
        if start < end:
            raise DamagedFile(f"TIFF directories lie over each other at byte {start}")
    return pages


def directories(data: Buffer, layout: Layout) -> Iterator[Directory]:
    """Give the directories of pages, each followed by those it points to; bounded."""
    seen: set[int] = set()
    left, page = _MOST_ENTRIES, layout.first
    while page and len(seen) < _MOST_DIRECTORIES:
        if page in seen:
            raise DamagedFile(f"the TIFF's directories come back to byte {page}")
        todo, after = [page], 0
        while todo and len(seen) < _MOST_DIRECTORIES:
            at = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            found = exif.directory(data, layout, at)
            left -= len(found.entries)
            if not found.whole or left < 0:
                raise DamagedFile(f"the TIFF directory at byte {at} is cut short or too long")
            yield found
            after = found.next if at == page else after
            for entry in found.entries:
                if entry.tag in _SUB_DIRECTORIES and entry.many <= left:
                    left -= entry.many
                    todo += filter(None, _numbers(data, layout, entry))
        page = after


def pictures(
    data: Buffer, layout: Layout, found: Directory, most: int = _MOST_NUMBERS
) -> Iterator[tuple[array[int], array[int]]]:
    """Give offsets and lengths of the strips or tiles, where they take fewer bytes than `most`."""
    for tags in _PICTURES:
        pair = [next((e for e in found.entries if e.tag == tag), None) for tag in tags]
        if pair[0] and pair[1] and sum(e.value.end - e.value.start for e in pair if e) <= most:
            yield _numbers(data, layout, pair[0]), _numbers(data, layout, pair[1])


def _uncounted_end(data: Buffer, layout: Layout, found: Directory) -> int:
    """Give where a picture in one strip ends whose length is left out; 0 for any other."""
    tags = {e.tag: e for e in found.entries}
    if _OFFSETS not in tags or _LENGTHS in tags or tags[_OFFSETS].many != 1:
        return 0

    def number(tag: int, usual: int) -> int:
        known = tag in tags and tags[tag].many <= _MOST_SAMPLES
        return next(iter(_numbers(data, layout, tags[tag])), usual) if known else usual

    pixel = number(_BITS, 1) * number(_SAMPLES, 1)
    size = (number(_WIDTH, 0) * pixel + 7) // 8 * number(_HEIGHT, 0)
    known = size if number(_COMPRESSION, 1) == 1 else min(size, 1)
    return number(_OFFSETS, 0) + known if known else 0


def stands_clear(data: Buffer, layout: Layout, pages: list[Page], spans: list[ByteRange]) -> bool:
    """Whether these bytes hold whole values, and lie over nothing else of the file."""
    if not spans:
        return True
    header = ByteRange(0, 16 if layout.big else 8)
    ordered = sorted([header, *spans, *(p.at for p in pages)], key=lambda at: at.start)
    clear = all(a.end <= b.start for a, b in itertools.pairwise(ordered))
    for found in directories(data, layout):
        for at in spans:
            others = [e.value for e in found.entries if e.value.end not in (at.end, e.value.start)]
            clear &= not any(v.start < at.end and at.start < v.end for v in others)
            for pair in pictures(data, layout, found):
                strips = zip(*pair, strict=False)
                clear &= not any(o < at.end and at.start < o + n for o, n in strips)
    return clear


def rows_of(data: Buffer, layout: Layout, at: ByteRange) -> list[bytes]:
    """Give the entries of a directory, and last the offset of the next."""
    table = data[at.start + layout.wide : at.end]
    end = len(table) - layout.pointer
    return [*(table[i : i + layout.row] for i in range(0, end, layout.row)), table[end:]]


def row_of(layout: Layout, type: int, many: int, offset: int) -> bytes:
    """Give the entry of a packet."""
    wide = layout.pointer
    parts = ((XMP, 2), (type, 2), (many, wide), (offset % (1 << 8 * wide), wide))
    return b"".join(number.to_bytes(size, layout.order) for number, size in parts)


def in_order(rows: list[bytes], layout: Layout) -> list[bytes]:
    """Give entries sorted by tag, as a directory has them."""
    return sorted(rows, key=lambda row: int.from_bytes(row[:2], layout.order))


def _numbers(data: Buffer, layout: Layout, entry: Entry) -> array[int]:
    """Give the whole numbers of an entry; none for another type."""
    if entry.type not in _CODES:
        return array("B")
    numbers = array(_CODES[entry.type], data[entry.value.start : entry.value.end])
    if sys.byteorder != layout.order:
        numbers.byteswap()
    return numbers
