"""
What devices and encoders leave outside the metadata: a phone's trailer, a message in a stream.

These are traces, not declarations.

Source: exiftool's notes on Samsung's trailer (`SEFH`, `SEFT`); public files of Galaxy phones and of
Kling, whose H.264 stream begins with an SEI message of its own UUID.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Mark
from qingjian.labels.structures import isobmff

_FLAG = re.compile(rb'"genAIType"\s*:\s*(\d+)')
_MOST_TRAILER = 65_536
_MOST_BLOCK = 4_000_000
_MOST_BLOCKS = 256
_KLING = bytes.fromhex("91ca60614aee385486142d5f73f4ae2e")
_LOOKED_AT = 65_536
_MOST_BOXES = 8
_PRINTED = re.compile(rb"[ -~]{0,64}")


def marks_of(data: Buffer) -> list[Mark]:
    """Give the traces that no carrier holds as metadata."""
    return [*_of_samsung(data), *_of_kling(data)]


def _of_samsung(data: Buffer) -> Iterator[Mark]:
    """Give the AI flag of a Samsung trailer: `SEFH` … `SEFT` at the very end."""
    length = len(data)
    if data[max(0, length - 4) :] != b"SEFT":
        return
    for start, end in [*_blocks(data), (max(0, length - _MOST_TRAILER), length)]:
        for flag in [*_FLAG.finditer(data[start:end])][-1:]:
            if flag[1].strip(b"0"):
                at = ByteRange(start + flag.start(), start + flag.end())
                fields = {"genAIType": flag[1][:20].decode()}
                yield Mark("samsung", "", fields, at, (), "trailer behind the file's end")
            return


def _blocks(data: Buffer) -> Iterator[tuple[int, int]]:
    """Give the bytes of the trailer's blocks, as its directory has them; nothing where it lies."""
    length = len(data)
    size = int.from_bytes(data[max(0, length - 8) : length - 4], "little")
    head = length - 8 - size
    if head < 0 or size > _MOST_TRAILER or data[head : head + 4] != b"SEFH":
        return
    table = data[head : head + size]
    count = min(int.from_bytes(table[8:12], "little"), _MOST_BLOCKS, (size - 12) // 12)
    for at in range(12, 12 + 12 * count, 12):
        back = int.from_bytes(table[at + 4 : at + 8], "little")
        long = int.from_bytes(table[at + 8 : at + 12], "little")
        if long <= min(_MOST_BLOCK, back) and back <= head:
            yield head - back, head - back + long


def _of_kling(data: Buffer) -> Iterator[Mark]:
    """Give the message of Kling's encoder, which leads the first picture of a film."""
    if data[4:8] != b"ftyp":
        return
    try:
        media = [box for box in isobmff.boxes(data) if box.type == b"mdat"]
    except DamagedFile:
        return
    for box in media[:_MOST_BOXES]:
        start = data.find(_KLING, box.body, min(box.end, box.body + _LOOKED_AT))
        if start >= 0:
            end = start + len(_KLING)
            words = _PRINTED.match(data[end : end + 64])
            said = words[0].decode() if words else ""
            fields = {"uuid": _KLING.hex()} | ({"message": said} if said else {})
            yield Mark("kling", "", fields, ByteRange(start, end), (), "mdat SEI message")
            return
