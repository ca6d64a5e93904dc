"""
RIFF: chunks inside a form, LIST INFO texts, and sizes that stay right after edits.

Source: Multimedia Programming Interface and Data Specifications 1.0 (Microsoft, IBM) for the
structure; EBU Tech 3306 for sizes over 4 GiB.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.xmp import aigc_values, with_aigc

UNKNOWN = 0xFFFFFFFF
"""A size that stands elsewhere, or that the writer did not know."""
_HEADER = 12
_MOST_CHUNKS = 100_000
_MOST_TEXT = 4_000_000
_MOST_LIST = 16_000_000


class Chunk(NamedTuple):
    """A chunk's type, the bytes of the whole chunk with its pad, and those of its data."""

    type: bytes
    at: ByteRange
    body: ByteRange

    @property
    def pad(self) -> bytes:
        """Give the pad byte that an odd chunk should have and has not."""
        size = self.body.end - self.body.start
        return b"\x00" if size % 2 and self.at.end == self.body.end else b""


class Form(NamedTuple):
    """A RIFF of the file: its first four bytes, its form type, its bytes without a pad."""

    id: bytes
    type: bytes
    at: ByteRange


def form(data: Buffer, at: int = 0, size: int | None = None, lenient: bool = False) -> Form:
    """
    Give the RIFF that begins at a byte. Raises DamagedFile when it is cut.

    Args:
        data: the file.
        at: where it begins.
        size: its size when that stands elsewhere.
        lenient: whether a size that its chunks show to be wrong is passed over.
    """
    head = data[at : at + _HEADER]
    if len(head) < _HEADER:
        raise DamagedFile(f"the RIFF at byte {at} ends at byte {len(data)} inside its header")
    stated = int.from_bytes(head[4:8], "little") if size is None else size
    end = at + 8 + stated
    if lenient and end >= at + _HEADER:
        end = _end(data, at + _HEADER, end)
    if end > len(data):
        raise DamagedFile(f"the RIFF at byte {at} is cut: {end} bytes stated, {len(data)} there")
    if end < at + _HEADER:
        raise DamagedFile(f"the RIFF at byte {at} states a size of {stated}")
    return Form(head[:4], head[8:], ByteRange(at, end))


def _end(data: Buffer, start: int, stated: int) -> int:
    """
    Give where a RIFF ends, by its chunks where these are whole and its size is wrong.

    Too large is what counts the header of 8 bytes: the chunks then end with the file, and what is
    missing could hold no data. Too small is what ends inside a chunk that ends with the file.
    """
    length = len(data)
    if stated == length or stated > length + 8:
        return stated
    at = start
    for _ in range(_MOST_CHUNKS):
        head = data[at : at + 8]
        if len(head) < 8 or (at + 8 > stated and not data[at:stated].strip(b"\x00")):
            break
        size = int.from_bytes(head[4:], "little")
        end = at + 8 + size
        at = end + size % 2
        if stated > length and at == length:
            return length
        if at >= min(stated, length):
            return length if length >= end > stated and length in (end, at) else stated
    return stated


def chunks(
    data: Buffer, start: int, end: int, sizes: Mapping[bytes, int] | None = None
) -> Iterator[Chunk]:
    """
    Give the chunks that fill a range. Raises DamagedFile at one that is cut.

    Args:
        data: the file.
        start: where the first begins.
        end: where the range ends; fewer than 8 zero bytes before it are no chunk.
        sizes: by type, sizes that stand elsewhere, for chunks that state `UNKNOWN`.
    """
    at = start
    for _ in range(_MOST_CHUNKS):
        head = data[at : min(at + 8, end)]
        if len(head) < 8 and not head.strip(b"\x00"):
            return
        if len(head) < 8:
            raise DamagedFile(f"the chunk at byte {at} ends at byte {end} inside its header")
        size = int.from_bytes(head[4:], "little")
        if size == UNKNOWN and sizes is not None:
            size = sizes.get(head[:4], size)
        if at + 8 + size > end:
            raise DamagedFile(f"the chunk at byte {at} is cut: it goes over byte {end}")
        body = ByteRange(at + 8, at + 8 + size)
        last = min(body.end + size % 2, end)
        yield Chunk(head[:4], ByteRange(at, last), body)
        at = last
    raise DamagedFile(f"more than {_MOST_CHUNKS:,} chunks before byte {at}")


def body(data: Buffer, chunk: Chunk, most: int = _MOST_TEXT) -> bytes:
    """Give a chunk's data. Raises DamagedFile when there is more than text could be."""
    if chunk.body.end - chunk.body.start > most:
        raise DamagedFile(f"the chunk at byte {chunk.at.start} has more than {most:,} bytes")
    return data[chunk.body.start : chunk.body.end]


def made(type: bytes, data: bytes) -> bytes:
    """Give a chunk with its pad. Raises InputError when it is too long for its size."""
    return type + _size(len(data)) + data + b"\x00" * (len(data) % 2)


def is_list(data: Buffer, chunk: Chunk, type: bytes = b"INFO") -> bool:
    """Whether a chunk is a LIST of this type."""
    return chunk.type == b"LIST" and data[chunk.body.start : chunk.body.start + 4] == type


def members(data: Buffer, chunk: Chunk) -> Iterator[Chunk]:
    """Give the chunks inside a LIST."""
    yield from chunks(data, chunk.body.start + 4, chunk.body.end)


def text(data: Buffer, chunk: Chunk, place: str, deviations: tuple[Deviation, ...] = ()) -> Held:
    """Give a chunk's data as a pair under the chunk's type; the text ends at its zero bytes."""
    words = body(data, chunk).rstrip(b"\x00").decode("utf-8", "replace")
    key = chunk.type.decode("latin-1")
    odd = deviations if key == "AIGC" else ()
    return Held("pair", words, chunk.at, f"{place} {key}", key, odd)


def is_label(pair: Held) -> bool:
    """Whether a pair is a GB 45438 label, or stands in a label's place."""
    return pair.key == "AIGC" or bool(marks_of([pair]))


def remade(data: Buffer, info: Chunk, without: Collection[Chunk], more: bytes = b"") -> bytes:
    """Give a LIST INFO without some members, with more after the rest; empty when none is left."""
    if info.body.end - info.body.start > _MOST_LIST:
        raise DamagedFile(f"the LIST at byte {info.at.start} has more than {_MOST_LIST:,} bytes")
    gone = frozenset(without)
    kept = [
        data[each.at.start : each.at.end] + each.pad
        for each in members(data, info)
        if each not in gone
    ]
    inside = b"".join([*kept, more])
    return made(b"LIST", b"INFO" + inside) if inside else b""


def unlabelled(packet: bytes) -> bytes:
    """Give an XMP packet without AIGC; one that has none is given back as it is."""
    return with_aigc(packet, None) if aigc_values(packet) else packet


def resized(form: Form, edits: Sequence[Edit]) -> list[Edit]:
    """
    Give the edits inside a RIFF, and the one of its size, in order.

    Raises InputError when it would grow over 4 GiB.
    """
    more = grown(edits)
    ordered = sorted(edits)
    if not more:
        return ordered
    at = form.at.start + 4
    return [Edit(at, at + 4, _size(form.at.end - form.at.start - 8 + more)), *ordered]


def grown(edits: Sequence[Edit]) -> int:
    """Give how many bytes a file grows by its edits."""
    return sum(len(edit.new) - (edit.end - edit.start) for edit in edits)


def _size(size: int) -> bytes:
    if size >= UNKNOWN:
        raise InputError(
            "a label would make the RIFF larger than 4 GiB", "write the file as RF64 or OpenDML"
        )
    return size.to_bytes(4, "little")
