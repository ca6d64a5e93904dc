"""
The structure of ID3v2 tags: where tags, extended headers, frames and padding stand.

Source: id3.org, ID3v2.2.0, ID3v2.3.0, ID3v2.4.0 main structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer

UNSYNCHRONISED, EXTENDED, FOOTER = 0x80, 0x40, 0x10
_MOST_CODED = 16_000_000
_MOST_TAGS = 64
_MOST_FRAMES = 10_000
_ID = re.compile(rb"[A-Z0-9]{3}[A-Z0-9 \x00]?")


class Frame(NamedTuple):
    """A frame's name, its two bytes of flags, and where it, its body and its end stand."""

    id: str
    flags: int
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """
    A tag.

    Args:
        at: the bytes of the file it takes, header and footer included.
        version: 2, 3 or 4.
        flags: the flags of its header.
        text: what its frames' positions count in: the file, or the body decoded.
        extended: the extended header, empty when there is none.
        frames: in order.
        padding: the bytes behind the last frame.
        wide: whether frames' sizes are plain numbers.
    """

    at: ByteRange
    version: int
    flags: int
    text: Buffer
    extended: ByteRange
    frames: tuple[Frame, ...]
    padding: ByteRange
    wide: bool

    @property
    def decoded(self) -> bool:
        """Whether unsynchronisation of the whole tag was undone."""
        return self.version < 4 and bool(self.flags & UNSYNCHRONISED)


def behind(data: Buffer) -> int:
    """Give where the file goes on behind its tags, by their headers alone."""
    at = 0
    for _ in range(_MOST_TAGS):
        head = data[at : at + 10]
        if head[:3] != b"ID3" or len(head) < 10:
            break
        at += 10 + synchsafe(head[6:10]) + (10 if head[3] == 4 and head[5] & FOOTER else 0)
    return at


def tags(data: Buffer) -> Iterator[Tag]:
    """Give the tags at the start, one behind the other. Raises DamagedFile."""
    at = 0
    for _ in range(_MOST_TAGS):
        if data[at : at + 3] != b"ID3":
            return
        tag = _tag(data, at)
        yield tag
        at = tag.at.end
    raise DamagedFile(f"more than {_MOST_TAGS} ID3 tags stand before byte {at}")


def _tag(data: Buffer, at: int) -> Tag:
    head = data[at : at + 10]
    size = synchsafe(head[6:10])
    if len(head) < 10 or at + 10 + size > len(data):
        raise DamagedFile(f"the ID3 tag at byte {at} is cut short")
    version, flags = head[3], head[5]
    if version not in (2, 3, 4) or max(head[6:10]) > 0x7F:
        raise DamagedFile(f"the header of the ID3 tag at byte {at} is broken")
    footer = 10 if version == 4 and flags & FOOTER else 0
    whole = ByteRange(at, at + 10 + size + footer)
    if footer and data[whole.end - 10 : whole.end - 7] != b"3DI":
        raise DamagedFile(f"the ID3 tag at byte {at} has no footer")
    text, start, end = data, at + 10, at + 10 + size
    if version < 4 and flags & UNSYNCHRONISED:
        if size > _MOST_CODED:
            raise DamagedFile(f"the ID3 tag at byte {at} has more than {_MOST_CODED:,} bytes")
        text = data[start:end].replace(b"\xff\x00", b"\xff")
        start, end = 0, len(text)
    first = start
    if version == 2 and flags & EXTENDED:
        return Tag(whole, version, flags, text, ByteRange(0, 0), (), ByteRange(end, end), False)
    if version > 2 and flags & EXTENDED:
        raw = text[start : start + 4]
        first += synchsafe(raw) if version == 4 else 4 + int.from_bytes(raw, "big")
        if not start + 6 <= first <= end:
            raise DamagedFile(f"the extended header of the ID3 tag at byte {at} is broken")
    frames, stop, wide = _walked(text, first, end, version, at)
    extended, padding = ByteRange(start, first), ByteRange(stop, end)
    return Tag(whole, version, flags, text, extended, tuple(frames), padding, wide)


def _walked(
    text: Buffer, at: int, end: int, version: int, tag: int
) -> tuple[list[Frame], int, bool]:
    """Give frames, their end, and whether sizes of a 2.4 tag are plain numbers against the rule."""
    try:
        frames, stop = _frames(text, at, end, version, tag, wide=version != 4)
        if version != 4 or is_zero(text, stop, end):
            return frames, stop, version != 4
        broken = None
    except DamagedFile as error:
        if version != 4:
            raise
        broken = error
    try:
        wide, wide_stop = _frames(text, at, end, version, tag, wide=True)
    except DamagedFile:
        wide_stop = -1
    if wide_stop >= 0 and is_zero(text, wide_stop, end):
        return wide, wide_stop, True
    if broken:
        raise broken
    return frames, stop, False


def _frames(
    text: Buffer, at: int, end: int, version: int, tag: int, *, wide: bool
) -> tuple[list[Frame], int]:
    name, head = (3, 6) if version == 2 else (4, 10)
    frames: list[Frame] = []
    while at + head <= end:
        raw = text[at : at + head]
        if not raw[0]:
            break
        if not _ID.fullmatch(raw[:name]) or len(frames) == _MOST_FRAMES:
            raise DamagedFile(f"the ID3 tag at byte {tag} has no frame where one should stand")
        size = raw[name : name + (3 if version == 2 else 4)]
        if not wide and max(size) > 0x7F:
            raise DamagedFile(f"the ID3 tag at byte {tag} has a frame with a broken size")
        stop = at + head + (int.from_bytes(size, "big") if wide else synchsafe(size))
        if stop > end:
            raise DamagedFile(f"the ID3 tag at byte {tag} has a frame that is cut short")
        flags = int.from_bytes(raw[8:10], "big")
        frames.append(Frame(raw[:name].decode().strip(" \x00"), flags, at, at + head, stop))
        at = stop
    return frames, at


def is_zero(text: Buffer, at: int, end: int) -> bool:
    """Whether all bytes of a range are zero."""
    for start in range(at, end, 1 << 20):
        block = text[start : min(end, start + (1 << 20))]
        if block.count(0) != len(block):
            return False
    return True


def synchsafe(raw: bytes) -> int:
    """Give the number that seven bits of each byte hold."""
    size = 0
    for byte in raw:
        size = size << 7 | byte & 0x7F
    return size


def synchsafe_bytes(size: int) -> bytes:
    """Give a number below 2**28 as four bytes of seven bits."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
