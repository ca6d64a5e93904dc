"""
Photoshop's image resources: the IPTC-IIM texts in them.

A block that breaks off gives what could be read; nothing is raised here.

Source: IPTC-IIM 4.2, record 2; Adobe Photoshop file formats, image resource blocks.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Deviation, Held

_IIM = b"\x04\x04"
_NAMES = {
    5: "ObjectName",
    25: "Keywords",
    40: "SpecialInstructions",
    65: "OriginatingProgram",
    80: "By-line",
    105: "Headline",
    110: "Credit",
    115: "Source",
    116: "CopyrightNotice",
    120: "Caption-Abstract",
    122: "Writer-Editor",
}
_MOST_LENGTH = 0x7FFF
_LOOKED_AT = 200


def held(block: bytes, offset: int) -> Iterator[Held]:
    """
    Give the IPTC texts of image resources.

    Args:
        block: the resources, from the first `8BIM`.
        offset: where their first byte stands in the file.
    """
    at = 0
    while block[at : at + 4] == b"8BIM" and at + 12 <= len(block):
        length_at = at + 6 + (block[at + 6] + 2) // 2 * 2
        start = length_at + 4
        length = int.from_bytes(block[length_at:start], "big")
        if block[at + 4 : at + 6] == _IIM:
            yield from iim(block[start : start + length], offset + start)
        at = start + length + length % 2


def iim(block: bytes, offset: int) -> Iterator[Held]:
    """Give the texts of IPTC-IIM's record 2; `offset` as above."""
    at = 0
    while block[at : at + 1] == b"\x1c" and at + 5 <= len(block):
        start = at + 5
        length = int.from_bytes(block[at + 3 : start], "big")
        end = start + length
        if length > _MOST_LENGTH or end > len(block):
            return
        name = _NAMES.get(block[at + 2]) if block[at + 1] == 2 else None
        if name and length:
            span = ByteRange(offset + start, offset + end)
            words = _words(block[start:end])
            yield Held("pair", words, span, f"IPTC {name}", f"IPTC:{name}", _odd(name, words))
        at = end


def _odd(name: str, words: str) -> tuple[Deviation, ...]:
    if "AIGC" not in words[:_LOOKED_AT]:
        return ()
    what = f"the label stands in IPTC {name}, not in XMP"
    return (Deviation("place.iptc", "TC260-PG-20259A", what),)


def without_label(block: bytes) -> bytes:
    """Give resources of the same length in which the words of labels are spaces."""
    blank = bytearray(block)
    for entry in held(block, 0):
        if marks_of([entry]):
            assert isinstance(entry.at, ByteRange)
            blank[entry.at.start : entry.at.end] = b" " * (entry.at.end - entry.at.start)
    return bytes(blank)


def _words(text: bytes) -> str:
    try:
        words = text.decode()
    except UnicodeDecodeError:
        words = text.decode("latin-1")
    return words.strip("\x00 ")
