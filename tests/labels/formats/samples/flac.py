"""FLAC by FFmpeg's encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.labels.formats.samples import mp3


def encoded(**metadata: str) -> bytes:
    return mp3.encoded("flac", "flac", metadata, rate=8_000)


def plain() -> bytes:
    return encoded(**mp3.OTHERS)


content = mp3.content
other = mp3.other


def crossread(path: Path) -> str:
    return mp3.told(path)["AIGC"]


def crosswritten(value: str, folder: Path) -> bytes:
    return encoded(**mp3.OTHERS, AIGC=value)


def block(kind: int, body: bytes, last: bool = False) -> bytes:
    """Give a metadata block."""
    return bytes((kind | last << 7,)) + len(body).to_bytes(3, "big") + body


def split(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Give the type and body of every metadata block, and the frames."""
    found, at, last = [], 4, False
    while not last:
        last, kind = data[at] > 0x7F, data[at] & 0x7F
        end = at + 4 + int.from_bytes(data[at + 1 : at + 4], "big")
        found.append((kind, data[at + 4 : end]))
        at = end
    return found, data[at:]


def joined(blocks: list[tuple[int, bytes]], audio: bytes) -> bytes:
    """Give a FLAC of blocks and frames: the reverse of `split`."""
    last = len(blocks) - 1
    return b"fLaC" + b"".join(block(k, b, n == last) for n, (k, b) in enumerate(blocks)) + audio


def comments(*texts: str, vendor: str = "v") -> bytes:
    """Give Vorbis comments."""
    parts = [vendor.encode(), *(t.encode() for t in texts)]
    sized = [len(p).to_bytes(4, "little") + p for p in parts]
    return sized[0] + len(texts).to_bytes(4, "little") + b"".join(sized[1:])


def __getattr__(name: str) -> Any:
    """Give SHAPES, made where they are asked for: they need an encoder."""
    if name != "SHAPES":
        raise AttributeError(name)
    blocks, audio = split(plain())
    info = blocks[0]
    text = mp3.frame("TXXX", b"\x03AIGC\x00" + mp3.VALUE.encode())
    label = (4, comments("aigc=" + mp3.VALUE))
    return {
        "key in lower case": joined([info, label], audio),
        "another key": joined([info, (4, comments("COMMENT=" + mp3.WRAPPED))], audio),
        "second block": joined([info, (4, comments("TITLE=a")), (1, bytes(40)), label], audio),
        "ID3v2 in front": mp3.tag(text) + plain(),
    }
