"""An AVI of three frames, 16 by 16, with title and comment; without most of the muxer's padding."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from tests import needs

_LABEL = b'{"Label":"1","ContentProducer":"p","ProduceID":"x"}'
JUNK = 600
"""The room before the frames: enough for a short label, not for a long one."""


def chunk(type: bytes, body: bytes) -> bytes:
    return type + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def lists(type: bytes, *parts: bytes) -> bytes:
    return chunk(b"LIST", type + b"".join(parts))


def riff(*parts: bytes, type: bytes = b"AVI ") -> bytes:
    return chunk(b"RIFF", type + b"".join(parts))


def muxed() -> bytes:
    """Give what PyAV writes."""
    av = needs.package("av")
    file = io.BytesIO()
    with av.open(file, "w", format="avi") as out:
        out.metadata["title"] = "标题"
        out.metadata["comment"] = "said"
        stream = out.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        for at in range(3):
            frame = av.VideoFrame(16, 16, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([at * 20 + 7]) * plane.buffer_size)
            frame.pts = at
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return file.getvalue()


def walked(data: bytes, at: int, end: int) -> list[tuple[bytes, bytes]]:
    """Give type and body of each chunk of a range."""
    found = []
    while at + 8 <= end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return found


def parts() -> dict[bytes, bytes]:
    """Give hdrl without padding, INFO, movi and idx1 of the muxed file, as chunks."""
    found = {}
    file = muxed()
    for type, body in walked(file, 12, len(file)):
        if body.startswith(b"hdrl"):
            inside = []
            for name, each in walked(body, 4, len(body)):
                if name == b"LIST":
                    streams = walked(each, 4, len(each))
                    kept = (chunk(n, b) for n, b in streams if n != b"JUNK")
                    inside.append(lists(each[:4], *kept))
                elif name != b"JUNK":
                    inside.append(chunk(name, each))
            found[b"hdrl"] = lists(b"hdrl", *inside)
        elif type == b"LIST":
            found[body[:4]] = chunk(type, body)
        elif type == b"idx1":
            found[type] = chunk(type, body)
    return found


def plain() -> bytes:
    p = parts()
    return riff(p[b"hdrl"], p[b"INFO"], chunk(b"JUNK", bytes(JUNK)), p[b"movi"], p[b"idx1"])


def content(data: bytes) -> object:
    av = needs.package("av")
    with av.open(io.BytesIO(data)) as file:
        packets = [(p.pts, p.is_keyframe, bytes(p)) for p in file.demux()]
    with av.open(io.BytesIO(data)) as file:
        frames = [frame.to_ndarray().tobytes() for frame in file.decode(video=0)]
    return packets, frames


def other(data: bytes) -> object:
    av = needs.package("av")
    with av.open(io.BytesIO(data)) as file:
        return {k: v for k, v in file.metadata.items() if k != "AIGC"}


def crossread(path: Path) -> str:
    av = needs.package("av")
    with av.open(str(path)) as file:
        return str(file.metadata["AIGC"])


SMALL = lists(b"hdrl", chunk(b"avih", bytes(56))), lists(b"movi", chunk(b"00dc", b"frame"))
SHAPES = {
    "after the frames": riff(*SMALL, lists(b"INFO", chunk(b"AIGC", _LABEL))),
    "inside hdrl": riff(
        lists(b"hdrl", chunk(b"avih", bytes(56)), lists(b"INFO", chunk(b"AIGC", _LABEL))),
        SMALL[1],
    ),
    "a chunk of its own": riff(SMALL[0], chunk(b"AIGC", _LABEL), SMALL[1]),
    "a wrapped comment": riff(
        SMALL[0], lists(b"INFO", chunk(b"ICMT", b'{"AIGC":' + _LABEL + b"}\x00")), SMALL[1]
    ),
}
