"""MP4 files: made and read by PyAV, held against exiftool; odd shapes put together box by box."""

from __future__ import annotations

import io
import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from tests import needs
from tests.labels.carriers import LABEL

VALUE = json.dumps(LABEL, ensure_ascii=False, separators=(",", ":"))
WRAPPED = json.dumps({"AIGC": LABEL}, ensure_ascii=False)
TAGS = {"title": "题", "comment": "c"}


def video(format: str, options: dict[str, str], tags: dict[str, str], frames: int = 2) -> bytes:
    """Give a tiny film; options are the muxer's."""
    with tempfile.TemporaryDirectory() as folder:  # faststart wants a file with a name
        path = Path(folder, "film")
        _film(path, format, options, tags, frames)
        return path.read_bytes()


def _film(
    path: Path, format: str, options: dict[str, str], tags: dict[str, str], frames: int
) -> None:
    with av.open(str(path), "w", format=format, options=options) as container:
        container.metadata.update(tags)
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        for number in range(frames):
            grey = np.full((16, 16, 3), number * 60, np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def audio(options: dict[str, str], tags: dict[str, str]) -> bytes:
    """Give a tenth of a second of silence in M4A."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sound")
        _sound(path, options, tags)
        return path.read_bytes()


def _sound(path: Path, options: dict[str, str], tags: dict[str, str]) -> None:
    with av.open(str(path), "w", format="ipod", options=options) as container:
        container.metadata.update(tags)
        stream = container.add_stream("aac", rate=8000)
        stream.layout = "mono"
        silence = np.zeros((1, 1024), np.float32)
        frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 8000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def plain() -> bytes:
    return video("mp4", {"movflags": "faststart"}, TAGS)


def content(data: bytes) -> object:
    """The packets as PyAV reads them, by the tables of samples."""
    with av.open(io.BytesIO(data), "r") as container:
        return [
            (p.stream_index, p.pts, p.dts, p.duration, bytes(p))
            for p in container.demux()
            if p.size
        ]


def tags(data: bytes) -> dict[str, str]:
    """The metadata of the container as PyAV reads them."""
    with av.open(io.BytesIO(data), "r") as container:
        return dict(container.metadata)


def other(data: bytes) -> object:
    return {key: value for key, value in tags(data).items() if "ContentProducer" not in value}


def by_exiftool(path: Path) -> dict[str, str]:
    """Every tag that exiftool reads, under its group."""
    command = [needs.tool("exiftool"), "-j", "-G1", "-ee", str(path)]
    run = subprocess.run(command, capture_output=True, check=True, timeout=60)
    (seen,) = json.loads(run.stdout)
    return {key: str(value) for key, value in seen.items()}


def crossread(path: Path) -> str:
    value = tags(path.read_bytes())["AIGC"]
    assert by_exiftool(path)["Keys:AIGC"] == value
    return value


def crosswritten(value: str, folder: Path) -> bytes:
    return video("mp4", {"movflags": "use_metadata_tags"}, {**TAGS, "AIGC": value})


def box(type: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return (len(body) + 8).to_bytes(4, "big") + type + body


def words(value: str, kind: int = 1) -> bytes:
    """A `data` box."""
    return box(b"data", kind.to_bytes(4, "big"), bytes(4), value.encode())


def keyed(*pairs: tuple[str, str], full: bool = True) -> bytes:
    """A `meta` with a table of keys, with or without a version word."""
    keys = [box(b"mdta", key.encode()) for key, _ in pairs]
    items = [box(n.to_bytes(4, "big"), words(value)) for n, (_, value) in enumerate(pairs, 1)]
    return box(
        b"meta",
        bytes(4 * full),
        box(b"hdlr", bytes(8), b"mdta", bytes(12)),
        box(b"keys", bytes(4), len(keys).to_bytes(4, "big"), *keys),
        box(b"ilst", *items),
    )


def itunes(*items: bytes) -> bytes:
    """A `meta` of iTunes tags."""
    handler = box(b"hdlr", bytes(8), b"mdirappl", bytes(9))
    return box(b"meta", bytes(4), handler, box(b"ilst", *items))


def within(data: bytes, path: Sequence[bytes], new: bytes) -> bytes:
    """Give a file with boxes added at the end of the box at a path; offsets must not move."""
    start, end, sizes = 0, len(data), []
    for type in path:
        while data[start + 4 : start + 8] != type:
            start += int.from_bytes(data[start : start + 4], "big")
        sizes.append(start)
        end = start + int.from_bytes(data[start : start + 4], "big")
        start += 8
    out = bytearray(data)
    for at in sizes:
        size = int.from_bytes(data[at : at + 4], "big") + len(new)
        out[at : at + 4] = size.to_bytes(4, "big")
    return bytes(out[:end]) + new + bytes(out[end:])


def bare() -> bytes:
    """A film whose movie box comes last and has no user data."""
    data = video("mp4", {"fflags": "+bitexact", "movflags": "+disable_chpl"}, {})
    at = data.rfind(b"udta") - 4
    if at < 0:
        return data
    moov = data.rfind(b"moov") - 4
    return data[:moov] + (at - moov).to_bytes(4, "big") + data[moov + 4 : at]


_BARE = bare()
_FREEFORM = (
    box(b"mean", bytes(4), b"com.apple.iTunes") + box(b"name", bytes(4), b"AIGC") + words(VALUE)
)
SHAPES = {
    "moov/meta, no user data": within(_BARE, [b"moov"], keyed(("AIGC", VALUE))),
    "moov/meta of QuickTime": within(_BARE, [b"moov"], keyed(("AIGC", VALUE), full=False)),
    "moov/meta among others": within(
        _BARE, [b"moov"], keyed(("com.apple.quicktime.make", "M"), ("AIGC", VALUE), full=False)
    ),
    "comment of iTunes": within(
        _BARE, [b"moov"], box(b"udta", itunes(box(b"\xa9cmt", words(WRAPPED))))
    ),
    "freeform": within(_BARE, [b"moov"], box(b"udta", itunes(box(b"----", _FREEFORM)))),
    "text of QuickTime": within(
        _BARE,
        [b"moov"],
        box(
            b"udta",
            box(
                b"\xa9cmt", len(WRAPPED.encode()).to_bytes(2, "big"), b"\x55\xc4", WRAPPED.encode()
            ),
        ),
    ),
    "a box of its own": within(_BARE, [b"moov"], box(b"udta", box(b"AIGC", VALUE.encode()))),
    "meta of the file": _BARE + keyed(("AIGC", VALUE)),
    "meta of a track": within(_BARE, [b"moov", b"trak"], keyed(("AIGC", VALUE), full=False)),
}
