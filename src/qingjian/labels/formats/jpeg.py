"""
JPEG: the label is the AIGC property of the XMP packet in an APP1 segment.

Source: XMP specification part 3, 1.1.3 (APP1); TC260 practice guide on images (secondary).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import fields_of
from qingjian.labels.mark import Mark
from qingjian.labels.xmp import aigc_values

name = "jpeg"
suffixes: tuple[str, ...] = (".jpg", ".jpeg", ".jpe")

_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})


class Segment(NamedTuple):
    """A segment's marker byte, its data, and the byte range of the whole segment."""

    marker: int
    data: bytes
    at: ByteRange


def knows(head: bytes, /) -> bool:
    """Whether the first bytes are JPEG's."""
    return head.startswith(b"\xff\xd8\xff")


def segments(data: bytes) -> Iterator[Segment]:
    """Give every segment before the picture data. Raises DamagedFile at the first that is cut."""
    at = 2
    while True:
        start = at
        while at < len(data) and data[at] == 0xFF and at + 1 < len(data) and data[at + 1] == 0xFF:
            at += 1
        if at + 2 > len(data):
            raise DamagedFile(f"the JPEG ends at byte {len(data)} before its picture")
        if data[at] != 0xFF:
            raise DamagedFile(f"byte {at} of the JPEG should start a marker")
        marker = data[at + 1]
        at += 2
        if marker in (0xDA, 0xD9):
            return
        if marker in _BARE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            raise DamagedFile(f"the JPEG segment at byte {start} is cut short")
        yield Segment(marker, data[at + 2 : at + length], ByteRange(start, at + length))
        at += length


def read(data: bytes, /) -> list[Mark]:
    """Give every mark in order of place. Raises DamagedFile when the bytes break the format."""
    marks = []
    for segment in segments(data):
        if segment.marker == 0xE1 and segment.data.startswith(_XMP):
            for value in aigc_values(segment.data[len(_XMP) :]):
                seen = fields_of(value)
                if seen is not None:
                    fields, deviations = seen
                    marks.append(
                        Mark("gb45438", fields.pop("Label"), fields, segment.at, deviations)
                    )
    return marks
