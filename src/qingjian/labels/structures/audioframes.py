"""
Frames of MPEG audio and ADTS: whether the last one is whole, and whether all are there.

A frame says how long it is, and nothing counts the frames. The last ones are found by walking
from a place shortly before the end, where several follow one another: nothing else is read.

Source: ISO/IEC 11172-3, 2.4 and 13818-7, 6.2 (headers); id3.org on ID3v1; the APEv2 specification.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.labels.mark import Buffer

_TAIL = 1 << 15
_BLOCK = 1 << 20
_TRUSTED = 3
_ID3V1, _APE = b"TAG", b"APETAGEX"
_IS_HEADER = 0x20


class Frames(NamedTuple):
    """
    The frames of one stream.

    Args:
        start: where the first one begins.
        head: the first three bytes of its header.
        wide: the bytes of a header.
        length: gives the bytes of the frame that begins with a header, 0 when it is none.
        alike: matches the first bytes of the headers of this stream.
    """

    start: int
    head: bytes
    wide: int
    length: Callable[[bytes], int]
    alike: re.Pattern[bytes]

    @classmethod
    def of(
        cls,
        data: Buffer,
        start: int,
        wide: int,
        length: Callable[[bytes], int],
        same: tuple[int, int],
    ) -> Frames:
        """Give the frames whose second and third byte agree with the first's in some bits."""
        head = data[start : start + 3]
        classes = (
            re.escape(bytes(n for n in range(256) if n & mask == byte & mask))
            for byte, mask in zip(head[1:], same, strict=True)
        )
        return cls(start, head, wide, length, re.compile(b"\xff[%b][%b]" % (*classes,)))

    def next(self, block: bytes, at: int) -> int:
        """Give where the frame at a place of a block ends, 0 when none begins there."""
        if not self.alike.match(block, at):
            return 0
        length = self.length(block[at : at + self.wide])
        return at + length if length else 0


def check_end(data: Buffer, frames: Frames) -> None:
    """
    Raise DamagedFile when the file ends within a frame, or in a tag behind the last one.

    Other bytes behind the last frame are no damage; where they are more than 32 kB nothing is told.
    """
    first = max(frames.start, len(data) - _TAIL)
    block = data[first : len(data)]
    at = end = 0
    while found := frames.alike.search(block, at):
        stop, many = _chain(frames, block, found.start())
        if many >= _TRUSTED or (many and first + found.start() == frames.start):
            at = end = stop
        else:
            at = found.start() + 1
        if end > len(block):
            raise DamagedFile(f"the last audio frame ends at byte {first + end}, past the file's")
    if end or first == frames.start:
        rest = block[end:]
        if len(rest) < frames.wide and _is_header_cut(frames, rest):
            raise DamagedFile(f"the audio frame at byte {first + end} is cut short")
        check_closing(data, first + end)


def check_closing(data: Buffer, end: int) -> None:
    """Raise DamagedFile when a tag that begins where the audio ends is cut short."""
    rest = data[end : end + 128]
    cut = rest[: len(_ID3V1)] == _ID3V1[: len(rest)] and len(rest) < 128
    if rest[: len(_APE)] == _APE[: len(rest)]:
        size = int.from_bytes(rest[12:16], "little")
        cut = len(rest) < 32 or (rest[23] & _IS_HEADER > 0 and end + 32 + size > len(data))
    if rest and cut:
        raise DamagedFile(f"the tag behind the audio at byte {end} is cut short")


def end_of(data: Buffer, frames: Frames, count: int) -> int:
    """Give where so many frames end. Raises DamagedFile when there are fewer."""
    base, at, block = frames.start, 0, b""
    for number in range(count):
        if at + frames.wide > len(block):
            base, at = base + at, 0
            block = data[base : base + _BLOCK]
        end = frames.next(block, at)
        if not end or base + end > len(data):
            raise DamagedFile(
                f"the audio ends at byte {base + at} after {number} of {count} frames"
            )
        at = end
    return base + at


def _chain(frames: Frames, block: bytes, at: int) -> tuple[int, int]:
    """Give where the frames from a place on end, maybe behind the block, and how many they are."""
    many = 0
    while at < len(block) and (end := frames.next(block, at)):
        at, many = end, many + 1
    return at, many


def _is_header_cut(frames: Frames, rest: bytes) -> bool:
    """Whether these last bytes may be those of a header."""
    return bool(rest and frames.alike.match(rest[:3] + frames.head[len(rest) :]))
