"""
FLAC frames: whether the last one is whole, and whether it is the last that there is.

The last frame is found from the end, and its subframes are walked to where it ends: so a cut
is told from bytes that others put behind the audio. Nothing before it is read.

Source: RFC 9639, 8.2 (STREAMINFO) and 9 (frames).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.labels.mark import Buffer

_HEAD = 16
_LOOKED_THROUGH = 1 << 22
_FIRST_LOOK = 1 << 14
_MOST_HEADERS = 100_000
_MOST_WALKS = 16
_CHANNELS = re.escape(bytes(n for n in range(176) if not n & 1))
_BEGINNING = re.compile(rb"\xff[\xf8\xf9][\x10-\xff][%b]" % _CHANNELS)
_DEPTHS = {1: 8, 2: 12, 4: 16, 5: 20, 6: 24, 7: 32}
_SIDES = {8: 1, 9: 0, 10: 1}


class Info(NamedTuple):
    """What STREAMINFO says: block sizes, channels, bits of a sample, and how many samples."""

    least_block: int
    most_block: int
    channels: int
    depth: int
    samples: int

    @classmethod
    def of(cls, body: bytes) -> Info:
        """Give what the 34 bytes say."""
        packed = int.from_bytes(body[10:18], "big")
        blocks = int.from_bytes(body[:2], "big"), int.from_bytes(body[2:4], "big")
        channels, depth = (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1
        return cls(*blocks, channels, depth, packed & 0xFFFFFFFFF)


class Frame(NamedTuple):
    """A frame's header: its bytes, its number, samples, channels, bits, and whether these vary."""

    size: int
    number: int
    samples: int
    channels: int
    depth: int
    variable: bool


def check_end(data: Buffer, start: int, info: Info) -> None:
    """
    Raise DamagedFile unless the audio from byte `start` on goes to its end.

    Bytes behind the last frame are no damage; where they are more than 4 MB nothing is told.
    """
    begun = walks = 0
    for at in _beginnings(data, start):
        frame = header(data[at : at + _HEAD], info)
        if frame is None:
            continue
        walks += 1
        end = end_of(data, at, frame)
        if end:
            if info.samples:
                reached = _reached(frame, info)
            else:
                reached = begun != end and not _is_begun(data, end)
            if not reached:
                raise DamagedFile(_said(len(data), info))
            return
        begun = at
        if walks == _MOST_WALKS:
            break
    if begun or len(data) - start <= _LOOKED_THROUGH:
        raise DamagedFile(_said(len(data), info))


def header(raw: bytes, info: Info) -> Frame | None:
    """Give the header that bytes begin with, None when they are none."""
    if not _BEGINNING.match(raw):
        return None
    block, rate, channels, depth = raw[2] >> 4, raw[2] & 15, raw[3] >> 4, raw[3] >> 1 & 7
    lead = raw[4] if len(raw) > 4 else 0xFF
    more = 0 if lead < 0x80 else 7 - (lead ^ 0xFF).bit_length()
    at = 5 + more
    if rate == 15 or depth == 3 or (more == 0 and lead >= 0x80) or lead == 0xFF or len(raw) < at:
        return None
    number = lead & (0x7F if lead < 0x80 else 0x3F >> more)
    for byte in raw[5:at]:
        if byte >> 6 != 2:
            return None
        number = number << 6 | byte & 0x3F
    wide = {6: 1, 7: 2}.get(block, 0)
    samples = 192 if block == 1 else 144 << block if block < 6 else 1 << block
    if wide:
        samples = int.from_bytes(raw[at : at + wide], "big") + 1
    at += wide + {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if len(raw) <= at or crc8(raw[:at]) != raw[at]:
        return None
    bits = _DEPTHS.get(depth, info.depth)
    return Frame(at + 1, number, samples, channels, bits, bool(raw[1] & 1))


def end_of(data: Buffer, at: int, frame: Frame) -> int:
    """Give where a frame ends, 0 when it is cut short or broken."""
    count = frame.channels + 1 if frame.channels < 8 else 2
    room = count * (frame.samples * (frame.depth + 1) + 1024) // 4 + 64
    raw = data[at : at + room]
    marked = b"\x01" + raw[frame.size :]
    bits = f"{int.from_bytes(marked, 'big'):b}"
    place = 1
    try:
        for channel in range(count):
            side = _SIDES.get(frame.channels) == channel
            place = _behind_subframe(bits, place, frame.samples, frame.depth + side)
    except ValueError:
        return 0
    size = frame.size + (place + 6) // 8
    if size + 2 > len(raw) or crc16(raw[:size]) != int.from_bytes(raw[size : size + 2], "big"):
        return 0
    return at + size + 2


def crc8(data: bytes) -> int:
    """Give the checksum of a frame's header."""
    register = 0
    for byte in data:
        register = _CRC8[register ^ byte]
    return register


def crc16(data: bytes) -> int:
    """Give the checksum of a frame."""
    register, table = 0, _CRC16
    for byte in data:
        register = (register << 8 & 0xFF00) ^ table[register >> 8 ^ byte]
    return register


def _table(polynomial: int, width: int) -> list[int]:
    """Give the checksums of all bytes."""
    table, top = [], 1 << width - 1
    for byte in range(256):
        register = byte << width - 8
        for _ in range(8):
            register = register << 1 ^ (polynomial if register & top else 0)
            register &= (1 << width) - 1
        table.append(register)
    return table


_CRC8 = _table(0x07, 8)
_CRC16 = _table(0x8005, 16)


def _beginnings(data: Buffer, start: int) -> Iterator[int]:
    """Give where headers may stand, the last first, within bounds."""
    end, look = len(data), _FIRST_LOOK
    least, left = max(start, end - _LOOKED_THROUGH), _MOST_HEADERS
    while end > least and left:
        first = max(least, end - look)
        block = data[first : end + 3]
        places = [found.start() for found in _BEGINNING.finditer(block)][-left:]
        left -= len(places)
        yield from (first + place for place in reversed(places))
        end, look = first, min(2 * look, 1 << 20)


def _reached(frame: Frame, info: Info) -> bool:
    """Whether a frame holds the last of the samples."""
    plain = frame.number + frame.samples
    if frame.variable:
        return plain >= info.samples
    counted = frame.number * info.most_block + frame.samples >= info.samples
    return counted or (info.least_block != info.most_block and plain == info.samples)


def _is_begun(data: Buffer, at: int) -> bool:
    """Whether the file ends within the header of a frame."""
    rest = data[at : at + _HEAD]
    return rest == b"\xff" or (rest[:2] in (b"\xff\xf8", b"\xff\xf9") and len(rest) < _HEAD)


def _behind_subframe(bits: str, at: int, samples: int, depth: int) -> int:
    """Give where a subframe ends. Raises ValueError when it is broken."""
    kind = _number(bits, at, 7)
    at += 8
    if bits[at - 1 : at] == "1":
        one = bits.index("1", at)
        depth -= one - at + 1
        at = one + 1
    if kind > 63 or depth < 1:
        raise ValueError("no subframe")
    if kind < 2:
        return at + depth * (samples if kind else 1)
    order = kind - 8 if kind < 32 else kind - 31
    if not 0 <= order <= (4 if kind < 32 else 32) or order > samples:
        raise ValueError("no subframe")
    at += order * depth
    if kind > 31:
        at += 9 + order * (_number(bits, at, 4) + 1)
    return _behind_residual(bits, at, samples, order)


def _behind_residual(bits: str, at: int, samples: int, order: int) -> int:
    """Give where Rice codes end. Raises ValueError when they are broken."""
    method, parts = _number(bits, at, 2), _number(bits, at + 2, 4)
    if method > 1 or samples >> parts << parts != samples or samples >> parts < order:
        raise ValueError("no residual")
    wide, index = 4 + method, bits.index
    at += 6
    for part in range(1 << parts):
        count = (samples >> parts) - (0 if part else order)
        parameter = _number(bits, at, wide)
        at += wide
        if parameter == (1 << wide) - 1:
            at += 5 + count * _number(bits, at, 5)
            continue
        step = parameter + 1
        for _ in range(count):
            at = index("1", at) + step
    return at


def _number(bits: str, at: int, wide: int) -> int:
    """Give a number of some bits. Raises ValueError when they are not there."""
    return int(bits[at : at + wide] or "none", 2)


def _said(length: int, info: Info) -> str:
    if info.samples:
        return f"the FLAC ends at byte {length} before its {info.samples:,} samples"
    return f"the FLAC ends at byte {length} within a frame"
