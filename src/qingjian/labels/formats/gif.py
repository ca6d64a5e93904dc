"""
GIF: the mark is the AIGC property of the XMP packet in an application extension.

The packet stands raw between `XMP DataXMP` and a trailer of 258 bytes that leads every reader of
sub-blocks to the terminator. Also read: comments, C2PA.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.xmp import aigc_values, with_aigc

name = "gif"
suffixes: tuple[str, ...] = (".gif",)
text = False
place = "application extension XMP DataXMP, property TC260:AIGC"
source = "XMP specification part 3, 1.1.2 (GIF); TC260-PG-20259A on images (secondary)"
wrapped = False

_SIGNATURES = (b"GIF87a", b"GIF89a")
_XMP = b"!\xff\x0bXMP DataXMP"
_C2PA = b"!\xff\x0bC2PA_GIF\x01\x00\x00"
_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
_COMMENT = b"!\xfe"
_APPLICATION = b"!\xff"
_IMAGE = b","
_END = b";"
_WINDOW = 1 << 20
_MOST_TEXT = 4_000_000
_MOST_C2PA = 64_000_000


class Block(NamedTuple):
    """A block's first two bytes (one of an image), its bytes, and where its sub-blocks begin."""

    type: bytes
    at: ByteRange
    data: int


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are GIF's."""
    return data[:6] in _SIGNATURES


def blocks(data: Buffer) -> Iterator[Block]:
    """Give every block up to the trailer, which is not one. Raises DamagedFile at one cut."""
    if not knows(data):
        raise DamagedFile("the file does not begin as a GIF")
    screen = data[6:13]
    if len(screen) < 7:
        raise DamagedFile(f"the GIF ends at byte {len(data)} inside its screen descriptor")
    at = 13 + _table(screen[4])
    while True:
        head = data[at : at + 12]
        if head[:1] == _END:
            return
        if head[:1] == b"\x00":
            at = _after_zeros(data, at)
        elif head[:1] == _IMAGE and len(head) >= 10:
            start = at + 10 + _table(head[9]) + 1
            end = _after(data, start, at)
            yield Block(_IMAGE, ByteRange(at, end), start)
            at = end
        elif head[:1] == b"!" and len(head) >= 3:
            end = _after(data, at + 2, at)
            yield Block(head[:2], ByteRange(at, end), at + 2)
            at = end
        elif len(head) < 12 and head[:1] in (b"", b"!", _IMAGE):
            raise DamagedFile(f"the GIF ends at byte {len(data)} before its trailer")
        else:
            raise DamagedFile(f"the GIF has no block at byte {at}")


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    for block in blocks(data):
        if block.type == _COMMENT:
            yield _comment(data, block)
        elif block.type == _APPLICATION:
            head = data[block.at.start : block.at.start + 14]
            if head == _XMP:
                yield Held("xmp", _packet(data, block), block.at, "application extension XMP")
            elif head == _C2PA:
                store = _joined(data, block.at.start + 14, block.at.end, _MOST_C2PA)
                yield Held("c2pa", store, block.at, "application extension C2PA_GIF")


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    edits: list[Edit] = []
    left = value
    place, leading = -1, True
    for block in blocks(data):
        place = block.at.start if place < 0 else place
        leading = leading and block.type in (_COMMENT, _APPLICATION)
        if leading:
            place = block.at.end
        if block.type == _COMMENT and marks_of([_comment(data, block)]):
            edits.append(Edit(block.at.start, block.at.end, b""))
        elif data[block.at.start : block.at.start + 14] == _XMP:
            old = _packet(data, block)
            if left is None and not aigc_values(old):
                continue
            packet = with_aigc(old, left)
            gone = left is None and aigc_values(packet)
            new = b"" if gone else _XMP + packet + _TRAILER
            edits.append(Edit(block.at.start, block.at.end, new))
            left = None
    if place < 0:
        raise DamagedFile("the GIF has no image")
    if left is not None:
        edits.append(Edit(place, place, _XMP + with_aigc(None, left) + _TRAILER))
    if edits and value is not None and data[:6] == _SIGNATURES[0]:
        edits.append(Edit(3, 6, b"89a"))
    return sorted(edits)


def _table(packed: int) -> int:
    """Give the bytes of a colour table, as its packed field says."""
    return 3 << (packed & 7) + 1 if packed & 0x80 else 0


def _after(data: Buffer, start: int, block: int) -> int:
    """Give where the sub-blocks that begin at `start` end, after their terminator."""
    at = start
    while at < len(data):
        window = data[at : at + _WINDOW]
        inside, size = 0, len(window)
        while inside < size:
            count = window[inside]
            inside += count + 1
            if not count:
                return at + inside
        at += inside
    raise DamagedFile(f"the GIF block at byte {block} is cut short at byte {len(data)}")


def _after_zeros(data: Buffer, start: int) -> int:
    """Give where a run of zero bytes ends; old encoders leave them between blocks."""
    at = start
    while at < len(data):
        window = data[at : at + _WINDOW]
        rest = window.lstrip(b"\x00")
        if rest:
            return at + len(window) - len(rest)
        at += len(window)
    raise DamagedFile(f"the GIF ends at byte {len(data)} before its trailer")


def _joined(data: Buffer, start: int, end: int, most: int = _MOST_TEXT) -> bytes:
    """Give what the sub-blocks of a range hold. Raises DamagedFile when that is too much."""
    if end - start > most + most // 8:
        raise DamagedFile(f"the GIF block at byte {start} has more than {most:,} bytes")
    raw = data[start:end]
    parts, at = [], 0
    while raw[at]:
        parts.append(raw[at + 1 : at + 1 + raw[at]])
        at += raw[at] + 1
    return b"".join(parts)


def _comment(data: Buffer, block: Block) -> Held:
    words = _joined(data, block.data, block.at.end).decode("utf-8", "replace")
    return Held("pair", words, block.at, "comment extension", "Comment")


def _packet(data: Buffer, block: Block) -> bytes:
    """Give the packet of an XMP extension; some writers put it into sub-blocks instead."""
    start, end = block.at.start + len(_XMP), block.at.end
    if end - start > _MOST_TEXT:
        raise DamagedFile(f"the XMP at byte {start} has more than {_MOST_TEXT:,} bytes")
    raw = data[start:end]
    if raw.endswith(_TRAILER):
        return raw[: -len(_TRAILER)]
    return _joined(data, start, end)
