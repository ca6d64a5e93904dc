"""FLV files: made and read by PyAV, and built by hand where no tool makes such a file."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.labels.carriers import LABEL, xmp
from tests.labels.formats.samples import mkv
from tests.labels.formats.samples.mkv import WORDS, content, crossread

__all__ = ["content", "crossread", "crosswritten", "other", "plain"]


def plain() -> bytes:
    options = {"flvflags": "add_keyframe_index"}
    return mkv.video("flv", "flv1", {"title": "题", "comment": "c"}, options)


def other(data: bytes) -> object:
    changes = ("AIGC", "filesize", "lastkeyframelocation")
    return {k: v for k, v in mkv.metadata(data).items() if k not in changes}


def crosswritten(value: str, folder: Path) -> bytes:
    return mkv.video("flv", "flv1", {"title": "T", "AIGC": value}, {})


def string(value: str) -> bytes:
    """Give a string without its type."""
    return len(value.encode()).to_bytes(2, "big") + value.encode()


def text(value: str) -> bytes:
    return b"\x02" + string(value)


def number(value: float) -> bytes:
    return struct.pack(">Bd", 0, value)


def members(**values: bytes) -> bytes:
    return b"".join(string(key) + value for key, value in values.items())


def object_of(**values: bytes) -> bytes:
    return b"\x03" + members(**values) + b"\x00\x00\x09"


def map_of(**values: bytes) -> bytes:
    return b"\x08" + len(values).to_bytes(4, "big") + members(**values) + b"\x00\x00\x09"


def array_of(*values: bytes) -> bytes:
    return b"\x0a" + len(values).to_bytes(4, "big") + b"".join(values)


def tag(kind: int, body: bytes) -> bytes:
    """Give a tag and the size after it."""
    whole = bytes((kind,)) + len(body).to_bytes(3, "big") + bytes(7) + body
    return whole + len(whole).to_bytes(4, "big")


def script(*values: bytes, name: str = "onMetaData") -> bytes:
    return tag(18, text(name) + b"".join(values))


def file(*tags: bytes) -> bytes:
    """Give a file of these tags and one of sound after them."""
    return b"FLV\x01\x04\x00\x00\x00\x09" + bytes(4) + b"".join(tags) + tag(8, b"\x2fsound")


_LONG = b"\x0c" + len(WORDS).to_bytes(4, "big") + WORDS.encode()
_FIELDS = object_of(Label=text("1"), ProduceID=text("p-1"))

SHAPES: dict[str, bytes] = {
    "in an object": file(script(object_of(AIGC=text(WORDS)))),
    "as a long string": file(script(map_of(AIGC=_LONG))),
    "nested": file(script(map_of(extra=object_of(AIGC=text(WORDS)), title=text("t")))),
    "in an array of objects": file(script(map_of(cues=array_of(object_of(AIGC=text(WORDS)))))),
    "under another name": file(script(map_of(comment=text(f'{{"AIGC":{WORDS}}}')))),
    "in small letters": file(script(map_of(aigc=text(WORDS)))),
    "as an object": file(script(map_of(AIGC=_FIELDS))),
    "forwarded": file(script(text("onMetaData"), map_of(AIGC=text(WORDS)), name="@setDataFrame")),
    "in the second script tag": file(
        script(map_of(title=text("t"))), script(map_of(AIGC=text(WORDS)))
    ),
    "after the sound": file(tag(8, b"\x2f"), script(map_of(AIGC=text(WORDS)))),
    "in XMP": file(
        script(map_of(liveXML=text(xmp(LABEL).decode()), other=text("o")), name="onXMPData")
    ),
    "without the end of the map": file(script(map_of(AIGC=text(WORDS))[:-3])),
}
