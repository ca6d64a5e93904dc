"""A WAV of 33 samples of 8 bits, with LIST INFO and bext."""

from __future__ import annotations

import io
import struct
import subprocess
import wave
from pathlib import Path

from tests import needs

_LABEL = b'{"Label":"1","ContentProducer":"p","ProduceID":"x"}'


def chunk(type: bytes, body: bytes) -> bytes:
    return type + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def riff(*parts: bytes) -> bytes:
    body = b"WAVE" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def samples() -> bytes:
    """Give the chunks fmt and data, as Python's own writer makes them."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(bytes(range(100, 133)))
    return file.getvalue()[12:36] + chunk(b"data", bytes(range(100, 133)))


def info(*members: bytes) -> bytes:
    return chunk(b"LIST", b"INFO" + b"".join(members))


def bext(description: bytes) -> bytes:
    return chunk(b"bext", description.ljust(256, b"\x00") + b"originator".ljust(346, b"\x00"))


def plain() -> bytes:
    texts = info(chunk(b"INAM", "标题".encode() + b"\x00"), chunk(b"ICMT", b"said\x00"))
    return riff(bext(b"described"), samples(), texts)


def content(data: bytes) -> object:
    with wave.open(io.BytesIO(data)) as file:
        return file.getparams(), file.readframes(file.getnframes())


def other(data: bytes) -> object:
    av = needs.package("av")
    with av.open(io.BytesIO(data)) as file:
        return {k: v for k, v in file.metadata.items() if k != "AIGC"}


def crossread(path: Path) -> str:
    tool = needs.tool("exiftool")
    command = [tool, "-U", "-b", "-RIFF:Unknown_AIGC", str(path)]
    told = subprocess.run(command, capture_output=True, check=True).stdout
    return told.decode().rstrip("\x00\n")  # exiftool takes the pad for data


def rf64(*parts: bytes) -> bytes:
    """Give an RF64: sizes stand in ds64; the chunk data states none."""
    data = chunk(b"data", bytes(range(100, 133)))
    rest = data[:4] + b"\xff" * 4 + data[8:] + b"".join(parts)
    head = samples()[:24]
    size = 4 + 8 + 28 + len(head) + len(rest)
    ds64 = chunk(b"ds64", struct.pack("<QQQI", size, 33, 33, 0))
    return b"RF64" + b"\xff" * 4 + b"WAVE" + ds64 + head + rest


def streamed(stated: bytes, *parts: bytes) -> bytes:
    """Give what a writer to a pipe leaves: no sizes, and samples to the end."""
    frames = bytes(range(100, 133))
    return b"RIFF" + stated + b"WAVE" + samples()[:24] + b"".join(parts) + b"data" + stated + frames


SHAPES = {
    "a member of LIST INFO": riff(samples(), info(chunk(b"AIGC", b'{"AIGC":' + _LABEL + b"}"))),
    "a wrapped comment": riff(info(chunk(b"ICMT", b'{"AIGC":' + _LABEL + b"}\x00")), samples()),
    "a description of bext": riff(bext(b'{"AIGC":' + _LABEL + b"}"), samples()),
    "a chunk before the samples": riff(chunk(b"AIGC", _LABEL), samples()),
    "RF64": rf64(chunk(b"AIGC", _LABEL)),
    "a stream": streamed(b"\xff" * 4, chunk(b"AIGC", _LABEL)),
}
