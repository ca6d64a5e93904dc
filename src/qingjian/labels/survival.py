"""
Which marks survive what happens to a file on its way to a reader.

Each step is done for real on a copy in memory, with Pillow and PyAV as most services use them:
without asking for metadata to be kept.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qingjian.core.errors import InputError, MissingExtra
from qingjian.labels import file, label
from qingjian.labels.carriers import carrier

_PICTURES = ("png", "jpeg", "webp", "gif", "tiff", "avif")
_MEDIA = {
    "mp4": "mp4",
    "mov": "mov",
    "m4a": "ipod",
    "mkv": "matroska",
    "webm": "webm",
    "avi": "avi",
    "flv": "flv",
    "mp3": "mp3",
    "flac": "flac",
    "ogg": "ogg",
    "opus": "opus",
    "wav": "wav",
    "aac": "adts",
}
_TEXTS = ("markdown", "html")
_MOST_PIXELS = 50_000_000
_MOST_BYTES = 512_000_000
_TAG = re.compile(r"<[^>]*>")
_FRONT_MATTER = re.compile(r"\A\ufeff?---\r?\n.*?^---[ \t]*(?:\r?\n|\Z)", re.S | re.M)

Step = Callable[[], tuple[bytes, str]]
"""Gives the file after a step, and its name."""


@dataclass(frozen=True, slots=True)
class Survived:
    """
    How the marks of a file came through one step.

    Args:
        step: what was done.
        kept: schemes of marks that are read afterwards.
        lost: schemes that are not.
        error: why the step could not be done, empty when it was.
    """

    step: str
    kept: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    error: str = ""


def survival(path: Path) -> list[Survived]:
    """
    Try every step that fits the file's format.

    Raises InputError when the file has no mark, no step fits or it is too large, MissingExtra
    without the extra `media`.
    """
    with file.opened(path) as data:
        if len(data) > _MOST_BYTES:
            raise InputError(f"{path} has over {_MOST_BYTES:,} bytes", "copies are made in memory")
        codec = carrier(data, path.name)
        whole = data[0 : len(data)]
    before = [mark.scheme for mark in label.read(whole, path.name)]
    name = codec.name if codec else ""
    steps = dict(_steps(name, whole, path.name))
    if not before or not steps:
        why = "no mark" if not before else f"no step for {name or 'this format'}"
        raise InputError(f"{path}: there is {why} to try")
    return [_tried(step, do, before) for step, do in steps.items()]


def _tried(step: str, do: Step, before: list[str]) -> Survived:
    try:
        made, name = do()
        after = [mark.scheme for mark in label.read(made, name)]
    except MissingExtra:
        raise
    except Exception as error:  # Pillow raises SyntaxError, EOFError and more of broken files
        return Survived(step, error=f"could not be done: {error}")
    kept = tuple(scheme for scheme in dict.fromkeys(before) if scheme in after)
    return Survived(step, kept, tuple(s for s in dict.fromkeys(before) if s not in after))


def _steps(name: str, data: bytes, file: str) -> Iterator[tuple[str, Step]]:
    if name in _PICTURES:
        yield "re-encode", lambda: (_saved(data, name), file)
        yield "resize", lambda: (_saved(data, name, scale=0.5), file)
        yield "to WebP", lambda: (_saved(data, "webp"), "x.webp")
        yield "screenshot", lambda: (_saved(data, "png", flat=True), "x.png")
    if name in _MEDIA:
        yield "remux", lambda: (_remuxed(data, _MEDIA[name]), file)
        yield "remux to MKV", lambda: (_remuxed(data, "matroska"), "x.mkv")
    if name in _TEXTS:
        yield "copy as text", lambda: (_words(data, name), "x.md")


def _saved(data: bytes, form: str, scale: float = 1.0, flat: bool = False) -> bytes:
    try:
        from PIL import Image
    except ImportError:
        raise _missing() from None
    with Image.open(io.BytesIO(data)) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise InputError(f"more than {_MOST_PIXELS:,} pixels")
        picture.load()
        made: Image.Image = picture.convert("RGB") if flat or form == "jpeg" else picture.copy()
    if flat:
        made = Image.frombytes("RGB", made.size, made.tobytes())
    if scale != 1.0:
        made = made.resize((max(1, int(made.width * scale)), max(1, int(made.height * scale))))
    out = io.BytesIO()
    made.save(out, form.upper())
    return out.getvalue()


def _remuxed(data: bytes, form: str) -> bytes:
    try:
        import av
    except ImportError:
        raise _missing() from None
    out = io.BytesIO()
    with av.open(io.BytesIO(data), "r") as source, av.open(out, "w", format=form) as target:
        streams = {
            s.index: target.add_stream_from_template(s)
            for s in source.streams
            if s.type in ("video", "audio")
        }
        target.metadata.update(source.metadata)
        for packet in source.demux():
            if packet.dts is not None and packet.stream.index in streams:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    return out.getvalue()


def _words(data: bytes, name: str) -> bytes:
    """Give what a reader would select and copy."""
    text = data.decode("utf-8", "replace")
    plain = _TAG.sub("", text) if name == "html" else _FRONT_MATTER.sub("", text)
    return plain.encode()


def _missing() -> MissingExtra:
    return MissingExtra("this needs Pillow and PyAV", "pip install 'qingjian[media]'")
