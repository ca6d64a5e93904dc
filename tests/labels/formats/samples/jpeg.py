"""A JPEG of 16 by 8 with EXIF, a comment and a resolution, and one with a multi-picture index."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path

from PIL import Image
from tests.labels.carriers import LABEL, XMP_APP1, segment, xmp
from tests.labels.formats.samples import gif

crossread = gif.crossread
_JSON = json.dumps({"AIGC": LABEL}, ensure_ascii=False)
_BARE = json.dumps(LABEL, ensure_ascii=False)


def picture(color: int = 0) -> Image.Image:
    image = Image.new("RGB", (16, 8), (10, 200, color))
    image.paste((200, 10, 90), (4, 2, 9, 7))
    return image


def exif(**values: object) -> Image.Exif:
    """Give EXIF with a Software and an ISO speed, and what is named."""
    tags = Image.Exif()
    tags[0x0131] = "painter 1.0"
    inner = tags.get_ifd(0x8769)
    inner[0x8827] = 200
    if "comment" in values:
        inner[0x9286] = values["comment"]
    if "description" in values:
        tags[0x010E] = values["description"]
    return tags


def saved(tags: Image.Exif | None = None, comment: bytes = b"said") -> bytes:
    """Give what Pillow writes."""
    file = io.BytesIO()
    picture().save(file, "JPEG", exif=tags or exif(), comment=comment, dpi=(150, 150))
    return file.getvalue()


def plain() -> bytes:
    return saved()


def with_segments(*segments: bytes) -> bytes:
    """Give the plain file with segments right after its JFIF header."""
    data = plain()
    after = 4 + int.from_bytes(data[4:6], "big")
    return data[:after] + b"".join(segments) + data[after:]


def content(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        return image.mode, image.size, image.tobytes()


def other(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        tags = image.getexif()
        return dict(tags), dict(tags.get_ifd(0x8769)), image.info["comment"], image.info["dpi"]


def crosswritten(value: str, folder: Path) -> bytes:
    return gif.written_by_exiftool(plain(), "file.jpg", value, folder)


def iptc(*texts: tuple[int, bytes]) -> bytes:
    """Give an APP13 segment with texts of IPTC-IIM's record 2."""
    sets = b"".join(struct.pack(">BBBH", 0x1C, 2, tag, len(t)) + t for tag, t in texts)
    block = (
        b"8BIM\x04\x04\x00\x00" + len(sets).to_bytes(4, "big") + sets + b"\x00" * (len(sets) % 2)
    )
    return segment(0xED, b"Photoshop 3.0\x00" + b"8BIM\x03\xed\x00\x00\x00\x00\x00\x02ab" + block)


SHAPES = {
    "EXIF UserComment": saved(exif(comment=b"ASCII\x00\x00\x00" + _JSON.encode())),
    "EXIF UserComment in UTF-16": saved(exif(comment=b"UNICODE\x00" + _JSON.encode("utf-16-le"))),
    "EXIF ImageDescription": saved(exif(description=json.dumps({"AIGC": {"Label": "1"}}))),
    "entities in EXIF": saved(
        exif(description=json.dumps({"AIGC": {"Label": "1"}}).replace('"', "&quot;"))
    ),
    "glued": with_segments(segment(0xE9, b"AIGC" + _BARE.encode())),
    "APP1 without XML": with_segments(segment(0xE1, XMP_APP1 + _JSON.encode())),
    "a comment": with_segments(segment(0xFE, _JSON.encode())),
    "an attribute of XMP": with_segments(segment(0xE1, XMP_APP1 + xmp(LABEL, "attribute"))),
    "XMP in UTF-16": with_segments(segment(0xE1, XMP_APP1 + xmp(LABEL).decode().encode("utf-16"))),
    "IPTC caption": with_segments(iptc((120, _JSON.encode()), (105, b"a headline"))),
    "fill bytes": with_segments(b"\xff\xff" + segment(0xE1, XMP_APP1 + xmp(LABEL))),
}
