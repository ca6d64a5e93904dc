"""
PNG: the label is the AIGC property of the XMP packet in an iTXt chunk named XML:com.adobe.xmp.

Source: PNG third edition, 11.3.3.4 (iTXt); TC260 practice guide on images (secondary).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import fields_of
from qingjian.labels.mark import Mark
from qingjian.labels.xmp import aigc_values

name = "png"
suffixes: tuple[str, ...] = (".png",)

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"XML:com.adobe.xmp\x00"
_MOST_PACKET = 4_000_000


class Chunk(NamedTuple):
    """A chunk's type, its data, and the byte range of the whole chunk."""

    type: bytes
    data: bytes
    at: ByteRange


def knows(head: bytes, /) -> bool:
    """Whether the first bytes are PNG's."""
    return head.startswith(_SIGNATURE)


def chunks(data: bytes) -> Iterator[Chunk]:
    """Give every chunk up to IEND. Raises DamagedFile at one that is cut or fails its checksum."""
    at = len(_SIGNATURE)
    while True:
        if at + 12 > len(data):
            raise DamagedFile(f"the PNG ends at byte {len(data)} before IEND")
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        if end > len(data):
            raise DamagedFile(f"the PNG chunk at byte {at} is cut short")
        body = data[at + 4 : end - 4]
        if zlib.crc32(body) != int.from_bytes(data[end - 4 : end], "big"):
            raise DamagedFile(f"the PNG chunk at byte {at} fails its checksum")
        yield Chunk(body[:4], body[4:], ByteRange(at, end))
        if body[:4] == b"IEND":
            return
        at = end


def read(data: bytes, /) -> list[Mark]:
    """Give every mark in order of place. Raises DamagedFile when the bytes break the format."""
    marks = []
    for chunk in chunks(data):
        if chunk.type == b"iTXt" and chunk.data.startswith(_KEYWORD):
            for value in aigc_values(_packet(chunk)):
                seen = fields_of(value)
                if seen is not None:
                    fields, deviations = seen
                    marks.append(Mark("gb45438", fields.pop("Label"), fields, chunk.at, deviations))
    return marks


def _packet(chunk: Chunk) -> bytes:
    """Give the text of an iTXt chunk, inflated where needed, at most `_MOST_PACKET` bytes."""
    rest = chunk.data[len(_KEYWORD) :]
    if len(rest) < 2:
        raise DamagedFile(f"the iTXt chunk at byte {chunk.at.start} is cut short")
    compressed, method = rest[0], rest[1]
    parts = rest[2:].split(b"\x00", 2)
    if len(parts) < 3:
        raise DamagedFile(f"the iTXt chunk at byte {chunk.at.start} is cut short")
    text = parts[2]
    if not compressed:
        if len(text) > _MOST_PACKET:
            raise DamagedFile(
                f"the iTXt chunk at byte {chunk.at.start} has more than {_MOST_PACKET:,} bytes"
            )
        return text
    if method:
        raise DamagedFile(
            f"the iTXt chunk at byte {chunk.at.start} is compressed in an unknown way"
        )
    try:
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(text, _MOST_PACKET)
    except zlib.error as error:
        raise DamagedFile(
            f"the iTXt chunk at byte {chunk.at.start} does not inflate: {error}"
        ) from None
    if not unpacker.eof:
        cut = len(plain) < _MOST_PACKET
        how = "is cut short" if cut else f"has more than {_MOST_PACKET:,} bytes"
        raise DamagedFile(f"the iTXt chunk at byte {chunk.at.start} {how}")
    return plain
