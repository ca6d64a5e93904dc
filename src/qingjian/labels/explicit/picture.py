"""
A badge in a corner of a picture.

The picture is encoded anew in its own format, with its profile, EXIF and XMP; every frame of an
animation gets the badge.

Source: GB 45438-2025 5.2: words at an edge or corner, text height at least 5 % of the shortest
side; secondary, not verified.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qingjian.core.errors import InputError, MissingExtra
from qingjian.labels.explicit import kept
from qingjian.labels.explicit.notice import CORNER, USUAL, Notice, Rule, Seen, decoding
from qingjian.labels.explicit.plate import Grey, check_grey, fitting, placed

FORMATS = ("png", "jpeg", "webp", "gif", "tiff", "avif")
_MOST_PIXELS = 100_000_000
_ANIMATED = ("PNG", "WEBP", "GIF", "TIFF", "AVIF")
_LOOKED_AT = 30
_DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
"""Modes of more than eight bits."""
_DRAWN = ("1", "L", "RGB", "CMYK")
"""Modes that a badge is drawn into as they are."""
_CLAUSE = "GB 45438-2025 5.2"


def badged(data: bytes, carrier: str, notice: Notice = USUAL) -> bytes:
    """
    Give the picture with the badge in a corner, the lower right one if none is asked for.

    Raises InputError for a picture too small to hold it, DamagedFile, MissingExtra.
    """
    if carrier not in FORMATS:
        raise InputError(f"{carrier} is no format of pictures")
    with _opened(data) as picture:
        frames, how = _frames(picture, notice)
        if carrier == "webp" and b"VP8L" in data and b"VP8 " not in data:
            how["lossless"] = True
        out = io.BytesIO()
        several = {"save_all": True, "append_images": frames[1:]} if len(frames) > 1 else {}
        frames[0].save(out, carrier.upper(), **how, **several)
    return out.getvalue()


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """Give the picture, its first frame decoded. Raises DamagedFile, InputError, MissingExtra."""
    pillow = _pillow()
    with decoding("the picture"):
        try:
            with pillow.open(io.BytesIO(data)) as picture:
                _bounded(picture)
                picture.load()
                yield picture
        except pillow.DecompressionBombError:
            raise InputError(f"the picture has more than {_MOST_PIXELS:,} pixels") from None


def _frames(picture: Any, notice: Notice) -> tuple[list[Any], dict[str, Any]]:
    """Give the frames with their badge, and how to save them as they were."""
    from PIL import ImageOps, ImageSequence

    several = picture.format in _ANIMATED
    how = kept.of(picture)
    frames, durations = [], []
    for frame in ImageSequence.Iterator(picture) if several else [picture]:
        frame.load()
        durations.append(frame.info.get("duration", 0))
        upright = frame if picture.format == "TIFF" else ImageOps.exif_transpose(frame)
        frames.append(_with_badge(upright, notice))
    if len(frames) > 1:
        how["duration"] = durations
        if picture.format == "GIF" and any(made.mode == "RGBA" for made in frames):
            how["disposal"] = 2
    return frames, how


def _with_badge(frame: Any, notice: Notice) -> Any:
    badge = fitting(frame.width, frame.height, notice.words or CORNER)
    corner = placed(frame.width, frame.height, badge, notice.corner)
    if frame.mode in _DEEP:
        return _deep_with_badge(frame, badge, corner)
    if frame.has_transparency_data:
        made = frame.convert("RGBA")
    else:
        made = frame.convert("RGB") if frame.mode not in _DRAWN else frame.copy()
    made.paste(badge.convert(made.mode), corner)
    return made


def _deep_with_badge(frame: Any, badge: Any, corner: tuple[int, int]) -> Any:
    """Give a picture of more than eight bits with its badge, in its own depth."""
    levels = np.array(frame)
    dark, light = _ends(levels, frame.mode)
    share = np.asarray(badge, np.float64) / 255
    left, top = corner
    part = levels[top : top + badge.height, left : left + badge.width]
    part[:] = (dark + share * (light - dark)).astype(levels.dtype)
    return _pillow().fromarray(levels)


def _ends(levels: NDArray[Any], mode: str) -> tuple[float, float]:
    """Give the levels of black and white."""
    if mode.startswith("I;16"):
        return 0.0, 65535.0
    finite = levels[np.isfinite(levels)]
    dark, light = float(finite.min(initial=0)), float(finite.max(initial=1))
    return dark, light


def check_picture(data: bytes, words: str = CORNER) -> Seen:
    """
    Measure the badge back from a picture; a badge of another make is not seen.

    Of an animation, every frame is looked at, up to thirty. Raises DamagedFile, InputError,
    MissingExtra.
    """
    with _opened(data) as picture:
        seen = check_grey(_grey(picture), words)
        count = getattr(picture, "n_frames", 1)
        looked = min(count, _LOOKED_AT) if picture.format in _ANIMATED else 1
        if not seen.found or looked < 2:
            return seen
        shown = 1
        for number in range(1, looked):
            picture.seek(number)
            shown += bool(check_grey(_grey(picture), words).found)
    said = f"{shown} of {looked} frames looked at"
    play = Rule("play", _CLAUSE, "on every frame", said, shown == looked)
    return Seen(True, (*seen.rules, play), words)


def _grey(picture: Any) -> Grey:
    """Give the grey levels that are seen; what is transparent shows white."""
    from PIL import Image, ImageOps

    picture.load()
    upright = picture if picture.format == "TIFF" else ImageOps.exif_transpose(picture)
    if upright.mode in _DEEP:
        levels = np.nan_to_num(np.array(upright, np.float64))
        dark, light = _ends(levels, upright.mode)
        shown = (levels - dark) / max(light - dark, 1e-9)
        return (shown.clip(0, 1) * 255).astype(np.uint8)
    if upright.has_transparency_data:
        whole = upright.convert("RGBA")
        under = Image.new("RGBA", whole.size, "white")
        upright = Image.alpha_composite(under, whole)
    return np.asarray(upright.convert("L"))


def _bounded(picture: Any) -> None:
    frames = getattr(picture, "n_frames", 1) if picture.format in _ANIMATED else 1
    if picture.width * picture.height * frames > _MOST_PIXELS:
        raise InputError(f"the picture has more than {_MOST_PIXELS:,} pixels")


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtra("this needs Pillow", "pip install 'qingjian[media]'") from None
    return Image
