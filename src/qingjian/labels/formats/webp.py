"""
WebP: the mark is the AIGC property of the XMP packet in the chunk `XMP `.

A simple file (VP8 or VP8L alone) becomes an extended one: VP8X says that there is XMP. Also read:
EXIF, C2PA.
"""

from __future__ import annotations

from collections.abc import Iterator

from qingjian.core.errors import DamagedFile
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.structures import exif, riff
from qingjian.labels.structures.riff import Chunk, Form
from qingjian.labels.xmp import with_aigc

name = "webp"
suffixes: tuple[str, ...] = (".webp",)
text = False
place = "chunk XMP, property TC260:AIGC"
source = "WebP container specification (RFC 9649); TC260-PG-20259A on images (secondary)"
wrapped = False

_XMP = (b"XMP ", b"XMP\x00")
_IMAGE = (b"VP8 ", b"VP8L", b"ALPH", b"ANMF")
_BEFORE_XMP = (*_IMAGE, b"VP8X", b"ICCP", b"ANIM", b"EXIF")
_FLAGS = {b"ICCP": 0x20, b"ALPH": 0x10, b"EXIF": 0x08, b"ANIM": 0x02}
_HAS_XMP = 0x04
_HAS_ALPHA = 0x10
_MOST_C2PA = 64_000_000


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are WebP's."""
    head = data[:12]
    return head[:4] == b"RIFF" and head[8:] == b"WEBP"


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    for chunk in _chunks(data)[1]:
        if chunk.type in _XMP:
            yield Held("xmp", riff.body(data, chunk), chunk.at, "chunk XMP")
        elif chunk.type == b"EXIF":
            start, tiff = _tiff(data, chunk)
            yield from exif.held(tiff, start)
        elif chunk.type == b"C2PA":
            yield Held("c2pa", riff.body(data, chunk, _MOST_C2PA), chunk.at, "chunk C2PA")


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    form, chunks = _chunks(data)
    edits: list[Edit] = []
    left = value
    for chunk in chunks:
        if chunk.type == b"EXIF":
            start, old = _tiff(data, chunk)
            bare = exif.without_label(old)
            if bare != old:
                edits.append(Edit(start, chunk.body.end, bare))
        elif chunk.type in _XMP:
            old = riff.body(data, chunk)
            new = riff.unlabelled(old) if left is None else with_aigc(old, left)
            left = None
            if new != old:
                edits.append(Edit(chunk.at.start, chunk.at.end, riff.made(b"XMP ", new)))
    if left is not None:
        last = [chunk for chunk in chunks if chunk.type in _BEFORE_XMP][-1]
        new = last.pad + riff.made(b"XMP ", with_aigc(None, left))
        edits.append(Edit(last.at.end, last.at.end, new))
    if value is not None:
        edits += _extended(data, chunks)
    return riff.resized(form, edits)


def _tiff(data: Buffer, chunk: Chunk) -> tuple[int, bytes]:
    """Give where a chunk's EXIF block begins, and the block; some writers keep JPEG's prefix."""
    body = riff.body(data, chunk)
    tiff = body.removeprefix(b"Exif\x00\x00")
    return chunk.body.end - len(tiff), tiff


def _extended(data: Buffer, chunks: list[Chunk]) -> list[Edit]:
    """Give the edit that makes VP8X say there is XMP, or that puts a VP8X first."""
    first = chunks[0]
    if first.type == b"VP8X":
        at = first.body.start
        flags = data[at] | _HAS_XMP
        return [Edit(at, at + 1, bytes([flags]))] if flags != data[at] else []
    image = next(chunk for chunk in chunks if chunk.type in _IMAGE[:2])
    width, height, alpha = _canvas(data[image.body.start : image.body.start + 10], image)
    flags = _HAS_XMP | (_HAS_ALPHA if alpha else 0)
    for chunk in chunks:
        flags |= _FLAGS.get(chunk.type, 0)
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    new = riff.made(b"VP8X", bytes([flags, 0, 0, 0]) + size)
    return [Edit(first.at.start, first.at.start, new)]


def _canvas(head: bytes, image: Chunk) -> tuple[int, int, bool]:
    """Give width, height and whether there is alpha, as the bitstream's header says."""
    at = image.body.start
    if image.type == b"VP8L":
        if len(head) < 5 or head[0] != 0x2F:
            raise DamagedFile(f"the VP8L image at byte {at} has no right header")
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    if len(head) < 10 or head[3:6] != b"\x9d\x01\x2a":
        raise DamagedFile(f"the VP8 image at byte {at} has no right header")
    width = int.from_bytes(head[6:8], "little") & 0x3FFF
    height = int.from_bytes(head[8:10], "little") & 0x3FFF
    if not width or not height:
        raise DamagedFile(f"the VP8 image at byte {at} has no size")
    return width, height, False


def _chunks(data: Buffer) -> tuple[Form, list[Chunk]]:
    """Give the RIFF and its chunks. Raises DamagedFile when it is no whole image."""
    if not knows(data):
        raise DamagedFile("the file does not begin as a WebP")
    form = riff.form(data)
    chunks = list(riff.chunks(data, 12, form.at.end))
    types = [chunk.type for chunk in chunks]
    if b"VP8X" in types and types[0] != b"VP8X":
        raise DamagedFile(f"the VP8X chunk at byte {chunks[types.index(b'VP8X')].at.start} is late")
    if types and types[0] == b"VP8X" and chunks[0].body.end - chunks[0].body.start < 10:
        raise DamagedFile("the VP8X chunk at byte 12 is cut short")
    needed = (b"ANMF", b"VP8 ", b"VP8L") if types[:1] == [b"VP8X"] else (b"VP8 ", b"VP8L")
    if not any(type in needed for type in types):
        raise DamagedFile(f"the WebP has no image before byte {form.at.end}")
    return form, chunks
