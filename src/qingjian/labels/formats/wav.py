"""
WAV: the mark is the JSON in a chunk AIGC of its own at the end of the RIFF.

Also read: AIGC in LIST INFO, the other texts of LIST INFO and bext, XMP, C2PA. RF64 and BW64 are
WAV too. Of a stream whose writer knew no sizes the samples go to the end of the file; the mark then
stands before them. A size of the RIFF that is a little wrong is passed over, and written right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Deviation, Edit, Held
from qingjian.labels.structures import riff
from qingjian.labels.structures.riff import UNKNOWN, Chunk, Form

name = "wav"
suffixes: tuple[str, ...] = (".wav", ".wave", ".bwf", ".rf64")
text = False
place = "RIFF chunk AIGC"
source = "TC260-PG-202510A on audio (secondary); a public writer puts the bare fields there"
wrapped = False

_IDS = (b"RIFF", b"RF64", b"BW64")
_MOST_DS64 = 1_000_000
_MOST_C2PA = 64_000_000
_GUIDE = "TC260-PG-202510A"
_INFO = Deviation("place.info", _GUIDE, "the label stands in LIST INFO, not in a chunk AIGC")
_XMP = Deviation("place.xmp", _GUIDE, "the label stands in XMP, not in a chunk AIGC")
_BEXT = (("Description", 0, 256), ("Originator", 256, 288), ("OriginatorReference", 288, 320))


class _Wave(NamedTuple):
    """A file's RIFF, its chunks, where its 64 bit size stands, and whether it was streamed."""

    form: Form
    chunks: list[Chunk]
    size64: int
    streamed: bool


def knows(data: Buffer, /) -> bool:
    """Whether the first bytes are WAV's."""
    head = data[:12]
    return head[:4] in _IDS and head[8:] == b"WAVE"


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    for chunk in _wave(data).chunks:
        if chunk.type == b"AIGC":
            yield riff.text(data, chunk, "RIFF")
        elif riff.is_list(data, chunk):
            for each in riff.members(data, chunk):
                yield riff.text(data, each, "LIST INFO", (_INFO,))
        elif chunk.type == b"bext":
            yield from _bext(data, chunk)
        elif chunk.type == b"_PMX":
            yield Held("xmp", riff.body(data, chunk), chunk.at, "RIFF _PMX", "", (_XMP,))
        elif chunk.type == b"C2PA":
            yield Held("c2pa", riff.body(data, chunk, _MOST_C2PA), chunk.at, "RIFF C2PA")


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    wave = _wave(data)
    new = riff.made(b"AIGC", value.encode()) if value is not None else b""
    edits: list[Edit] = []
    for chunk in wave.chunks:
        if chunk.type == b"AIGC":
            edits.append(Edit(chunk.at.start, chunk.at.end, new))
            new = b""
        elif riff.is_list(data, chunk):
            pairs = ((each, riff.text(data, each, "")) for each in riff.members(data, chunk))
            labels = [each for each, pair in pairs if riff.is_label(pair)]
            if labels:
                again = riff.remade(data, chunk, labels)
                edits.append(Edit(chunk.at.start, chunk.at.end, again))
        elif chunk.type == b"bext":
            for pair in filter(riff.is_label, _bext(data, chunk)):
                start, end = pair.at.start, pair.at.end
                edits.append(Edit(start, end, bytes(end - start)))
        elif chunk.type == b"_PMX":
            old = riff.body(data, chunk)
            bare = riff.unlabelled(old)
            if bare != old:
                edits.append(Edit(chunk.at.start, chunk.at.end, riff.made(b"_PMX", bare)))
    if new:
        last = wave.chunks[-1]
        at = last.at.start if wave.streamed else last.at.end
        edits.append(Edit(at, at, new if wave.streamed else last.pad + new))
    edits.sort()
    if wave.streamed:
        return edits
    if not wave.size64:
        return riff.resized(wave.form, edits)
    size = wave.form.at.end - 8 + riff.grown(edits)
    field = Edit(wave.size64, wave.size64 + 8, size.to_bytes(8, "little"))
    return sorted([field, *edits]) if riff.grown(edits) else edits


def _bext(data: Buffer, chunk: Chunk) -> Iterator[Held]:
    """Give the texts of a broadcast extension; they have fixed places."""
    fields = data[chunk.body.start : min(chunk.body.start + 320, chunk.body.end)]
    for key, start, end in _BEXT:
        if end <= len(fields):
            words = fields[start:end].partition(b"\x00")[0].decode("utf-8", "replace")
            at = ByteRange(chunk.body.start + start, chunk.body.start + end)
            yield Held("pair", words, at, f"bext {key}", key)


def _wave(data: Buffer) -> _Wave:
    head = data[:12]
    if len(head) < 12 or not knows(head):
        raise DamagedFile("the file does not begin as a WAV")
    stated = int.from_bytes(head[4:8], "little")
    size, size64 = stated, 0
    sizes: Mapping[bytes, int] = {}
    if head[:4] != b"RIFF":
        large, sizes = _ds64(data)
        if stated == UNKNOWN:
            size, size64 = large, 20
    elif stated in (0, UNKNOWN):
        return _streamed(data, stated)
    form = riff.form(data, 0, size, lenient=not size64)
    seen = list(riff.chunks(data, 12, form.at.end, sizes))
    if not any(chunk.type == b"data" for chunk in seen):
        raise DamagedFile(f"the WAV has no data chunk before byte {form.at.end}")
    return _Wave(form, seen, size64, False)


def _ds64(data: Buffer) -> tuple[int, Mapping[bytes, int]]:
    """Give the size of the RIFF, and the sizes of chunks by type."""
    head = data[12:20]
    size = int.from_bytes(head[4:], "little")
    if head[:4] != b"ds64":
        raise DamagedFile("the RF64 has no ds64 chunk at byte 12")
    if not 28 <= size <= _MOST_DS64 or len(data) < 20 + size:
        raise DamagedFile(f"the ds64 chunk at byte 12 is cut short or has no right size: {size}")
    table = data[20 : 20 + size]
    sizes = {b"data": int.from_bytes(table[8:16], "little")}
    count = int.from_bytes(table[24:28], "little")
    if 28 + 12 * count > size:
        raise DamagedFile(f"the table of the ds64 chunk at byte 12 is cut short: {count} entries")
    for at in range(28, 28 + 12 * count, 12):
        sizes.setdefault(table[at : at + 4], int.from_bytes(table[at + 4 : at + 12], "little"))
    return int.from_bytes(table[:8], "little"), sizes


def _streamed(data: Buffer, stated: int) -> _Wave:
    """Give the chunks of a file whose writer could not go back to write sizes."""
    seen: list[Chunk] = []
    for chunk in riff.chunks(data, 12, len(data), {b"data": 0}):
        start = chunk.at.start
        if chunk.type == b"data" and int.from_bytes(data[start + 4 : start + 8], "little") in (
            stated,
            UNKNOWN,
        ):
            rest = ByteRange(chunk.body.start, len(data))
            seen.append(Chunk(b"data", ByteRange(start, len(data)), rest))
            return _Wave(Form(b"RIFF", b"WAVE", ByteRange(0, len(data))), seen, 0, True)
        seen.append(chunk)
    raise DamagedFile(f"the WAV states a size of {stated} and has no data of unknown size")
