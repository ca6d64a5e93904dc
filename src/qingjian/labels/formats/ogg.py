"""
Ogg Vorbis and Ogg FLAC: the mark is the entry AIGC of the comment header.

The same reader serves Opus: all hold Vorbis comments in their second packet. Every stream of the
file, side by side or one behind the other, is read; the first one gets the mark. A stream without
the page that says it is the last was cut, or never finished; neither is labelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.structures import oggpages, vorbis
from qingjian.labels.structures.oggpages import Page

name = "ogg"
suffixes: tuple[str, ...] = (".ogg", ".oga")
text = False
place = "Vorbis comment AIGC"
source = "Ogg Vorbis I, 5; RFC 9639, 10.1 (Ogg FLAC); TC260-PG-202510A on audio (secondary)"
wrapped = False

_FLAC = b"\x7fFLAC"
_MOST_FLAC = (1 << 24) - 1
_COMMENTS = {b"\x01vorbis": b"\x03vorbis", b"OpusHead": b"OpusTags", _FLAC: b""}
_PLACES = {b"\x01vorbis": "Vorbis comment", b"OpusHead": "OpusTags", _FLAC: "VORBIS_COMMENT"}
_MOST_HEADER = 64_000_000
_MOST_STREAMS = 1_000


@dataclass(slots=True)
class Stream:
    """
    The header packets of one stream, as far as they were read.

    Args:
        codec: what its first packet begins with.
        number: of the next page.
        pages: the pages from the second on, up to one that ends with the comments or behind them.
        packets: what they hold; the first is the comment header.
        size: bytes in the packets.
        open: whether the last packet goes on.
        shift: how many pages more its headers take after `edits`.
    """

    codec: bytes
    number: int
    pages: list[Page] = field(default_factory=list)
    packets: list[bytearray] = field(default_factory=list)
    size: int = 0
    open: bool = False
    shift: int = 0

    def add(self, data: Buffer, page: Page) -> bool:
        """Take a page in, and say whether the headers are whole. Raises DamagedFile."""
        if page.number != self.number or bool(page.flags & oggpages.CONTINUED) != self.open:
            raise DamagedFile(f"an Ogg page is missing before byte {page.at}")
        body, at = oggpages.payload(data, page), 0
        self.size += len(body)
        if self.size > _MOST_HEADER:
            raise DamagedFile(f"the Ogg header before byte {page.end} is over {_MOST_HEADER:,}")
        for size in page.lacing:
            if not self.open:
                self.packets.append(bytearray())
            self.packets[-1] += body[at : at + size]
            self.open = size == 255
            at += size
        self.number = page.number + 1 & 0xFFFFFFFF
        self.pages.append(page)
        return bool(self.packets) and not self.open

    def comments(self) -> vorbis.Comments:
        """Give the comments. Raises DamagedFile."""
        at = self.pages[0].at
        packet, magic = bytes(self.packets[0]), _COMMENTS[self.codec]
        of_flac = packet[:1] in (b"\x04", b"\x84")
        if not packet.startswith(magic) or (self.codec == _FLAC and not of_flac):
            raise DamagedFile(f"the Ogg page at byte {at} holds no comment header")
        if self.codec == _FLAC and int.from_bytes(packet[1:4], "big") != len(packet) - 4:
            raise DamagedFile(f"the comment header at byte {at} has another length than it says")
        found = vorbis.parsed(packet[len(magic) or 4 :], at)
        if self.codec == b"\x01vorbis" and not (found.rest and found.rest[0] & 1):
            raise DamagedFile(f"the comment header at byte {at} has no framing bit")
        return found

    def edits(self, value: str | None) -> list[Edit]:
        """Give the edits of the header pages; a page too many or too few goes with the last one."""
        old = self.comments()
        new = vorbis.relabelled(old, value)
        if new == old:
            return []
        body = vorbis.built(new)
        if self.codec == _FLAC and len(body) > _MOST_FLAC:
            raise InputError(
                f"the comments would have {len(body):,} bytes; FLAC holds {_MOST_FLAC:,}"
            )
        head = bytes(self.packets[0][:1]) + len(body).to_bytes(4, "big")[1:]
        packet = (_COMMENTS[self.codec] or head) + body
        made = oggpages.laid([packet, *map(bytes, self.packets[1:])], self.pages)
        whole: list[bytes] = [*made, *[b""] * (len(self.pages) - len(made))]
        last = len(self.pages) - 1
        whole[last:] = [b"".join(whole[last:])]
        self.shift = len(made) - len(self.pages)
        return [Edit(p.at, p.end, n) for p, n in zip(self.pages, whole, strict=True)]


def knows(data: Buffer, /) -> bool:
    """Whether the first page begins a Vorbis or FLAC stream."""
    return begins(data, b"\x01vorbis") or begins(data, _FLAC)


def begins(data: Buffer, codec: bytes) -> bool:
    """Whether the first page is the first of a stream of a codec."""
    head = data[:27]
    if len(head) < 27 or head[:5] != b"OggS\x00" or not head[5] & oggpages.FIRST:
        return False
    start = 27 + head[26]
    return data[start : start + len(codec)] == codec


def held(data: Buffer, /) -> Iterator[Held]:
    """Give the comments of every stream, in order of place. Raises DamagedFile."""
    for _, stream in _walked(data):
        if stream:
            at = ByteRange(stream.pages[0].at, stream.pages[-1].end)
            yield from vorbis.held(stream.comments(), at, _PLACES[stream.codec])


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave one mark in the first stream, or none. Raises DamagedFile."""
    edits: list[Edit] = []
    shifts: dict[bytes, int] = {}
    left = value
    for page, stream in _walked(data):
        if page.flags & oggpages.FIRST:
            shifts.pop(page.serial, None)
        if stream:
            edits += stream.edits(left)
            left = None
            shifts[page.serial] = stream.shift
        elif shifts.get(page.serial):
            edits.append(oggpages.renumbered(data, page, shifts[page.serial]))
    return sorted(edits)


def _walked(data: Buffer) -> Iterator[tuple[Page, Stream | None]]:
    """Give every page, and the stream whose headers are whole with it."""
    streams: dict[bytes, Stream] = {}
    running: set[bytes] = set()
    count = 0
    for page in oggpages.pages(data):
        (running.discard if page.flags & oggpages.LAST else running.add)(page.serial)
        stream = streams.get(page.serial)
        if page.flags & oggpages.FIRST:
            if stream:
                raise DamagedFile(f"the Ogg stream before byte {page.at} has no comment header")
            head = data[page.body : min(page.end, page.body + 8)]
            codec = next((c for c in _COMMENTS if head.startswith(c)), b"")
            if codec:
                _check_first(data, page)
                streams[page.serial] = Stream(codec, page.number + 1 & 0xFFFFFFFF)
                count += 1
            if not page.at and not codec:
                raise DamagedFile("the first Ogg stream is neither Vorbis, Opus nor FLAC")
            if count > _MOST_STREAMS:
                raise DamagedFile(f"more than {_MOST_STREAMS:,} streams stand before {page.at}")
        elif stream and stream.add(data, page):
            del streams[page.serial]
            yield page, stream
            continue
        yield page, None
    if streams or not count:
        raise DamagedFile(f"the Ogg file ends at byte {len(data)} before its comment header")
    if running:
        raise DamagedFile(f"the Ogg file ends at byte {len(data)} before the last page of a stream")


def _check_first(data: Buffer, page: Page) -> None:
    """Raise DamagedFile unless the first page holds one whole packet."""
    oggpages.payload(data, page)
    if page.lacing[-1] == 255 or page.lacing.count(255) != len(page.lacing) - 1:
        raise DamagedFile(f"the Ogg page at byte {page.at} holds more than the first packet")
