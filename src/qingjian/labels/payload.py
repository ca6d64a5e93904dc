"""
What of a file a digest covers: everything but the label, whatever the label was before.

In most formats that is the file with its label taken away. Where taking away leaves room of the
label's size behind, it is what people see or hear: samples, pictures, pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Codec, Edit
from qingjian.labels.splice import pieces
from qingjian.labels.structures import heif, id3tag, isobmff, oggpages, riff

_BLOCK = 1 << 20
_NO_PACKET = bytes(8)


def digest_of(data: Buffer, edits: Sequence[Edit] = ()) -> str:
    """Give SHA-256 in hex over the file after edits, a block at a time."""
    return _hashed(data, pieces(len(data), edits))


def unlabelled_digest(data: Buffer, codec: Codec) -> str:
    """Give SHA-256 in hex over what a label does not change. Raises DamagedFile."""
    payload = PAYLOADS.get(codec.name)
    if payload is None:
        return digest_of(data, codec.write(data, None))
    return _hashed(data, payload(data))


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


def _media_data(data: Buffer) -> Iterator[bytes | ByteRange]:
    for box in isobmff.boxes(data):
        if box.type == b"mdat":
            yield ByteRange(box.body, box.end)


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
        if chunk.type not in (b"XMP ", b"VP8X"):
            yield chunk.type
            yield chunk.body


PAYLOADS: dict[str, Callable[[Buffer], Iterator[bytes | ByteRange]]] = {
    "mp3": _behind_tags,
    "aac": _behind_tags,
    "mp4": _media_data,
    "mov": _media_data,
    "m4a": _media_data,
    "heic": _items,
    "avif": _items,
    "opus": _pages,
    "ogg": _pages,
    "webp": _chunks,
}
"""By carrier; the others are digested without their label."""
