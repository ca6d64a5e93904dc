"""A lossless WebP, 4 by 4, with EXIF."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from PIL import Image
from tests.labels.formats.samples import gif

crossread = gif.crossread


def chunk(type: bytes, body: bytes) -> bytes:
    return type + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def riff(*parts: bytes) -> bytes:
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def picture() -> Image.Image:
    image = Image.new("RGBA", (5, 3), (10, 200, 30, 255))
    image.putpixel((1, 1), (0, 0, 255, 80))
    return image


def saved(lossless: bool, image: Image.Image | None = None, **more: object) -> bytes:
    """Give what Pillow writes."""
    file = io.BytesIO()
    (image or picture()).save(file, "WEBP", lossless=lossless, **more)
    return file.getvalue()


def plain() -> bytes:
    exif = Image.Exif()
    exif[0x0131] = "painter 1.0"
    return saved(True, exif=exif.tobytes())


def content(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        return image.mode, image.size, image.tobytes()


def other(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        return dict(image.getexif()), image.info.get("icc_profile")


def crosswritten(value: str, folder: Path) -> bytes:
    return gif.written_by_exiftool(plain(), "file.webp", value, folder)


SHAPES = {
    "a type that ends in zero": riff(
        saved(True)[12:],
        chunk(
            b"XMP\x00",
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            b'<rdf:Description rdf:about="" xmlns:T="http://www.tc260.org.cn/ns/AIGC/1.0/" '
            b'T:AIGC=\'{"Label":"1","ContentProducer":"p","ProduceID":"x"}\'/></rdf:RDF>',
        ),
    )
}
