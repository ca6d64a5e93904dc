"""
Items of HEIF and AVIF: XMP and EXIF items read; the XMP item written.

The packet goes into an `mdat` of its own at the end of the file, whatever the old one's room: so
the file without its label is the same whatever the label said.

Source: ISO/IEC 14496-12, 8.11 (meta, iloc, iinf, iref); ISO/IEC 23008-12, annex A (EXIF and XMP
items); the TC260 practice guide on images (secondary) names the item's packet as the place in HEIF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.structures import exif
from qingjian.labels.structures.iloc import Iloc, Location, parsed
from qingjian.labels.structures.isobmff import (
    MOST_BODY,
    Box,
    Changes,
    Cursor,
    box,
    boxes,
    children,
    meta_skipped,
    read,
)
from qingjian.labels.structures.offsets import correct
from qingjian.labels.xmp import aigc_values, with_aigc

_RDF = b"application/rdf+xml"
_MOST_ITEMS = 65_536
_MOST_TOLD = 64
_MOST_BYTES = 16_000_000


class Item(NamedTuple):
    """An entry of iinf."""

    id: int
    type: bytes
    content_type: bytes


@dataclass(frozen=True, slots=True)
class Items:
    """
    A `meta` box with items.

    Args:
        meta: the box.
        inside: the boxes in it by their types, the first of each.
        listed: what iinf lists.
        located: what iloc tells.
    """

    meta: Box
    inside: dict[bytes, Box]
    listed: list[Item]
    located: Iloc


def opened(data: Buffer) -> list[Box]:
    """Give the boxes of a HEIF or AVIF file. Raises DamagedFile when items are missing."""
    top = boxes(data)
    meta = next((b for b in top if b.type == b"meta"), None)
    if meta is None and not any(b.type == b"moov" for b in top):
        raise DamagedFile(f"the file ends at byte {len(data)} before its items")
    items = items_of(data, meta) if meta else None
    for location in items.located.items if items else ():
        for _, offset, length in location.extents if location.in_file else ():
            if location.base + offset + length > len(data):
                raise DamagedFile(f"item {location.id} ends behind the file's {len(data)} bytes")
    return top


def items_of(data: Buffer, meta: Box) -> Items | None:
    """Give the items of a `meta` box, None when it has none. Raises DamagedFile."""
    inside: dict[bytes, Box] = {}
    for b in children(data, meta, meta_skipped(data, meta)):
        inside.setdefault(b.type, b)
    if b"iinf" not in inside or b"iloc" not in inside:
        return None
    return Items(meta, inside, _listed(data, inside[b"iinf"]), parsed(data, inside[b"iloc"]))


def _listed(data: Buffer, iinf: Box) -> list[Item]:
    head = Cursor(data[iinf.body : min(iinf.end, iinf.body + 8)], iinf.start)
    wide = 4 if head.number(4) >> 24 else 2
    count, found = head.number(wide), []
    entries = [b for b in children(data, iinf, 4 + wide) if b.type == b"infe"]
    if count > len(entries) or count > _MOST_ITEMS:
        raise DamagedFile(f"the box iinf at byte {iinf.start} has {len(entries)} of {count} items")
    for entry in entries:
        cursor = Cursor(read(data, entry), entry.start)
        version = cursor.number(4) >> 24
        if version in (2, 3):
            id = cursor.number(2 if version == 2 else 4)
            cursor.number(2)
            type = cursor.take(4)
            cursor.text()
            found.append(Item(id, type, cursor.text().lower() if type == b"mime" else b""))
        else:
            found.append(Item(cursor.number(2), b"", b""))
    return found


def _ranges(data: Buffer, items: Items, location: Location) -> list[ByteRange] | None:
    """Give the bytes of the file that hold an item, None where they are elsewhere."""
    start, end = 0, len(data)
    if not location.in_file:
        idat = items.inside.get(b"idat")
        if location.method & 15 != 1 or idat is None:
            return None
        start, end = idat.body, idat.end
    found = []
    for _, offset, length in location.extents:
        at = start + location.base + offset
        upto = at + length if length or items.located.widths[1] else end
        if not start <= at <= upto <= end:
            raise DamagedFile(f"item {location.id} at byte {at} ends behind its bytes")
        found.append(ByteRange(at, upto))
    return found


def _body(data: Buffer, ranges: list[ByteRange]) -> bytes:
    if sum(r.end - r.start for r in ranges) > MOST_BODY:
        raise DamagedFile(f"the item at byte {ranges[0].start} has more than {MOST_BODY:,} bytes")
    return b"".join(data[r.start : r.end] for r in ranges)


def _bodies(data: Buffer, items: Items) -> Iterator[tuple[Item, list[ByteRange], bytes]]:
    """Give the items of XMP and EXIF with their bytes."""
    told = [i for i in items.listed if i.type == b"Exif" or i[1:] == (b"mime", _RDF)]
    if len(told) > _MOST_TOLD:
        raise DamagedFile(f"there are more than {_MOST_TOLD} items of XMP and EXIF")
    locations = {location.id: location for location in items.located.items}
    left = _MOST_BYTES
    for item in told:
        location = locations.get(item.id)
        ranges = _ranges(data, items, location) if location else None
        if ranges:
            body = _body(data, ranges)
            left -= len(body)
            if left < 0:
                raise DamagedFile(f"items of XMP and EXIF have more than {_MOST_BYTES:,} bytes")
            yield item, ranges, body


def content(data: Buffer, meta: Box) -> Iterator[ByteRange]:
    """Give the bytes of every item but XMP and EXIF, in the order of iloc. Raises DamagedFile."""
    items = items_of(data, meta)
    if items is None:
        return
    told = {i.id for i in items.listed if i.type == b"Exif" or i[1:] == (b"mime", _RDF)}
    for location in items.located.items:
        if location.id not in told:
            yield from _ranges(data, items, location) or ()


def held(data: Buffer, meta: Box) -> Iterator[Held]:
    """Give what the items of a `meta` box hold that may be a mark. Raises DamagedFile."""
    items = items_of(data, meta)
    for item, ranges, body in _bodies(data, items) if items else ():
        at = ByteRange(ranges[0].start, ranges[-1].end)
        if item.type == b"mime":
            yield Held("xmp", body, at, f"{meta.path} item {item.id} XMP")
        else:
            skipped = 4 + int.from_bytes(body[:4], "big")
            if skipped < len(body):
                yield from exif.held(body[skipped:], at.start + skipped)


def take_away(data: Buffer, meta: Box, changes: Changes, kept: int = -1) -> None:
    """Take the labels out of the items of a `meta` box, but for the item `kept`, in their bytes."""
    items = items_of(data, meta)
    for item, ranges, body in _bodies(data, items) if items else ():
        if item.id == kept:
            continue
        if item.type == b"mime":
            if aigc_values(body):
                _fill(changes, ranges, with_aigc(body, None), b" ")
            continue
        skipped = 4 + int.from_bytes(body[:4], "big")
        blank = exif.without_label(body[skipped:]) if skipped < len(body) else b""
        if blank != body[skipped:]:
            _fill(changes, ranges, body[:skipped] + blank, b"\x00")


def _fill(changes: Changes, ranges: list[ByteRange], body: bytes, filler: bytes) -> None:
    """Put shorter bytes for those of an item."""
    room = sum(r.end - r.start for r in ranges)
    if len(body) > room:
        raise InputError(f"the item at byte {ranges[0].start} has no room without its label")
    body += filler * (room - len(body))
    for r in ranges:
        changes.replace(r.start, r.end, body[: r.end - r.start], None)
        body = body[r.end - r.start :]


def write(data: Buffer, top: list[Box], changes: Changes, value: str | None) -> list[Edit]:
    """
    Give the edits that leave exactly one mark, in the XMP item, or none for None.

    Args:
        data: the file.
        top: its boxes.
        changes: what takes labels out of other places than the items of the file.
        value: the JSON to write.

    Raises DamagedFile, and InputError when the file has no place.
    """
    metas = [b for b in top if b.type == b"meta"]
    meta = metas[0] if metas else None
    items = items_of(data, meta) if meta else None
    for other in metas[1:]:
        take_away(data, other, changes)
    if meta is None or items is None:
        if value is not None:
            raise InputError("the file has no items to hold a label", "convert it to an image")
        correct(data, top, changes)
        return changes.edits()
    old = next((_Packet(*told) for told in _bodies(data, items) if told[0].type == b"mime"), None)
    own = old is not None and _is_own(top[-1], old)
    said = aigc_values(old.body) if old else []
    if (value is None and not (own and said)) or said == [(value, ())]:
        take_away(data, meta, changes, old.item.id if old and value is not None else -1)
        correct(data, top, changes)
        return changes.edits()
    take_away(data, meta, changes, old.item.id if old else -1)
    packet = with_aigc(old.body if old else None, value)
    last = top[-1]
    start = last.start if own else last.end
    if not own and data[last.start : last.start + 4] == bytes(4):
        _close(last, changes)
    table = _relocated(data, items, old, start + 8, len(packet), changes)
    correct(data, top, changes, {items.inside[b"iloc"].start: table})
    if old and not own:
        _fill(changes, old.ranges, b"", b" ")
    changes.replace(start, last.end, box(b"mdat", packet), None)
    return changes.edits()


class _Packet(NamedTuple):
    """An XMP item with its bytes."""

    item: Item
    ranges: list[ByteRange]
    body: bytes


def _is_own(last: Box, old: _Packet) -> bool:
    """Whether the last box of the file holds a packet and nothing else."""
    alone = old.ranges == [ByteRange(last.body, last.end)]
    return last.type == b"mdat" and alone and last.body - last.start == 8


def _close(last: Box, changes: Changes) -> None:
    """Tell the size of a last box that reaches to the end of the file."""
    size = last.end - last.start
    if size >= 1 << 32:
        raise InputError("the last box has no size and is too long for one")
    changes.replace(last.start, last.start + 4, size.to_bytes(4, "big"), None)


def _relocated(
    data: Buffer, items: Items, old: _Packet | None, at: int, length: int, changes: Changes
) -> Iloc:
    """Give the item locations with an XMP item at a byte, which is added when there is none."""
    table = items.located
    id = old.item.id if old else _added(data, items, changes)
    new = Location(id, 0, 0, 0, ((0, at, length),))
    if old is None:
        return replace(table, items=[*table.items, new])
    return replace(table, items=[new if i.id == id else i for i in table.items])


def _added(data: Buffer, items: Items, changes: Changes) -> int:
    """Add an XMP item that describes the primary one; give its number."""
    used = {i.id for i in items.listed} | {i.id for i in items.located.items}
    groups = items.inside.get(b"grpl")
    for group in children(data, groups) if groups else ():
        used.add(int.from_bytes(data[group.body + 4 : group.body + 8], "big"))
    id = max(used, default=0) + 1
    if id >= 1 << 16:
        id = next((i for i in range(1, 1 << 16) if i not in used), 0)
    if not id or len(items.listed) >= _MOST_ITEMS - 1:
        raise InputError("every number of an item is taken")
    entry = box(b"infe", b"\x02\0\0\0", id.to_bytes(2, "big"), b"\0\0mime", b"XMP\0", _RDF, b"\0")
    iinf = items.inside[b"iinf"]
    wide = 4 if data[iinf.body] else 2
    at = iinf.body + 4
    count = int.from_bytes(data[at : at + wide], "big") + 1
    changes.replace(at, at + wide, count.to_bytes(wide, "big"), None)
    end = max((b.end for b in children(data, iinf, 4 + wide)), default=at + wide)
    changes.replace(end, end, entry, iinf)
    _refer(data, items, id, changes)
    return id


def _refer(data: Buffer, items: Items, id: int, changes: Changes) -> None:
    """Say that an item describes the primary one."""
    pitm, iref = items.inside.get(b"pitm"), items.inside.get(b"iref")
    if pitm is None:
        return
    cursor = Cursor(read(data, pitm), pitm.start)
    primary = cursor.number(4 if cursor.number(4) >> 24 else 2)
    version = data[iref.body] if iref and iref.end > iref.body else int(primary >= 1 << 16)
    wide = 4 if version else 2
    if primary >= 1 << (8 * wide):
        return
    numbers = (id.to_bytes(wide, "big"), b"\x00\x01", primary.to_bytes(wide, "big"))
    reference = box(b"cdsc", *numbers)
    if iref:
        changes.replace(iref.end, iref.end, reference, iref)
    else:
        end = find_end(data, items.meta)
        new = box(b"iref", bytes([version, 0, 0, 0]), reference)
        changes.replace(end, end, new, items.meta)


def find_end(data: Buffer, meta: Box) -> int:
    """Give where the last box in a `meta` ends."""
    skipped = meta_skipped(data, meta)
    return max((b.end for b in children(data, meta, skipped)), default=meta.body + skipped)
