"""
PNG: the mark is the AIGC property of the XMP packet in an iTXt chunk right after IHDR.

Also read: text chunks with the keyword AIGC, EXIF, C2PA, raw profiles, and what generators leave in
text chunks.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures import exif, rawprofile
from qingjian.labels.xmp import aigc_values, with_aigc

name = "png"
suffixes: tuple[str, ...] = (".png",)
text = False
place = "iTXt XML:com.adobe.xmp, property TC260:AIGC"
source = "XMP specification part 3, 1.1.5 (PNG); TC260-PG-20259A on images (secondary)"
wrapped = False

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = Struct(">I4s")
_XMP = b"XML:com.adobe.xmp"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_PICTURE = (b"IDAT", b"fdAT")
_MOST_TEXT = 4_000_000
_MOST_TEXTS = 16_000_000
_MOST_CHUNK = 64_000_000
_PLACE = Deviation("place.text", "TC260-PG-20259A", "the label stands in a text chunk, not in XMP")


class Chunk(NamedTuple):
    """A chunk's type, and the byte range of the whole chunk."""

    type: bytes
    at: ByteRange


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are PNG's."""
    return data[:8] == _SIGNATURE


def chunks(data: Buffer) -> Iterator[Chunk]:
    """Give every chunk up to IEND but picture data. Raises DamagedFile at one that is cut."""
    at, length = len(_SIGNATURE), len(data)
    while True:
        head = data[at : at + 8]
        if len(head) < 8:
            raise DamagedFile(f"the PNG ends at byte {length} before IEND")
        size, type = _HEAD.unpack(head)
        end = at + 12 + size
        if end > length:
            raise DamagedFile(f"the PNG chunk at byte {at} is cut short")
        if type not in _PICTURE:
            yield Chunk(type, ByteRange(at, end))
            if type == b"IEND":
                return
        at = end


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    for chunk, body, keyword in _told(data):
        kind = chunk.type.decode("latin-1")
        if chunk.type == b"eXIf":
            yield from exif.held(body, chunk.at.start + 8)
        elif chunk.type == b"caBX":
            yield Held("c2pa", body, chunk.at, "caBX")
        elif keyword == _XMP:
            yield Held("xmp", body, chunk.at, f"{kind} {_XMP.decode()}")
        elif profile := rawprofile.parsed(keyword, body):
            where = f"{kind} {keyword.decode('latin-1')}"
            yield from rawprofile.held(profile, chunk.at, where, _PLACE)
        else:
            yield _pair(chunk, body, keyword)


def _told(data: Buffer) -> Iterator[tuple[Chunk, bytes, bytes]]:
    """Give the chunks of metadata with their content, text unpacked, and the keyword of a text."""
    texts = 0
    for chunk in chunks(data):
        if chunk.type in _TEXTS:
            keyword, value = _text(chunk.type, _body(data, chunk), chunk.at.start)
            texts += len(value)
            if texts > _MOST_TEXTS:
                raise DamagedFile(f"the PNG's texts have more than {_MOST_TEXTS:,} bytes")
            yield chunk, value, keyword
        elif chunk.type in (b"eXIf", b"caBX"):
            yield chunk, _body(data, chunk), b""


def _pair(chunk: Chunk, body: bytes, keyword: bytes) -> Held:
    key, kind = keyword.decode("latin-1"), chunk.type.decode("latin-1")
    odd = (_PLACE,) if "AIGC" in key.upper() or b"AIGC" in body[:200] else ()
    return Held("pair", body.decode("utf-8", "replace"), chunk.at, f"{kind} {key}", key, odd)


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    header = next(chunks(data))
    if header.type != b"IHDR":
        raise DamagedFile("the PNG has no IHDR at its start")
    edits: list[Edit] = []
    left = value
    for chunk, body, keyword in _told(data):
        at = chunk.at
        if chunk.type == b"eXIf":
            blank = exif.without_label(body)
            if blank != body:
                edits.append(Edit(at.start, at.end, _chunk(b"eXIf", blank)))
        elif keyword == _XMP:
            if left is not None or aigc_values(body):
                edits.append(Edit(at.start, at.end, _packet(with_aigc(body, left))))
                left = None
        elif profile := rawprofile.parsed(keyword, body):
            stripped = rawprofile.without_label(profile)
            if stripped != profile:
                edits.append(Edit(at.start, at.end, _retold(chunk, keyword, stripped)))
        elif keyword and marks_of([_pair(chunk, body, keyword)]):
            edits.append(Edit(at.start, at.end, b""))
    if left is not None:
        edits.append(Edit(header.at.end, header.at.end, _packet(with_aigc(None, left))))
    return sorted(edits)


def _chunk(type: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(type + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + type + body + checksum


def _retold(chunk: Chunk, keyword: bytes, profile: rawprofile.Profile) -> bytes:
    """Give a text chunk of the same type with another profile."""
    words = rawprofile.text_of(profile)
    if chunk.type == b"zTXt":
        return _chunk(b"zTXt", keyword + b"\x00\x00" + zlib.compress(words))
    return _chunk(chunk.type, keyword + bytes(5 if chunk.type == b"iTXt" else 1) + words)


def _packet(packet: bytes) -> bytes:
    return _chunk(b"iTXt", _XMP + b"\x00\x00\x00\x00\x00" + packet)


def _body(data: Buffer, chunk: Chunk) -> bytes:
    """Give a chunk's data. Raises DamagedFile when its checksum fails."""
    if chunk.at.end - chunk.at.start > _MOST_CHUNK:
        raise DamagedFile(f"the chunk at byte {chunk.at.start} has more than {_MOST_CHUNK:,} bytes")
    whole = data[chunk.at.start + 4 : chunk.at.end]
    if zlib.crc32(whole[:-4]) != int.from_bytes(whole[-4:], "big"):
        raise DamagedFile(f"the PNG chunk at byte {chunk.at.start} fails its checksum")
    return whole[4:-4]


def _text(type: bytes, body: bytes, at: int) -> tuple[bytes, bytes]:
    """Give keyword and text of a text chunk, inflated where needed; text of tEXt as UTF-8."""
    keyword, zero, rest = body.partition(b"\x00")
    if not zero:
        raise DamagedFile(f"the text chunk at byte {at} is cut short")
    if type == b"tEXt":
        if len(rest) > _MOST_TEXT:
            raise DamagedFile(f"the text chunk at byte {at} has more than {_MOST_TEXT:,} bytes")
        return keyword, _utf8(rest)
    if type == b"zTXt":
        return keyword, _utf8(_inflated(rest[1:], at))
    parts = rest[2:].split(b"\x00", 2)
    if len(parts) < 3:
        raise DamagedFile(f"the iTXt chunk at byte {at} is cut short")
    if rest[0]:
        return keyword, _inflated(parts[2], at)
    if len(parts[2]) > _MOST_TEXT:
        raise DamagedFile(f"the iTXt chunk at byte {at} has more than {_MOST_TEXT:,} bytes")
    return keyword, parts[2]


def _utf8(text: bytes) -> bytes:
    """Give text that should be Latin-1 as UTF-8; generators write UTF-8 where it is not asked."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1").encode()
    return text


def _inflated(packed: bytes, at: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, _MOST_TEXT)
    except zlib.error as error:
        raise DamagedFile(f"the text chunk at byte {at} does not inflate: {error}") from None
    if not unpacker.eof:
        cut = len(plain) < _MOST_TEXT
        how = "is cut short" if cut else f"has more than {_MOST_TEXT:,} bytes"
        raise DamagedFile(f"the text chunk at byte {at} {how}")
    return plain
