"""A PNG of 4 by 4 with a title, a time and EXIF."""

from __future__ import annotations

import io
import json
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.labels.carriers import LABEL, TC260, chunk, itxt, packet, png_file, xmp
from tests.labels.formats.samples import gif, jpeg

_JSON = json.dumps({"AIGC": LABEL}, ensure_ascii=False)
_XMP = "XML:com.adobe.xmp"


def saved(tags: Image.Exif | None = None) -> bytes:
    """Give what Pillow writes."""
    image = Image.new("RGBA", (4, 4), (10, 200, 30, 255))
    image.putpixel((1, 1), (0, 0, 255, 80))
    texts = PngInfo()
    texts.add_text("Title", "a title")
    texts.add_itxt("Author", "某人", lang="zh", tkey="作者")
    texts.add_text("Comment", "said", zip=True)
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=texts, exif=tags or jpeg.exif(), dpi=(150, 150))
    return file.getvalue()


def plain() -> bytes:
    return saved()


def content(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        return image.mode, image.size, image.tobytes()


def other(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return {k: v for k, v in image.info.items() if k not in ("xmp", _XMP)}


def crossread(path: Path) -> str:
    with Image.open(path) as image:
        root = ElementTree.fromstring(image.info[_XMP])
    (found,) = root.iter(f"{{{TC260}}}AIGC")
    return found.text or ""


def crosswritten(value: str, folder: Path) -> bytes:
    return gif.written_by_exiftool(plain(), "file.png", value, folder)


_HEX = jpeg.exif(comment=b"ASCII\x00\x00\x00" + _JSON.encode()).tobytes()
_RAW = b"Raw profile type exif\x00\nexif\n%8d\n%s\n" % (len(_HEX), _HEX.hex().encode())
_SAID = f'<d:description xmlns:d="http://purl.org/dc/elements/1.1/">{_JSON}</d:description>'

SHAPES = {
    "raw profile": png_file(chunk(b"tEXt", _RAW)),
    "XMP description": png_file(itxt(packet(_SAID))),
    "tEXt": png_file(chunk(b"tEXt", b"AIGC\x00" + _JSON.encode())),
    "iTXt under the name": png_file(itxt(_JSON.encode(), keyword=b"AIGC\x00")),
    "deflated XMP": png_file(itxt(xmp(LABEL), deflated=True)),
    "EXIF UserComment": saved(jpeg.exif(comment=b"ASCII\x00\x00\x00" + _JSON.encode())),
}
