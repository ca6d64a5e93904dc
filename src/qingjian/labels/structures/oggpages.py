"""
Ogg pages: walked with bounds, header packets taken out of them and put back.

Header packets are laid on as few pages as they take, whatever there were before: the file without
its label is then the same whatever the label said. Where that changes the number of pages, all
later pages of the stream get new numbers and checksums, without their payload being read.

Source: RFC 3533 (Ogg), RFC 7845 section 4 on granule positions of header pages.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.labels.mark import Buffer, Edit

CONTINUED, FIRST, LAST = 1, 2, 4
_HEAD = 27
_MIRRORED = bytes(int(f"{n:08b}"[::-1], 2) for n in range(256))
_NO_PACKET_ENDS = b"\xff" * 8


class Page(NamedTuple):
    """A page: where it starts, its payload and its end stand, and its header's fields."""

    at: int
    body: int
    end: int
    flags: int
    granule: bytes
    serial: bytes
    number: int
    lacing: bytes


def checksum(data: bytes) -> int:
    """Give the CRC of Ogg: polynomial 0x04C11DB7, unreflected, from 0."""
    reflected = zlib.crc32(data.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(reflected.to_bytes(4, "little").translate(_MIRRORED), "big")


def pages(data: Buffer) -> Iterator[Page]:
    """
    Give every page up to the end of the last stream, or of the file. Raises DamagedFile.

    Bytes that are no page end the walk when every stream has had its last page.
    """
    at, length = 0, len(data)
    running: set[bytes] = set()
    while at < length:
        head = data[at : at + _HEAD + 255]
        if head[:4] != b"OggS":
            if at and not running and (length - at > 3 or not b"OggS".startswith(head)):
                return
            raise DamagedFile(f"no Ogg page stands at byte {at}")
        if len(head) < _HEAD or len(head) < _HEAD + head[26]:
            raise DamagedFile(f"the Ogg page at byte {at} is cut short")
        if head[4] or head[5] > 7:
            raise DamagedFile(f"the header of the Ogg page at byte {at} is broken")
        lacing = head[_HEAD : _HEAD + head[26]]
        body = at + _HEAD + head[26]
        end = body + sum(lacing)
        if end > length:
            raise DamagedFile(f"the Ogg page at byte {at} is cut short")
        serial, number = head[14:18], int.from_bytes(head[18:22], "little")
        yield Page(at, body, end, head[5], head[6:14], serial, number, lacing)
        if head[5] & LAST:
            running.discard(serial)
        else:
            running.add(serial)
        at = end


def payload(data: Buffer, page: Page) -> bytes:
    """Give a page's payload. Raises DamagedFile when its checksum fails."""
    whole = data[page.at : page.end]
    if checksum(whole[:22] + bytes(4) + whole[26:]) != int.from_bytes(whole[22:26], "little"):
        raise DamagedFile(f"the Ogg page at byte {page.at} fails its checksum")
    return whole[page.body - page.at :]


def laid(packets: Sequence[bytes], old: Sequence[Page]) -> list[bytes]:
    """
    Give pages that hold the packets instead of old pages of one stream.

    Args:
        packets: all packets that began and ended on the old pages.
        old: the pages; the last one keeps its granule position and its flag of a last page.
    """
    lacing = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets)
    data = b"".join(packets)
    count = -(-len(lacing) // 255)
    new: list[bytes] = []
    taken = at = 0
    for left in range(count, 0, -1):
        some = lacing[taken : taken + 255]
        flags = CONTINUED if taken and lacing[taken - 1] == 255 else 0
        granule = bytes(8) if min(some) < 255 else _NO_PACKET_ENDS
        if left == 1:
            flags |= old[-1].flags & LAST
            granule = old[-1].granule
        number = old[0].number + len(new)
        size = sum(some)
        head = _head(flags, granule, old[0].serial, number) + bytes([len(some)]) + some
        new.append(_checked(head + data[at : at + size]))
        taken, at = taken + len(some), at + size
    return new


def renumbered(data: Buffer, page: Page, shift: int) -> Edit:
    """Give the edit that moves a page's number and mends its checksum, which is linear."""
    number = page.number.to_bytes(4, "little")
    moved = (page.number + shift & 0xFFFFFFFF).to_bytes(4, "little")
    change = bytes(a ^ b for a, b in zip(number, moved, strict=True))
    old = int.from_bytes(data[page.at + 22 : page.at + 26], "little")
    new = old ^ checksum(change + bytes(page.end - page.at - 22))
    return Edit(page.at + 18, page.at + 26, moved + new.to_bytes(4, "little"))


def _head(flags: int, granule: bytes, serial: bytes, number: int) -> bytes:
    place = (number & 0xFFFFFFFF).to_bytes(4, "little")
    return b"OggS\x00" + bytes([flags]) + granule + serial + place + bytes(4)


def _checked(page: bytes) -> bytes:
    return page[:22] + checksum(page).to_bytes(4, "little") + page[26:]
