"""AAC in ADTS by FFmpeg's encoder, with an ID3v2 tag in front."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.labels.formats.samples import mp3


def encoded(**metadata: str) -> bytes:
    return mp3.encoded(
        "adts", "aac", metadata, seconds=0.2, rate=16_000, options={"write_id3v2": "1"}
    )


def plain() -> bytes:
    return encoded(**mp3.OTHERS)


content = mp3.content
other = mp3.other
crossread = mp3.crossread
is_whole = mp3.is_whole


def crosswritten(value: str, folder: Path) -> bytes:
    return encoded(**mp3.OTHERS, AIGC=value)


def bare() -> bytes:
    return mp3.encoded("adts", "aac", {}, seconds=0.2, rate=16_000)


def __getattr__(name: str) -> Any:
    """Give SHAPES, made where they are asked for: they need an encoder."""
    if name != "SHAPES":
        raise AttributeError(name)
    wide = b"\x01" + "AIGC\x00".encode("utf-16") + mp3.VALUE.encode("utf-16")
    return {
        "ID3v2.3": mp3.tag(mp3.frame("TXXX", wide, 3), 3) + bare(),
        "APEv2": bare() + mp3.ape(AIGC=mp3.VALUE),
    }
