from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin
from PIL.JpegImagePlugin import get_sampling
from tests import needs

from qingjian.labels.explicit.picture import badged, check_picture

needs.font()
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description rdf:about="" xmlns:t="urn:t" t:a="x"/></rdf:RDF></x:xmpmeta>'
)


def described(form: str, orientation: int = 6) -> bytes:
    image = Image.effect_noise((200, 120), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x0131], exif[0x010E] = orientation, "soft", "desc"
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0hello"
    how: dict[str, Any] = {"exif": exif, "icc_profile": PROFILE, "dpi": (300, 300)}
    if form == "png":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("parameters", "p")
        texts.add_itxt("t", "中", "zh", "题")
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        how["pnginfo"] = texts
    else:
        how["xmp"] = XMP
    if form == "jpeg":
        how |= {"progressive": True, "quality": 37, "subsampling": 1, "comment": b"com"}
    if form == "tiff":
        exif[700] = XMP
        how["compression"] = "tiff_lzw"
    out = io.BytesIO()
    image.save(out, form.upper(), **how)
    return out.getvalue()


def opened(data: bytes) -> Any:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("form", ["png", "jpeg", "webp", "tiff", "avif"])
def test_what_is_told_about_the_picture_stays(form: str) -> None:
    old = described(form)
    made = badged(old, form)
    before, after = opened(old), opened(made)
    exif = after.getexif()
    assert (exif[0x0131], exif[0x010E]) == ("soft", "desc")
    if form != "tiff":
        assert exif.get_ifd(0x8769)[0x9286] == b"ASCII\0\0\0hello"
    assert after.info["icc_profile"] == PROFILE
    assert after.info.get("dpi") == before.info.get("dpi")
    assert XMP in made
    assert check_picture(made).fit


@pytest.mark.parametrize("form", ["png", "jpeg", "webp", "tiff", "avif"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_picture_is_stored_upright(form: str, orientation: int) -> None:
    made = badged(described(form, orientation), form)
    assert opened(made).size == ((200, 120) if orientation in (1, 3) else (120, 200))
    assert opened(made).getexif().get(0x0112, 1) == 1
    assert check_picture(made).rules[2].measured == "lower right corner"


def test_a_jpeg_keeps_its_quantisation_sampling_and_comment() -> None:
    old = described("jpeg")
    before, after = opened(old), opened(badged(old, "jpeg"))
    assert after.quantization == before.quantization
    assert get_sampling(after) == get_sampling(before) == 1
    assert after.info["progressive"] and after.info["comment"] == b"com"


def test_a_png_keeps_its_texts() -> None:
    texts = opened(badged(described("png"), "png")).text
    assert texts["parameters"] == "p"
    assert (texts["t"], texts["t"].lang, texts["t"].tkey) == ("中", "zh", "题")


def test_a_tiff_keeps_its_lossless_compression() -> None:
    assert opened(badged(described("tiff"), "tiff")).info["compression"] == "tiff_lzw"
    fax = io.BytesIO()
    Image.new("1", (200, 120), 1).save(fax, "TIFF", compression="group4")
    assert opened(badged(fax.getvalue(), "tiff")).info["compression"] == "group4"


def test_a_webp_without_loss_stays_without() -> None:
    out = io.BytesIO()
    image = Image.effect_noise((200, 120), 60).convert("RGB")
    image.save(out, "WEBP", lossless=True)
    after = opened(badged(out.getvalue(), "webp")).convert("RGB")
    assert after.crop((0, 0, 90, 60)).tobytes() == image.crop((0, 0, 90, 60)).tobytes()


def test_of_several_pictures_in_a_jpeg_the_first_is_taken() -> None:
    out = io.BytesIO()
    image = Image.effect_noise((200, 120), 60).convert("RGB")
    image.save(out, "MPO", save_all=True, append_images=[image.rotate(180)])
    made = badged(out.getvalue(), "jpeg")
    assert check_picture(made).fit
