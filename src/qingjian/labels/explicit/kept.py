"""
What a picture keeps when it is encoded anew: profile, EXIF, XMP, texts, resolution, compression.
"""

from __future__ import annotations

from typing import Any

_ALWAYS = ("icc_profile", "dpi", "loop", "default_image")
_LOSSLESS = ("tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits", "group3", "group4")
_ORIENTATION = 0x0112
_TIFF_TAGS = (269, 270, 271, 272, 285, 305, 306, 315, 316, 700, 33432, 33723, 34377, 34665, 34853)
"""Tags of a TIFF that tell about the picture and not how it is stored."""
_XMP_KEY = "XML:com.adobe.xmp"


def of(picture: Any) -> dict[str, Any]:
    """Give what Pillow's `save` is told so that an opened picture is saved as it was."""
    from PIL import ImageOps
    from PIL.JpegImagePlugin import JpegImageFile, get_sampling

    how: dict[str, Any] = {k: picture.info[k] for k in _ALWAYS if k in picture.info}
    if picture.format == "TIFF":
        return how | _of_tiff(picture)
    upright = ImageOps.exif_transpose(picture)
    if exif := upright.getexif():
        how["exif"] = exif.tobytes()
    if "xmp" in upright.info and picture.format != "PNG":
        how["xmp"] = upright.info["xmp"]
    if isinstance(picture, JpegImageFile):
        sampling = get_sampling(picture)
        how |= {"qtables": picture.quantization, "subsampling": sampling if sampling >= 0 else 0}
        how["progressive"] = bool(picture.info.get("progressive"))
    elif picture.format in ("WEBP", "AVIF"):
        how["quality"] = 95
    elif picture.format == "PNG":
        how["pnginfo"] = _texts(picture, upright.info.get(_XMP_KEY))
    return how


def _texts(picture: Any, xmp: str | None) -> Any:
    from PIL.PngImagePlugin import PngInfo, iTXt

    texts = PngInfo()
    for key, value in picture.text.items():
        if key == _XMP_KEY:
            texts.add_itxt(key, xmp if xmp is not None else value)
        elif isinstance(value, iTXt):
            texts.add_itxt(key, value, value.lang or "", value.tkey or "")
        else:
            texts.add_text(key, value)
    return texts


def _of_tiff(picture: Any) -> dict[str, Any]:
    exif = picture.getexif()
    for tag in list(exif):
        if tag not in _TIFF_TAGS:
            del exif[tag]
    how: dict[str, Any] = {"exif": exif}
    compression = picture.info.get("compression")
    if compression in _LOSSLESS and (picture.mode == "1" or not compression.startswith("group")):
        how["compression"] = compression
    return how
