"""Ogg Vorbis by FFmpeg's encoder; streams in a chain and side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.labels.formats.samples import mp3

TABLE = []
for _n in range(256):
    _r = _n << 24
    for _ in range(8):
        _r = (_r << 1 ^ 0x04C11DB7 if _r & 0x80000000 else _r << 1) & 0xFFFFFFFF
    TABLE.append(_r)


def checksum(data: bytes) -> int:
    """Give the CRC of Ogg, a byte at a time."""
    register = 0
    for byte in data:
        register = (register << 8 & 0xFFFFFFFF) ^ TABLE[register >> 24 ^ byte]
    return register


def encoded(**metadata: str) -> bytes:
    return mp3.encoded("ogg", "vorbis", metadata, channels=2, seconds=0.05)


def flac(**metadata: str) -> bytes:
    """Give FLAC in Ogg."""
    return mp3.encoded("ogg", "flac", metadata, seconds=0.05)


def plain() -> bytes:
    return encoded(**mp3.OTHERS)


content = mp3.content
other = mp3.other


def crossread(path: Path) -> str:
    return mp3.told(path)["AIGC"]


def crosswritten(value: str, folder: Path) -> bytes:
    return encoded(**mp3.OTHERS, AIGC=value)


def pages(data: bytes) -> list[bytes]:
    """Give the pages, and what stands behind them as the last entry if there is any."""
    found, at = [], 0
    while data[at : at + 4] == b"OggS":
        count = data[at + 26]
        end = at + 27 + count + sum(data[at + 27 : at + 27 + count])
        found.append(data[at:end])
        at = end
    return found + ([data[at:]] if at < len(data) else [])


def page(
    body: bytes, lacing: bytes, number: int, serial: bytes, flags: int = 0, granule: int = 0
) -> bytes:
    """Give a page with its checksum."""
    head = b"OggS\x00" + bytes((flags,)) + granule.to_bytes(8, "little", signed=True) + serial
    head += number.to_bytes(4, "little")
    tail = bytes((len(lacing),)) + lacing + body
    return head + checksum(head + bytes(4) + tail).to_bytes(4, "little") + tail


def with_serial(data: bytes, serial: bytes) -> bytes:
    """Give the file with another serial number on every page."""
    changed = [p[:14] + serial + p[18:22] + bytes(4) + p[26:] for p in pages(data)]
    return b"".join(p[:22] + checksum(p).to_bytes(4, "little") + p[26:] for p in changed)


def is_whole(data: bytes) -> bool:
    """Whether every page has its checksum, and numbers go up by one in every stream."""
    numbers: dict[bytes, int] = {}
    for each in pages(data):
        if each[5] & 2:
            numbers.pop(each[14:18], None)
        number = int.from_bytes(each[18:22], "little")
        if number != numbers.get(each[14:18], number - 1) + 1:
            return False
        numbers[each[14:18]] = number
        if checksum(each[:22] + bytes(4) + each[26:]) != int.from_bytes(each[22:26], "little"):
            return False
    return True


def __getattr__(name: str) -> Any:
    """Give SHAPES, made where they are asked for: they need an encoder."""
    if name != "SHAPES":
        raise AttributeError(name)
    labelled = encoded(aigc=mp3.VALUE)
    one, two = with_serial(plain(), b"1111"), with_serial(labelled, b"2222")
    first, second = pages(one), pages(two)
    side = [first[0], second[0], *first[1:-1], *second[1:], first[-1]]
    return {
        "key in lower case": labelled,
        "another key": encoded(description=mp3.WRAPPED),
        "second stream of a chain": one + two,
        "chain under one serial": with_serial(plain() + labelled, b"1111"),
        "streams side by side": b"".join(side),
        "FLAC": flac(AIGC=mp3.VALUE),
        "FLAC, another key": flac(comment=mp3.WRAPPED),
    }
