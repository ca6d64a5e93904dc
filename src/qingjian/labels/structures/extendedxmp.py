"""
Extended XMP of a JPEG: what did not fit into the one packet, in portions under its digest.

Source: XMP specification part 3, 1.1.3.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Edit, Held
from qingjian.labels.xmp import aigc_values, with_aigc

HEADER = b"http://ns.adobe.com/xmp/extension/\x00"
_BEFORE = len(HEADER) + 40
_MOST = 16_000_000


class _Portion(NamedTuple):
    """A portion: its offset in the whole, its bytes, and where they stand in the file."""

    offset: int
    data: bytes
    at: ByteRange


class _Extension(NamedTuple):
    """An extended packet, its digest as written, and its portions."""

    digest: bytes
    packet: bytes
    portions: list[_Portion]


def held(bodies: Iterable[tuple[ByteRange, bytes]]) -> Iterator[Held]:
    """
    Give the extended packets of a file.

    Args:
        bodies: the data of its APP1 segments that begin with HEADER, with where they stand.

    Raises DamagedFile when a portion is missing.
    """
    for extension in _joined(bodies):
        at = ByteRange(extension.portions[0].at.start, extension.portions[-1].at.end)
        if at.start < at.end:
            yield Held("xmp", extension.packet, at, "APP1 extended XMP")


def without_label(
    bodies: Iterable[tuple[ByteRange, bytes]],
) -> tuple[list[Edit], dict[bytes, bytes]]:
    """
    Give the edits that take labels out of extended packets, and the digests that change by it.

    Raises DamagedFile when a portion is missing.
    """
    edits = []
    renamed = {}
    for digest, packet, portions in _joined(bodies):
        if not aigc_values(packet):
            continue
        new = with_aigc(packet, None).ljust(len(packet))
        if len(new) > len(packet) or aigc_values(new):
            raise DamagedFile("the extended XMP holds a label that cannot be taken out")
        renamed[digest] = hashlib.md5(new, usedforsecurity=False).hexdigest().upper().encode()
        for offset, data, at in portions:
            edits.append(Edit(at.start - 40, at.start - 8, renamed[digest]))
            edits.append(Edit(at.start, at.end, new[offset : offset + len(data)]))
    return edits, renamed


def _joined(bodies: Iterable[tuple[ByteRange, bytes]]) -> Iterator[_Extension]:
    """Give each extended packet that is not too long, put together."""
    found: dict[bytes, list[_Portion]] = {}
    for at, body in bodies:
        if len(body) < _BEFORE:
            raise DamagedFile(f"the extended XMP at byte {at.start} is cut short")
        offset = int.from_bytes(body[_BEFORE - 4 : _BEFORE], "big")
        portion = _Portion(offset, body[_BEFORE:], ByteRange(at.start + _BEFORE, at.end))
        found.setdefault(body[len(HEADER) : _BEFORE - 4], []).append(portion)
    for key, portions in found.items():
        total = int.from_bytes(key[32:], "big")
        if total > _MOST:
            continue
        so_far = 0
        portions.sort(key=lambda portion: portion.offset)
        for offset, data, at in portions:
            if offset != so_far:
                raise DamagedFile(f"the extended XMP lacks what comes before byte {at.start}")
            so_far += len(data)
        if so_far != total:
            raise DamagedFile(f"the extended XMP has {so_far} of {total} bytes")
        yield _Extension(key[:32], b"".join(p.data for p in portions), portions)
