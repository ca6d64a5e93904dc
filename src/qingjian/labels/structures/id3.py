"""
ID3v2 tags at the start of a file, versions 2.2, 2.3 and 2.4: frames read, one label kept in TXXX.

A tag keeps its version, padding and unsynchronisation, and grows by the label alone, so that
the file without its label is again the file as it was: what is signed is a digest of that file. A
checksum in the extended header is made anew; a tag that held the label alone goes away.

Source: id3.org, ID3v2.2.0, ID3v2.3.0, ID3v2.4.0 structure and frames; TC260-PG-202510A on audio
(secondary).
"""

from __future__ import annotations

import codecs
import re
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.splice import applied
from qingjian.labels.structures.id3tag import (
    EXTENDED,
    FOOTER,
    UNSYNCHRONISED,
    Frame,
    Tag,
    is_zero,
    synchsafe_bytes,
    tags,
)
from qingjian.labels.xmp import aigc_values, with_aigc

_MOST_TEXT = 4_000_000
_MOST_OBJECT = 32_000_000
_MOST_SIZE = 1 << 28
_LONG = {"TXX": "TXXX", "COM": "COMM", "ULT": "USLT", "WXX": "WXXX", "GEO": "GEOB"}
_OF_LANGUAGE = ("COMM", "USLT")
_ENCODINGS = ("utf-8", "utf-16", "utf-16-be", "utf-8")
_MANIFEST = (b"application/x-c2pa-manifest-store", b"application/c2pa")
_PREFIX = re.compile(r'[^{]{1,64}(?=\{\s*"AIGC"\s*:)')
_ESCAPED = re.compile(rb"\xff(?=[\x00\xe0-\xff])|\xff\Z")
_CLAUSE = "TC260-PG-202510A"


def held(data: Buffer) -> Iterator[Held]:
    """Give the texts, XMP packets and manifests in the tags at the start. Raises DamagedFile."""
    for tag in tags(data):
        for frame in tag.frames:
            yield from _held(tag, frame)


def write(data: Buffer, value: str | None) -> list[Edit]:
    """
    Give the edits that leave the label in the first tag alone, or in none for None.

    A file without a tag gets one of version 2.4: its UTF-8 keeps the JSON as it is in the file.
    """
    edits: list[Edit] = []
    left = value
    for tag in tags(data):
        edits += _relabelled(data, tag, left)
        left = None
        if value is not None and tag.version == 2 and tag.flags & EXTENDED:
            raise InputError("the ID3v2.2 tag is compressed", "take the tag away and label again")
    if data[:3] != b"ID3" and value is not None:
        frame = _label(4, value, 0, wide=False)
        edits.append(Edit(0, 0, b"ID3\x04\x00\x00" + synchsafe_bytes(len(frame)) + frame))
    return edits


def _held(tag: Tag, frame: Frame) -> Iterator[Held]:
    """Give what a frame holds; nothing for pictures and encrypted frames."""
    id = _LONG.get(frame.id, frame.id)
    at = tag.at if tag.decoded else ByteRange(frame.start, frame.end)
    place = f"ID3v2.{tag.version} {frame.id}"
    if id in ("GEOB", "PRIV"):
        body = _body(tag, frame, _MOST_OBJECT)
        owner, _, packet = body[id == "GEOB" :].partition(b"\x00")
        if id == "PRIV" and owner == b"XMP":
            odd = Deviation("place.frame", _CLAUSE, "the label stands in XMP, not in TXXX")
            yield Held("xmp", packet[:_MOST_TEXT], at, f"{place} XMP", deviations=(odd,))
        elif id == "GEOB" and owner in _MANIFEST:
            wide = 2 if body[0] in (1, 2) else 1
            rest = packet
            for _ in range(2):
                rest = rest[_terminator(rest, wide) + wide :]
            yield Held("c2pa", rest, at, f"{place} {owner.decode()}")
    elif (id[0] in "TW" and id != "WXXX") or id in _OF_LANGUAGE:
        yield from _texts(id, _body(tag, frame, _MOST_TEXT), at, place, tag.at.start)


def _texts(id: str, body: bytes, at: ByteRange, place: str, tag: int) -> Iterator[Held]:
    if not body:
        return
    coded = id[0] != "W"
    if coded and body[0] > 3:
        raise DamagedFile(f"the ID3 tag at byte {tag} has a text of an unknown encoding")
    skipped = (4 if id in _OF_LANGUAGE else 1) if coded else 0
    words = _decoded(body[skipped:], body[0] if coded else 0).split("\x00")
    key = id
    if id == "TXXX":
        key = words.pop(0).lstrip("\ufeff") or id
    elif id in _OF_LANGUAGE and len(words) > 1:
        description = words.pop(0).lstrip("\ufeff")
        key = f"{id}:{description}" if description else id
    for word in words:
        text = word.lstrip("\ufeff")
        if not text and len(words) > 1:
            continue
        prefix = _PREFIX.match(text)
        if prefix:
            said = f"the words {prefix[0].strip()[:40]} stand before the label"
            odd = Deviation("place.prefix", _CLAUSE, said)
            label = text[prefix.end() : text.rfind("}") + 1]
            yield Held("pair", label, at, f"{place} {key}", "AIGC", (odd,))
            continue
        deviations: tuple[Deviation, ...] = ()
        if (id != "TXXX" or key.upper() != "AIGC") and "AIGC" in key + text[:200]:
            said = f"the label stands in {place}, not in TXXX AIGC"
            deviations = (Deviation("place.frame", _CLAUSE, said),)
        yield Held("pair", text, at, f"{place} {key}".strip(), key, deviations)


def _body(tag: Tag, frame: Frame, most: int) -> bytes:
    """Give a frame's plain body, empty when it is encrypted or an object that is too large."""
    flags = frame.flags & 0xFF if tag.version > 2 else 0
    packed, secret, grouped = (0x08, 0x04, 0x40) if tag.version == 4 else (0x80, 0x40, 0x20)
    if flags & secret:
        return b""
    if frame.end - frame.body > most:
        if most == _MOST_OBJECT:
            return b""
        raise DamagedFile(f"the ID3 tag at byte {tag.at.start} has a text over {most:,} bytes")
    body = tag.text[frame.body : frame.end]
    if flags & grouped and tag.version == 4:
        body = body[1:]
    if flags & packed or (tag.version == 4 and flags & 0x01):
        body = body[4:]
    if flags & grouped and tag.version == 3:
        body = body[1:]
    if tag.version == 4 and (flags & 0x02 or tag.flags & UNSYNCHRONISED):
        body = body.replace(b"\xff\x00", b"\xff")
    return _inflated(body, tag.at.start) if flags & packed else body


def _inflated(body: bytes, tag: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(body, _MOST_TEXT)
    except zlib.error as error:
        what = f"the ID3 tag at byte {tag} has a frame that does not inflate: {error}"
        raise DamagedFile(what) from None
    if not unpacker.eof:
        how = "is cut short" if len(plain) < _MOST_TEXT else f"has over {_MOST_TEXT:,} bytes"
        raise DamagedFile(f"the ID3 tag at byte {tag} has a packed frame that {how}")
    return plain


def _decoded(text: bytes, encoding: int) -> str:
    """Give text; where Latin-1 is told, UTF-8 is tried first, as writers mix them up."""
    if encoding == 1 and text[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return text.decode("utf-16-le", "replace")
    try:
        return text.decode(_ENCODINGS[encoding], "replace" if encoding else "strict")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _terminator(text: bytes, wide: int) -> int:
    """Give where the first text ends; the end when it has no end of its own."""
    at = text.find(bytes(wide))
    while at % wide:
        at = text.find(bytes(wide), at + 1)
    return at if at >= 0 else len(text)


def _relabelled(data: Buffer, tag: Tag, value: str | None) -> list[Edit]:
    """Give the edits that leave the label, or none, in a tag."""
    cuts: list[Edit] = []
    left, kept = value, 0
    unsynchronised = 0x02 if tag.version == 4 and tag.flags & UNSYNCHRONISED else 0
    for frame in tag.frames:
        new = None
        for entry in _held(tag, frame):
            if entry.kind == "pair" and (entry.key.upper() == "AIGC" or marks_of([entry])):
                new = b""
            elif (
                entry.kind == "xmp" and isinstance(entry.value, bytes) and aigc_values(entry.value)
            ):
                packet = with_aigc(entry.value, None)
                status = frame.flags & 0xFF00 | unsynchronised
                new = _frame(tag.version, "PRIV", status, b"XMP\x00" + packet, wide=tag.wide)
        if new == b"" and left is not None:
            new = _label(tag.version, left, unsynchronised, wide=tag.wide)
            left = None
        kept += new != b""
        if new is not None and new != tag.text[frame.start : frame.end]:
            cuts.append(Edit(frame.start, frame.end, new))
    stop, end = tag.padding.start, tag.padding.end
    if left is not None:
        kept += 1
        wanted = _label(tag.version, left, unsynchronised, wide=tag.wide)
        cuts.append(Edit(stop, stop, wanted))
    if not cuts:
        return []
    if not kept and stop == end:
        return [Edit(tag.at.start, tag.at.end, b"")]
    if not is_zero(tag.text, stop, end):
        raise DamagedFile(f"the ID3 tag at byte {tag.at.start} has bytes that are no frame")
    return _fitted(data, tag, [*_checked(tag, cuts), *cuts])


def _fitted(data: Buffer, tag: Tag, cuts: list[Edit]) -> list[Edit]:
    """Give the edits where they fall in the file, with the sizes that fit them."""
    at = tag.at
    if tag.decoded:
        start = at.start + 10
        escaped = re.finditer(rb"\xff\x00", data[start : at.end])
        zeros = array("I", (found.start() - n for n, found in enumerate(escaped)))
        cuts = [
            Edit(
                start + cut.start + bisect_left(zeros, cut.start),
                start + cut.end + bisect_left(zeros, cut.end),
                _ESCAPED.sub(b"\xff\x00", cut.new),
            )
            for cut in cuts
        ]
    footer = 10 if tag.version == 4 and tag.flags & FOOTER else 0
    size = at.end - at.start - 10 - footer + sum(len(c.new) - (c.end - c.start) for c in cuts)
    if size >= _MOST_SIZE:
        raise InputError("the ID3 tag has no room for the label", "take pictures out of the tag")
    new = synchsafe_bytes(size)
    ends = [Edit(at.end - 4, at.end, new)] if footer else []
    return [Edit(at.start + 6, at.start + 10, new), *cuts, *ends]


def _checked(tag: Tag, cuts: list[Edit]) -> list[Edit]:
    """Give the edit that mends the checksum in the extended header, where there is one."""
    start, first = tag.extended.start, tag.extended.end
    raw = tag.text[start:first]
    if tag.version == 3 and len(raw) >= 14 and raw[4] & 0x80:
        at, count, end = start + 10, 4, tag.padding.start
    elif tag.version == 4 and raw and raw[5] & 0x20:
        at, count, end = start + (8 if raw[5] & 0x40 else 7), 5, tag.padding.end
    else:
        return []
    if at + count > first:
        raise DamagedFile(f"the extended header of the ID3 tag at byte {tag.at.start} is broken")
    moved = [Edit(c.start - first, c.end - first, c.new) for c in cuts]
    checksum = zlib.crc32(applied(tag.text[first:end], moved))
    if tag.version == 4:
        checksum = sum((checksum >> 7 * n & 0x7F) << 8 * n for n in range(5))
    return [Edit(at, at + count, checksum.to_bytes(count, "big"))]


def _label(version: int, value: str, flags: int, *, wide: bool) -> bytes:
    """Give the label's frame: UTF-8 in 2.4; Latin-1 before where it will do, else UTF-16."""
    name = "TXX" if version == 2 else "TXXX"
    if version == 4 or value.isascii():
        encoding = b"\x03" if version == 4 else b"\x00"
        return _frame(version, name, flags, encoding + f"AIGC\x00{value}".encode(), wide=wide)
    texts = [codecs.BOM_UTF16_LE + t.encode("utf-16-le") for t in ("AIGC\x00", value)]
    return _frame(version, name, flags, b"\x01" + b"".join(texts), wide=wide)


def _frame(version: int, name: str, flags: int, body: bytes, *, wide: bool) -> bytes:
    head = name.encode()
    if version == 2:
        return head + len(body).to_bytes(3, "big") + body
    size = len(body).to_bytes(4, "big") if version == 3 or wide else synchsafe_bytes(len(body))
    return head + size + flags.to_bytes(2, "big") + body
