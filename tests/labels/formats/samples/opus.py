"""Ogg Opus by libopus; comments with padding and with binary data behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.labels.formats.samples import mp3, ogg
from tests.labels.formats.samples.flac import comments


def encoded(**metadata: str) -> bytes:
    return mp3.encoded("opus", "libopus", metadata)


def plain() -> bytes:
    return encoded(**mp3.OTHERS)


content = mp3.content
other = mp3.other


def crossread(path: Path) -> str:
    return mp3.told(path)["AIGC"]


def crosswritten(value: str, folder: Path) -> bytes:
    return encoded(**mp3.OTHERS, AIGC=value)


def with_tags(data: bytes, packet: bytes) -> bytes:
    """Give the file with another comment header, on as many pages as it takes."""
    first, _, *audio = ogg.pages(data)
    serial = first[14:18]
    lacing = b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,))
    made, at = [first], 0
    for start in range(0, len(lacing), 255):
        some = lacing[start : start + 255]
        granule = -1 if min(some) == 255 else 0
        body = packet[at : at + sum(some)]
        made.append(ogg.page(body, some, len(made), serial, 1 if start else 0, granule))
        at += sum(some)
    for number, each in enumerate(audio, len(made)):
        moved = each[:18] + number.to_bytes(4, "little") + bytes(4) + each[26:]
        made.append(moved[:22] + ogg.checksum(moved).to_bytes(4, "little") + moved[26:])
    return b"".join(made)


def __getattr__(name: str) -> Any:
    """Give SHAPES, made where they are asked for: they need an encoder."""
    if name != "SHAPES":
        raise AttributeError(name)
    label = b"OpusTags" + comments("TITLE=a", "aigc=" + mp3.VALUE)
    return {
        "padding": with_tags(plain(), label + bytes(512)),
        "binary data": with_tags(plain(), label + b"\x01data"),
        "many pages": with_tags(plain(), label + b"\x01" * 70_000),
    }
