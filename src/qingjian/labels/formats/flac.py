"""
FLAC: the mark is the entry AIGC of the VORBIS_COMMENT block.

The block grows by the mark alone and padding stays, so that the file without its mark is again the
file as it was. ID3v2 tags in front, as some writers put them, are read and lose their labels. The
last frame must be whole and hold the last of the samples that STREAMINFO counts; only where it
counts none, in a stream that was never finished, a cut between two frames is not noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Buffer, Edit, Held
from qingjian.labels.structures import flacframes, id3, vorbis
from qingjian.labels.structures.id3tag import behind

name = "flac"
suffixes: tuple[str, ...] = (".flac",)
text = False
place = "VORBIS_COMMENT AIGC"
source = "RFC 9639, 8.6 (Vorbis comment); TC260-PG-202510A on audio (secondary)"
wrapped = False

_STREAMINFO, _COMMENT = 0, 4
_MOST_BLOCK = (1 << 24) - 1
_MOST_BLOCKS = 10_000
_VENDOR = b"qingjian"


class Block(NamedTuple):
    """A metadata block's type, whether it is the last, and the bytes it takes with its header."""

    type: int
    last: bool
    at: ByteRange


def knows(data: Buffer, /) -> bool:
    """Whether `fLaC` stands at the start, or behind ID3v2 tags."""
    start = behind(data)
    return data[start : start + 4] == b"fLaC"


def blocks(data: Buffer) -> list[Block]:
    """Give the metadata blocks. Raises DamagedFile, also where no audio follows them."""
    start = behind(data)
    if data[start : start + 4] != b"fLaC":
        raise DamagedFile(f"no fLaC stands at byte {start}")
    found: list[Block] = []
    at = start + 4
    while not found or not found[-1].last:
        head = data[at : at + 4]
        end = at + 4 + int.from_bytes(head[1:], "big")
        if len(head) < 4 or end > len(data):
            raise DamagedFile(f"the FLAC metadata block at byte {at} is cut short")
        kind = head[0] & 0x7F
        if kind == 127 or (kind == _STREAMINFO) != (not found) or len(found) == _MOST_BLOCKS:
            raise DamagedFile(f"the FLAC metadata block at byte {at} is out of place")
        found.append(Block(kind, bool(head[0] & 0x80), ByteRange(at, end)))
        at = end
    _check_audio(data, found[0].at, at)
    return found


def held(data: Buffer, /) -> Iterator[Held]:
    """Give what may be a mark, in order of place. Raises DamagedFile."""
    yield from id3.held(data)
    for block in blocks(data):
        if block.type == _COMMENT:
            yield from vorbis.held(_comments(data, block), block.at, "VORBIS_COMMENT")


def write(data: Buffer, value: str | None, /) -> list[Edit]:
    """Give the edits that leave exactly one mark, or none for None. Raises DamagedFile."""
    left = value
    kept: list[tuple[Block, bytes | None]] = []
    edits: list[Edit] = []
    found = blocks(data)
    for block in found:
        body = None
        if block.type == _COMMENT:
            old = _comments(data, block)
            new = vorbis.relabelled(old, left)
            left = None
            if new == vorbis.Comments(_VENDOR, (), b""):
                edits.append(Edit(block.at.start, block.at.end, b""))
                continue
            body = vorbis.built(new) if new != old else None
        kept.append((block, body))
    if left is not None:
        fresh = vorbis.relabelled(vorbis.Comments(_VENDOR, (), b""), left)
        after = ByteRange(found[0].at.end, found[0].at.end)
        kept.insert(1, (Block(_COMMENT, False, after), vorbis.built(fresh)))
    for n, (block, body) in enumerate(kept):
        last, at = n == len(kept) - 1, block.at
        if body is not None:
            edits.append(Edit(at.start, at.end, _head(block.type, last, len(body)) + body))
        elif last != block.last:
            edits.append(Edit(at.start, at.start + 1, _head(block.type, last, 0)[:1]))
    return sorted([*id3.write(data, None), *edits])


def _check_audio(data: Buffer, info: ByteRange, at: int) -> None:
    """Raise DamagedFile unless frames follow, up to the last that STREAMINFO promises."""
    body = data[info.start + 4 : info.end]
    if len(body) < 34:
        raise DamagedFile(f"the STREAMINFO at byte {info.start} is cut short")
    if data[at : at + 2] not in (b"\xff\xf8", b"\xff\xf9"):
        raise DamagedFile(f"no FLAC frame stands at byte {at}")
    flacframes.check_end(data, at, flacframes.Info.of(body))


def _comments(data: Buffer, block: Block) -> vorbis.Comments:
    return vorbis.parsed(data[block.at.start + 4 : block.at.end], block.at.start)


def _head(type: int, last: bool, length: int) -> bytes:
    if length > _MOST_BLOCK:
        raise InputError(
            "the VORBIS_COMMENT block has no room for the label", "take large comments out of it"
        )
    return bytes([type | (0x80 if last else 0)]) + length.to_bytes(3, "big")
