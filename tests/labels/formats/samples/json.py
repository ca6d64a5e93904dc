"""JSON by hand; read by the standard library, and by orjson for the label."""

from __future__ import annotations

import json
from pathlib import Path

import orjson

_LABEL = '{"Label": "1", "ContentProducer": "甲", "ProduceID": "1"}'
_PLAIN = (
    '{\r\n  "title": "山水 \\ud83c\\udf04 \\"AIGC\\"",\r\n'
    '  "generator" : "hand 1.0",\r\n'
    '\t"items": [1, -2.5e+3, true, null, [], {}, [[{"AIGC": {"Label": "9"}}]]],\r\n'
    '  "nested": {"aigc": {"Label": "1"}, "e": 1e400}\r\n}\r\n'
)

SHAPES = {
    "as answers have it": ('{"code": 0, "aigc": ' + _LABEL + ', "data": {}}').encode(),
    "last": ('{"a": [1],\n "AIGC" : ' + _LABEL + "\n}").encode(),
    "encoded twice": json.dumps({"b": 1, "AIGC": _LABEL}).encode(),
    "wrapped twice": ('{"AIGC": {"AIGC": ' + _LABEL + "}}").encode(),
    "escaped key": ('{"\\u0041IGC": ' + _LABEL + "}").encode(),
    "byte order mark": b"\xef\xbb\xbf" + ('{"AIGC":' + _LABEL + "}").encode(),
    "prefixed": ('{"TC260:AIGC":' + _LABEL + "}").encode(),
    "not UTF-8": ('{"AIGC":' + _LABEL + ',"标题":"山水"}').encode("gb18030"),
}


def plain() -> bytes:
    """Give an object with a title, odd spaces, and labels deeper down that are content."""
    return _PLAIN.encode()


def content(data: bytes) -> object:
    """Give all members but the label, in order."""
    read = json.loads(data.decode("utf-8-sig"))
    return [(key, repr(value)) for key, value in read.items() if key != "AIGC"]


def other(data: bytes) -> object:
    """Give the title and the generator."""
    read = json.loads(data)
    return read["title"], read["generator"]


def crossread(path: Path) -> str:
    """Give the label as orjson finds it."""
    data = path.read_bytes().replace(b"1e400", b"1")  # orjson refuses what overflows
    return json.dumps(orjson.loads(data)["AIGC"])


def crosswritten(value: str, folder: Path) -> bytes:
    """Give a file that the standard library labelled."""
    return json.dumps({"title": "x", "AIGC": json.loads(value)}, indent="\t").encode()
