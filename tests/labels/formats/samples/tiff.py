"""A TIFF of two pages, 4 by 4, with a title and the name of a painter."""

from __future__ import annotations

import io
import json
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageSequence
from tests.labels.carriers import LABEL, xmp
from tests.labels.formats.samples import gif

crossread = gif.crossread
_JSON = json.dumps({"AIGC": LABEL}, ensure_ascii=False).encode()
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 13: 4, 16: 8}
Value = tuple[int, int, bytes]


def saved(**more: object) -> bytes:
    """Give what Pillow writes."""
    first, second = Image.new("RGB", (4, 4), (9, 200, 30)), Image.new("L", (4, 4), 7)
    first.putpixel((2, 1), (255, 0, 9))
    file = io.BytesIO()
    tags = {269: "a title", 305: "painter 1.0"}
    first.save(file, "TIFF", save_all=True, append_images=[second], tiffinfo=tags, **more)
    return file.getvalue()


def plain() -> bytes:
    return saved()


def built(
    *pages: Mapping[int, Value], order: str = "<", big: bool = False, picture: bytes = b"\x00\xff"
) -> bytes:
    """
    Give a TIFF of grey pages of 2 by 1 with further tags, byte by byte; directories come last.

    Args:
        pages: for each the type, count and bytes of further tags.
        order: `<` or `>`.
        big: whether it is a BigTIFF.
        picture: the bytes of each picture.
    """
    pointer, head, size = ("Q", 16, 8) if big else ("I", 8, 4)
    body = bytearray(picture)
    tables: list[bytes] = []
    for page in pages:
        tags: dict[int, Value] = {
            256: (3, 1, struct.pack(order + "H", 2)),
            257: (3, 1, struct.pack(order + "H", 1)),
            258: (3, 1, struct.pack(order + "H", 8)),
            259: (3, 1, struct.pack(order + "H", 1)),
            262: (3, 1, struct.pack(order + "H", 1)),
            273: (4, 1, struct.pack(order + "I", head)),
            279: (4, 1, struct.pack(order + "I", len(picture))),
            **page,
        }
        rows = b""
        for tag, (type, count, value) in sorted(tags.items()):
            if len(value) > size:
                body += bytes(-len(body) % 8)
                at = head + len(body)
                body += value
                value = struct.pack(order + pointer, at)
            rows += struct.pack(f"{order}HH{pointer}", tag, type, count)
            rows += value.ljust(size, b"\x00")
        tables.append(struct.pack(order + ("Q" if big else "H"), len(tags)) + rows)
    body += bytes(-len(body) % 8)
    first = at = head + len(body)
    for index, table in enumerate(tables):
        at += len(table) + size
        following = at if index + 1 < len(tables) else 0
        body += table + struct.pack(order + pointer, following)
    mark = b"II" if order == "<" else b"MM"
    more = struct.pack(order + "HHH", 43, 8, 0) if big else struct.pack(order + "H", 42)
    return mark + more + struct.pack(order + pointer, first) + bytes(body)


def value(data: bytes, type: int = 7) -> Value:
    """Give a value of bytes for `built`."""
    return type, len(data) // _SIZES[type], data


def content(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        return [(p.mode, p.size, p.tobytes()) for p in ImageSequence.Iterator(image)]


def is_whole(data: bytes) -> bool:
    """Whether every page is decoded without an error or a warning."""
    try:
        with warnings.catch_warnings(action="error"):
            return bool(content(data))
    except (OSError, SyntaxError, UserWarning):
        return False


def other(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        tags = getattr(image, "tag_v2", {})
        return {tag: tags[tag] for tag in tags if tag != 700}


def crosswritten(value: str, folder: Path) -> bytes:
    return gif.written_by_exiftool(plain(), "file.tif", value, folder)


SHAPES = {
    "ImageDescription": built({270: value(_JSON + b"\x00", 2)}),
    "XMP of the second page": built({}, {700: value(xmp(LABEL))}),
    "big-endian": built({700: value(xmp(LABEL))}, {}, order=">"),
    "BigTIFF": built({700: value(xmp(LABEL), 1)}, big=True),
    "big-endian BigTIFF": built({700: value(xmp(LABEL, "attribute"))}, order=">", big=True),
    "a packet with spaces after it": built({700: value(xmp(LABEL) + b" " * 400)}),
}
