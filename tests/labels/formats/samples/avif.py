"""AVIF files: made and read by Pillow, held against exiftool."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from tests.labels.carriers import LABEL, packet, xmp
from tests.labels.formats.samples.mp4 import WRAPPED, by_exiftool

_TITLE = (
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:source>s</dc:source></rdf:Description>"
)


def image(xmp: bytes | None, description: str = "words") -> bytes:
    """Give a small picture with EXIF, and XMP where it is given."""
    picture = Image.new("RGB", (16, 16), (200, 30, 30))
    exif = Image.Exif()
    exif[0x010E] = description
    file = io.BytesIO()
    more = {} if xmp is None else {"xmp": xmp}
    picture.save(file, "AVIF", exif=exif, quality=50, **more)
    return file.getvalue()


def plain() -> bytes:
    return image(packet(_TITLE))


def content(data: bytes) -> object:
    """The pixels as Pillow decodes them."""
    with Image.open(io.BytesIO(data), formats=["AVIF"]) as picture:
        return picture.size, picture.mode, picture.tobytes()


def other(data: bytes) -> object:
    """EXIF, and the words of the XMP packet that were there before."""
    with Image.open(io.BytesIO(data), formats=["AVIF"]) as picture:
        exif = {k: v for k, v in picture.getexif().items() if "AIGC" not in v and v.strip(" \0")}
        return exif, b"<dc:source>s<" in picture.info.get("xmp", b"")


def crossread(path: Path) -> str:
    seen = by_exiftool(path)
    (value,) = (v for k, v in seen.items() if k.startswith("XMP-") and k.endswith(":Aigc"))
    return value


SHAPES = {
    "property of another writer": image(xmp(LABEL)),
    "EXIF": image(None, WRAPPED.replace("传播者", "p")),
}
