"""
What of a file a digest covers: everything but the label, whatever the label was before.

In most formats that is the file with its label and its C2PA store taken away. Where taking away
leaves room of the label's size behind, it is what people see or hear: samples, pictures, pages; in
a movie also what its boxes say about them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Codec, Edit
from qingjian.labels.splice import Edited, pieces
from qingjian.labels.structures import heif, id3tag, isobmff, movie, oggpages, riff

_BLOCK = 1 << 20
_NO_PACKET = bytes(8)
_INSIDE = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"))
_MOST_DEPTH = 5


def digest_of(data: Buffer, edits: Sequence[Edit] = ()) -> str:
    """Give SHA-256 in hex over the file after edits, a block at a time."""
    return _hashed(data, pieces(len(data), edits))


def unlabelled_digest(data: Buffer, codec: Codec) -> str:
    """Give SHA-256 in hex over what a label does not change. Raises DamagedFile."""
    payload = PAYLOADS.get(codec.name)
    if payload is not None:
        return _hashed(data, payload(data))
    bare = Edited(data, codec.write(data, None))
    return _hashed(bare, _without_manifest(bare, codec))


def _without_manifest(bare: Buffer, codec: Codec) -> Iterator[bytes | ByteRange]:
    """Give the file without its C2PA store, which covers the label and is signed itself."""
    found = (held.at for held in codec.held(bare) if held.kind == "c2pa")
    stores = sorted((at for at in found if isinstance(at, ByteRange)), key=_start)
    at = 0
    if stores and bare[:4] == b"RIFF":
        size = int.from_bytes(bare[4:8], "little") - sum(s.end - s.start for s in stores)
        yield bare[:4] + (size % (1 << 32)).to_bytes(4, "little")
        at = 8
    for store in stores:
        yield ByteRange(at, store.start)
        at = store.end
    yield ByteRange(at, len(bare))


def _start(at: ByteRange) -> int:
    return at.start


def _hashed(data: Buffer, parts: Iterator[bytes | ByteRange]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, bytes):
            whole.update(part)
            continue
        for at in range(part.start, part.end, _BLOCK):
            whole.update(data[at : min(at + _BLOCK, part.end)])
    return whole.hexdigest()


def _behind_tags(data: Buffer) -> Iterator[bytes | ByteRange]:
    yield ByteRange(id3tag.behind(data), len(data))


def _movie(data: Buffer) -> Iterator[bytes | ByteRange]:
    """Give the content of each mdat, and what moov and moof say without the label."""
    bare = Edited(data, movie.write(data, None))
    top = isobmff.boxes(bare)
    media = [ByteRange(box.body, box.end) for box in top if box.type == b"mdat"]
    for box in top:
        if box.type in (b"moov", b"moof"):
            yield from _said(bare, box, media)
    for box in isobmff.boxes(data):
        if box.type == b"mdat":
            yield ByteRange(box.body, box.end)


def _said(
    bare: Buffer, box: isobmff.Box, media: Sequence[ByteRange], depth: int = 0
) -> Iterator[bytes]:
    """Give the types and bodies of boxes, tables of offsets in a form that no move changes."""
    yield b"stco" if box.type == b"co64" else box.type
    if box.type in _INSIDE and depth < _MOST_DEPTH:
        inside = isobmff.children(bare, box)
        yield len(inside).to_bytes(8, "big")
        for child in inside:
            yield from _said(bare, child, media, depth + 1)
    elif box.type in (b"stco", b"co64"):
        yield from _places(bare, box, media)
    else:
        yield (box.end - box.body).to_bytes(8, "big")
        for at in range(box.body, box.end, _BLOCK):
            yield bare[at : min(at + _BLOCK, box.end)]


def _places(bare: Buffer, table: isobmff.Box, media: Sequence[ByteRange]) -> Iterator[bytes]:
    """Give the offsets of a table as places in the media data put together, -1 outside of it."""
    import numpy as np

    starts = np.array([each.start for each in media], np.int64)
    sizes = np.array([each.end - each.start for each in media], np.int64)
    before = np.cumsum(sizes) - sizes
    width = 4 if table.type == b"stco" else 8
    first = min(table.body + 8, table.end)
    count = (table.end - first) // width
    yield bare[table.body : first] + count.to_bytes(8, "big")
    last = first + count * width if media else first
    for at in range(first, last, _BLOCK):
        raw = bare[at : min(at + _BLOCK, last)]
        old = np.frombuffer(raw, f">u{width}").astype(np.int64)
        number = np.maximum(np.searchsorted(starts, old, "right") - 1, 0)
        inside = old - starts[number]
        known = (inside >= 0) & (inside < sizes[number])
        yield np.where(known, inside + before[number], -1).astype(">i8").tobytes()


def _items(data: Buffer) -> Iterator[bytes | ByteRange]:
    for box in isobmff.boxes(data):
        if box.type == b"meta":
            yield from heif.content(data, box)


def _pages(data: Buffer) -> Iterator[bytes | ByteRange]:
    """Give the payload of pages in which sound ends; headers have no place in time."""
    for page in oggpages.pages(data):
        if page.granule != _NO_PACKET:
            yield ByteRange(page.body, page.end)


def _chunks(data: Buffer) -> Iterator[bytes | ByteRange]:
    form = riff.form(data)
    for chunk in riff.chunks(data, form.at.start + 12, form.at.end):
        if chunk.type not in (b"XMP ", b"VP8X", b"C2PA"):
            yield chunk.type
            yield chunk.body


PAYLOADS: dict[str, Callable[[Buffer], Iterator[bytes | ByteRange]]] = {
    "mp3": _behind_tags,
    "aac": _behind_tags,
    "mp4": _movie,
    "mov": _movie,
    "m4a": _movie,
    "heic": _items,
    "avif": _items,
    "opus": _pages,
    "ogg": _pages,
    "webp": _chunks,
}
"""By carrier; the others are digested without their label."""
REARRANGED = frozenset({"tiff", "svg", "flac", "pdf"})
"""Carriers in which writing a C2PA store moves or rewrites more than the store."""
