"""
JPEG: the mark is the AIGC property of the XMP packet in an APP1 segment.

Also read: EXIF, comments, extended XMP, IPTC texts, C2PA, and labels that stand in a segment
without a packet around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels import gb45438
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures import exif, extendedxmp, photoshop
from qingjian.labels.xmp import aigc_values, with_aigc

name = "jpeg"
suffixes: tuple[str, ...] = (".jpg", ".jpeg", ".jpe", ".jfif")
text = False
place = "APP1 XMP, property TC260:AIGC"
source = "XMP specification part 3, 1.1.3 (JPEG); TC260-PG-20259A on images (secondary)"
wrapped = False

_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_EXIF = (b"Exif\x00\x00", b"Exif\x00\xff")
_PHOTOSHOP = b"Photoshop 3.0\x00"
_PICTURES = b"MPF\x00"
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_APPS = range(0xE0, 0xF0)
_HELD = frozenset({*_APPS, 0xFE})
_MOST_SEGMENTS = 4096
_MOST_FILL = 4096
_MOST_PACKET = 65_502
_CLAUSE = "TC260-PG-20259A"
_PLACE = Deviation("place.segment", _CLAUSE, "the label stands in a segment of its own, not in XMP")
_NO_PACKET = Deviation("place.segment", _CLAUSE, "the XMP segment holds JSON, not a packet")
_COMMENT = Deviation("place.comment", _CLAUSE, "the label stands in a comment, not in XMP")


class Segment(NamedTuple):
    """A segment's marker byte, where it begins, where its data begins, where it ends."""

    marker: int
    start: int
    body: int
    end: int


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are JPEG's."""
    return data[:3] == b"\xff\xd8\xff"


def segments(data: Buffer) -> Iterator[Segment]:
    """Give every segment before the picture. Raises DamagedFile at what is cut short."""
    size, at = len(data), 2
    for _ in range(_MOST_SEGMENTS):
        start = at
        head = data[at : at + 4]
        if head[:2] == b"\xff\xff":
            at = _after_fill(data, at)
            head = data[at : at + 4]
        if len(head) < 2:
            raise DamagedFile(f"the JPEG ends at byte {size} before its picture")
        if head[0] != 0xFF or not head[1]:
            raise DamagedFile(f"byte {at} of the JPEG should start a marker")
        marker = head[1]
        if marker in _BARE:
            at += 2
            continue
        if marker == 0xD9:
            return
        length = int.from_bytes(head[2:], "big")
        end = at + 2 + length
        if len(head) < 4 or length < 2 or end > size:
            raise DamagedFile(f"the JPEG segment at byte {start} is cut short")
        if marker == 0xDA:
            if data.rfind(b"\xff\xd9", end) < 0:
                raise DamagedFile(f"the JPEG ends at byte {size} within its picture")
            return
        yield Segment(marker, start, at + 4, end)
        at = end
    raise DamagedFile(f"the JPEG has more than {_MOST_SEGMENTS:,} segments before its picture")


def _after_fill(data: Buffer, at: int) -> int:
    """Give where the last byte of 0xFF stands that leads a marker."""
    fill = data[at : at + _MOST_FILL]
    rest = fill.lstrip(b"\xff")
    if not rest:
        raise DamagedFile(f"the JPEG ends or has only 0xFF after byte {at}, before its picture")
    return at + len(fill) - len(rest) - 1


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    stores: dict[bytes, list[tuple[int, bytes, Segment]]] = {}
    portions: list[tuple[ByteRange, bytes]] = []
    for segment in segments(data):
        if segment.marker not in _HELD:
            continue
        body = data[segment.body : segment.end]
        if segment.marker == 0xE1 and body.startswith(extendedxmp.HEADER):
            portions.append((ByteRange(segment.body, segment.end), body))
        elif segment.marker == 0xEB and body[:2] == b"JP":
            number = int.from_bytes(body[4:8], "big")
            stores.setdefault(body[2:4], []).append((number, body[8:], segment))
        else:
            yield from _of_segment(segment, body)
    yield from extendedxmp.held(portions)
    for parts in stores.values():
        store = _store(parts)
        if b"c2pa" in store[:64]:
            yield Held("c2pa", store, _unbroken([s for *_, s in parts]), "APP11 JUMBF")


def _unbroken(parts: Sequence[Segment]) -> ByteRange:
    """Give the bytes of the first segment and of those that follow it without a gap."""
    end = parts[0].end
    for part in parts[1:]:
        if part.start != end:
            break
        end = part.end
    return ByteRange(parts[0].start, end)


def _of_segment(segment: Segment, body: bytes) -> Iterator[Held]:
    """Give what a segment holds that stands alone."""
    marker, start, _, end = segment
    at = ByteRange(start, end)
    where = f"APP{marker - 0xE0}"
    if marker == 0xFE:
        words = _words(body)
        odd = (_COMMENT,) if "AIGC" in words else ()
        yield Held("pair", words, at, "COM", "Comment", odd)
    elif marker == 0xE1 and body.startswith(_XMP):
        packet = body[len(_XMP) :]
        if _is_json(packet):
            yield Held("pair", _glued(packet), at, f"{where} XMP", "AIGC", (_NO_PACKET,))
        else:
            yield Held("xmp", packet, at, f"{where} XMP")
    elif marker == 0xE1 and body.startswith(_EXIF):
        yield from exif.held(body[6:], segment.body + 6)
    elif body.startswith(b"AIGC"):
        yield Held("pair", _glued(body), at, where, "AIGC", (_PLACE,))
    elif marker == 0xED and body.startswith(_PHOTOSHOP):
        skipped = len(_PHOTOSHOP)
        yield from photoshop.held(body[skipped:], segment.body + skipped)


def _is_json(packet: bytes) -> bool:
    return packet[:64].lstrip(b"\xef\xbb\xbf\x00 \r\n\t").startswith((b"{", b'"', b"AIGC"))


def _glued(body: bytes) -> str:
    """Give the JSON of a segment that begins with it, or with the word AIGC."""
    return _words(body.strip(b"\x00 ").removeprefix(b"AIGC").lstrip(b"\x00 :=\xef\xbb\xbf"))


def _words(body: bytes) -> str:
    try:
        words = body.decode()
    except UnicodeDecodeError:
        words = body.decode("latin-1")
    return words.strip("\x00 ")


def _store(parts: list[tuple[int, bytes, Segment]]) -> bytes:
    """Give a JUMBF box of its parts; each repeats the box's header."""
    ordered = sorted(parts, key=lambda part: part[0])
    head = 16 if ordered[0][1][:4] == b"\x00\x00\x00\x01" else 8
    return b"".join([ordered[0][1], *(part[head:] for _, part, _ in ordered[1:])])


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """
    Give the edits that leave exactly one mark, or none for None.

    Raises DamagedFile, and InputError when the packet does not fit into a segment.
    """
    bodies = [(s, data[s.body : s.end]) for s in segments(data) if s.marker in _HELD]
    edits, renamed = extendedxmp.without_label(
        (ByteRange(s.body, s.end), body)
        for s, body in bodies
        if s.marker == 0xE1 and body.startswith(extendedxmp.HEADER)
    )
    after, left, leads = 2, value, True
    for segment, body in bodies:
        if leads and (segment.marker == 0xE0 or body.startswith(_EXIF)):
            after = segment.end
        else:
            leads = False
        packet = body[len(_XMP) :]
        if segment.marker == 0xE1 and body.startswith(_XMP) and not _is_json(packet):
            new = packet
            for old, digest in renamed.items():
                new = new.replace(old, digest)
            if left is not None or _may_hold(packet):
                new, left = _relabelled(new, left), None
            if new != packet:
                edits.append(Edit(segment.start, segment.end, _packet(new) if new else b""))
        elif body.startswith(_XMP) or _may_hold(body):
            edits += _without_label(segment, body)
    if left is not None:
        edits.append(Edit(after, after, _packet(with_aigc(None, left))))
    return sorted([*edits, *_of_pictures(bodies, edits)])


def _may_hold(body: bytes) -> bool:
    return b"AIGC" in body or b"A\x00I\x00G\x00C" in body


def _relabelled(packet: bytes, value: str | None) -> bytes:
    """Give a packet with the value as its one label; nothing when no packet is left."""
    new = with_aigc(packet, value)
    count = len(aigc_values(new))
    if count and value is None:
        return b""
    if value is not None and count != 1:
        raise DamagedFile("the XMP packet holds the property AIGC where it cannot be replaced")
    return new


def _packet(packet: bytes) -> bytes:
    """Give the segment of a packet; padding gives way where it would be too long."""
    end = packet.rfind(b"<?xpacket end")
    if len(packet) > _MOST_PACKET and end > 0:
        packet = packet[:end].rstrip() + packet[end:]
    if len(packet) > _MOST_PACKET:
        raise InputError(
            f"the XMP packet would have {len(packet):,} bytes; a JPEG holds {_MOST_PACKET:,}",
            "take other metadata out of the XMP packet, or write the label to a sidecar",
        )
    return b"\xff\xe1" + (len(_XMP) + len(packet) + 2).to_bytes(2, "big") + _XMP + packet


def _without_label(segment: Segment, body: bytes) -> Iterator[Edit]:
    """Give the edit that takes the labels of a segment away, if it holds any."""
    new = body
    if segment.marker == 0xE1 and body.startswith(_EXIF):
        new = body[:6] + exif.without_label(body[6:])
    elif segment.marker == 0xED and body.startswith(_PHOTOSHOP):
        new = _PHOTOSHOP + photoshop.without_label(body[len(_PHOTOSHOP) :])
    elif gb45438.marks_of(_of_segment(segment, body)):
        yield Edit(segment.start, segment.end, b"")
    if new != body:
        yield Edit(segment.body, segment.end, new)


def _of_pictures(bodies: list[tuple[Segment, bytes]], edits: list[Edit]) -> Iterator[Edit]:
    """Give the edit that keeps a multi-picture index right: its pictures move with the edits."""
    grown = sum(len(e.new) - (e.end - e.start) for e in edits)
    for segment, body in bodies:
        if not grown or segment.marker != 0xE2 or not body.startswith(_PICTURES):
            continue
        block = bytearray(body[4:])
        layout = exif.layout_of(body[4:])
        found = exif.directory(body[4:], layout, layout.first, (0xB002,)) if layout else None
        if layout is None or found is None or not found.entries:
            return
        moved = sum(len(e.new) - (e.end - e.start) for e in edits if e.start >= segment.end)
        value = found.entries[0].value
        for at in range(value.start, min(value.end, len(block)) - 15, 16):
            first = at == value.start
            field = slice(at + 4, at + 8) if first else slice(at + 8, at + 12)
            old = int.from_bytes(block[field], layout.order)
            new = old + (grown if first else moved)
            if old and 0 < new < 1 << 32:
                block[field] = new.to_bytes(4, layout.order)
        yield Edit(segment.body + 4, segment.end, bytes(block))
        return
