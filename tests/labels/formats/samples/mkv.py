"""Matroska files: made and read by PyAV, and built by hand where no tool makes such a file."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from tests import needs

WORDS = '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"p-1"}'


def video(format: str, codec: str, tags: dict[str, str], options: dict[str, str]) -> bytes:
    """Give three frames of 16 by 16 pixels with tags, muxed by PyAV."""
    av = needs.package("av")
    options = {"fflags": "+bitexact", **options}
    with TemporaryDirectory() as folder:  # the index of FLV is made by opening the file again
        path = Path(folder, "file")
        with av.open(str(path), "w", format=format, options=options) as file:
            _encode(file, codec, tags)
        return path.read_bytes()


def _encode(file: Any, codec: str, tags: dict[str, str]) -> None:
    stream = file.add_stream(codec, rate=10)
    stream.width = stream.height = 16
    stream.pix_fmt = "yuv420p"
    stream.codec_context.options = {"flags": "+bitexact"}
    file.metadata.update(tags)
    for number in range(3):
        frame = np.full((24, 16), 40 * number, np.uint8)
        file.mux(stream.encode(needs.package("av").VideoFrame.from_ndarray(frame, "yuv420p")))
    file.mux(stream.encode())


def streamed(format: str, codec: str, options: dict[str, str]) -> bytes:
    """Give a file that PyAV wrote without going back in it."""

    class Pipe:
        def __init__(self) -> None:
            self.data = b""

        def write(self, data: bytes) -> int:
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    av = needs.package("av")
    with av.open(pipe, "w", format=format, options=options) as file:
        stream = file.add_stream(codec, rate=10)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        for _ in range(20):
            file.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        file.mux(stream.encode())
    return pipe.data


def packets(data: bytes) -> list[tuple[Any, ...]]:
    """Give every packet of a file with its time, as PyAV reads it."""
    av = needs.package("av")
    with av.open(io.BytesIO(data)) as file:
        return [(p.stream.codec_context.name, p.pts, p.is_keyframe, bytes(p)) for p in file.demux()]


def metadata(data: bytes) -> dict[str, str]:
    """Give the metadata of a file as PyAV reads it."""
    av = needs.package("av")
    with av.open(io.BytesIO(data)) as file:
        return dict(file.metadata)


def plain() -> bytes:
    return video("matroska", "mpeg4", {"title": "题", "comment": "c", "track": "7"}, {})


def content(data: bytes) -> object:
    return packets(data)


def other(data: bytes) -> object:
    av = needs.package("av")
    with av.open(io.BytesIO(data)) as file:
        of_streams = [dict(stream.metadata) for stream in file.streams]
    return {k: v for k, v in metadata(data).items() if k.upper() != "AIGC"}, of_streams


def crossread(path: Path) -> str:
    return metadata(path.read_bytes())["AIGC"]


def crosswritten(value: str, folder: Path) -> bytes:
    return video("matroska", "mpeg4", {"title": "T", "AIGC": value}, {})


def element(id: str, *bodies: bytes, width: int = 1, unknown: bool = False) -> bytes:
    """Give an EBML element; its size takes `width` bytes at least, or says it is unknown."""
    body = b"".join(bodies)
    while len(body) >= 2 ** (7 * width) - 1:
        width += 1
    size = 2 ** (7 * width) - 1 if unknown else len(body)
    return bytes.fromhex(id) + (size | 1 << 7 * width).to_bytes(width, "big") + body


def checked(id: str, *bodies: bytes) -> bytes:
    """Give an EBML element that begins with a CRC-32 of the rest."""
    body = b"".join(bodies)
    return element(id, element("bf", zlib.crc32(body).to_bytes(4, "little")), body)


def ebml_header(doc_type: str = "matroska") -> bytes:
    return element("1a45dfa3", element("4282", doc_type.encode()))


def segment(*parts: bytes, **size: Any) -> bytes:
    """Give a file of one Segment."""
    return ebml_header() + element("18538067", *parts, **size)


def simple(name: str, value: str, *nested: bytes) -> bytes:
    return element("67c8", element("45a3", name.encode()), element("4487", value.encode()), *nested)


def tag(*parts: bytes, targets: bytes = b"") -> bytes:
    return element("7373", element("63c0", targets), *parts)


def tags(*parts: bytes) -> bytes:
    return element("1254c367", *parts)


def info(title: str = "") -> bytes:
    return element("1549a966", element("7ba9", title.encode()), element("4d80", b"by hand"))


def cluster(*, unknown: bool = False, head: bytes = b"", blocks: int = 2) -> bytes:
    time = element("e7", b"\x00")
    block = element("a3", b"\x81\x00\x00\x80block")
    return element("1f43b675", time, head, block * blocks, unknown=unknown)


def seek(id: str, position: bytes) -> bytes:
    return element("4dbb", element("53ab", bytes.fromhex(id)), element("53ac", position))


def seek_head(*entries: bytes) -> bytes:
    return element("114d9b74", *entries)


def cues() -> bytes:
    return element("1c53bb6b", element("bb", element("b3", b"\x00")))


_TITLE = simple("TITLE", "t")
_LABEL = simple("AIGC", WORDS)
_ALBUM = element("68ca", b"\x1e")

SHAPES: dict[str, bytes] = {
    "of a track": segment(tags(tag(_LABEL, targets=element("63c5", b"\x01"))), cluster()),
    "of an album": segment(tags(tag(_LABEL, targets=_ALBUM)), cluster(), cues()),
    "nested": segment(tags(tag(simple("COMMENT", "c", _LABEL))), cluster(), cues()),
    "under another name": segment(tags(tag(simple("COMMENT", f'{{"AIGC":{WORDS}}}')))),
    "in small letters": segment(tags(tag(_TITLE, simple("aigc", WORDS))), cues()),
    "binary": segment(
        tags(tag(element("67c8", element("45a3", b"AIGC"), element("4485", WORDS.encode()))))
    ),
    "as the title": segment(info(f'{{"AIGC":{WORDS}}}'), cluster(), cues()),
    "in the second Tags": segment(tags(tag(_TITLE)), cluster(), cues(), tags(tag(_LABEL))),
    "after live clusters": segment(
        cluster(unknown=True), cluster(unknown=True), tags(tag(_LABEL)), unknown=True
    ),
    "under checksums": ebml_header()
    + checked("18538067", checked("1254c367", checked("7373", _LABEL)), cluster(), cues()),
}
