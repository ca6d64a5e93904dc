"""
The badge: white words on a black plate with a white rim, drawn and measured back in grey levels.

Black and white stand against each other whatever is around them. Height is taken as that of
capital letters, the strictest reading of the standard.

Source: GB 45438-2025 5.2, 5.4 (secondary, not verified); contrast as in WCAG 2.2.
"""

from __future__ import annotations

import math
from itertools import chain, islice, product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qingjian.core.errors import InputError
from qingjian.labels.explicit.font import sized
from qingjian.labels.explicit.notice import CORNER, SIDE_SHARE, PictureCorner, Rule, Seen

if TYPE_CHECKING:
    from PIL.Image import Image

Grey = NDArray[np.uint8]
_DARK, _LIGHT = 70, 185
_LIKENESS, _SURE = 0.88, 0.97
_NEAR = (0, -1, 1, -2, 2)
_SMALL = 24
_READABLE = 10
_CLAUSE = "GB 45438-2025 5.2"
_LEAST_CONTRAST = 4.5
_LEAST_SIDE = 40


def text_height(width: int, height: int) -> int:
    """Give the height of text in pixels: more than asked, and large enough to read if it fits."""
    return max(math.ceil(min(width, height) * SIDE_SHARE) + 1, min(_READABLE, width // 14))


def plate(width: int, height: int, words: str = CORNER) -> Image:
    """Give the badge for a picture of this size: grey levels, white words on black."""
    return _drawn(text_height(width, height), words)


def fitting(width: int, height: int, words: str) -> Image:
    """Give the badge. Raises InputError for a picture too small to hold it."""
    if min(width, height) >= _LEAST_SIDE:
        badge = plate(width, height, words)
        if badge.width <= width and badge.height <= height:
            return badge
    raise InputError(
        f"{width} x {height} pixels cannot hold {words!r}",
        "use shorter words, or show the notice beside it",
    )


def placed(
    width: int, height: int, badge: Image, corner: PictureCorner | None = None
) -> tuple[int, int]:
    """Give where the badge begins in a picture of this size: its left and top."""
    down, across = (corner or "lower-right").split("-")
    left = width - badge.width if across == "right" else 0
    return left, height - badge.height if down == "lower" else 0


def _drawn(high: int, words: str) -> Image:
    from PIL import Image, ImageDraw

    font = sized(high, words)
    left, top, right, bottom = font.getbbox(words)
    pad = max(2, int((bottom - top) * 0.35))
    rim = _rim(pad)
    size = (int(right - left) + 2 * pad + 2 * rim, int(bottom - top) + 2 * pad + 2 * rim)
    made = Image.new("L", size, 255)
    made.paste(0, (rim, rim, size[0] - rim, size[1] - rim))
    at = (pad + rim - left, pad + rim - top)
    ImageDraw.Draw(made).text(at, words, fill=255, font=font)
    return made


def _rim(pad: int) -> int:
    return max(3, pad // 4)


def check_grey(grey: Grey, words: str = CORNER) -> Seen:
    """Measure the badge in grey levels (H, W)."""
    height, width = grey.shape
    if min(height, width) < _LEAST_SIDE:
        return Seen(False)
    for name, view in (
        ("lower right corner", grey[::-1, ::-1]),
        ("lower left corner", grey[::-1]),
        ("upper right corner", grey[:, ::-1]),
        ("upper left corner", grey),
    ):
        box = _plate_in(view)
        if box is None:
            continue
        flipped_rows, flipped_columns = name.startswith("lower"), "right" in name
        found = box[:: -1 if flipped_rows else 1, :: -1 if flipped_columns else 1]
        seen = _measured(found, name, width, height, words)
        if seen is not None:
            return seen
    return Seen(False)


def _plate_in(view: Grey) -> Grey | None:
    """Give the dark inside of a plate whose rim begins at the corner, None without one."""
    side = min(view.shape)
    diagonal = view.diagonal()[: max(8, side // 20)]
    rim = int(np.argmax(diagonal < _DARK))
    if not rim or (diagonal[: max(1, rim - 1)] < _LIGHT - 40).any():
        return None
    row = min(rim + 1, side - 1)
    wide = int(np.argmin(np.append(view[row, row:] < _DARK + 40, False)))
    high = int(np.argmin(np.append(view[row:, row] < _DARK + 40, False)))
    return view[row : row + high, row : row + wide] if high >= 8 and wide >= high else None


def _measured(box: Grey, where: str, width: int, height: int, words: str) -> Seen | None:
    """Give the measures of a plate that holds the words, None when it holds something else."""
    ink = box > (_DARK + _LIGHT) // 2
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if len(rows) < 4 or len(columns) < 4:
        return None
    edges = (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
    seen = round((edges[1] - edges[0]) * _capital_share(words))
    high, likeness = 0, -1.0
    for size in dict.fromkeys((text_height(width, height), seen, seen - 1, seen + 1)):
        if size >= 3 and likeness < _LIKENESS:
            high, likeness = _likeness(box, edges, _pattern(size, words))
    if likeness < _LIKENESS:
        return None
    capital = high * _capital_share(words)
    least = min(width, height) * SIDE_SHARE
    contrast = _contrast(float(np.median(box[ink])), float(np.median(box[~ink])))
    rules = (
        Rule("words", _CLAUSE, "both elements", words, True),
        Rule("height", _CLAUSE, f"at least {least:.1f} px", f"{capital:.1f} px", capital >= least),
        Rule("position", _CLAUSE, "at an edge or corner", where, True),
        Rule(
            "contrast",
            "readable",
            f"at least {_LEAST_CONTRAST}:1",
            f"{contrast:.1f}:1",
            contrast >= _LEAST_CONTRAST,
        ),
    )
    return Seen(True, rules, words)


def _pattern(high: int, words: str) -> Image:
    """Give the words of the badge, without what is around them."""
    from PIL import Image

    whole = np.asarray(_drawn(high, words))
    rim = int(np.argmax(whole.diagonal() < _DARK))
    inside = whole[rim:-rim, rim:-rim]
    drawn = inside > 127
    r, c = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    return Image.fromarray(inside[r[0] : r[-1] + 1, c[0] : c[-1] + 1])


def _likeness(box: Grey, edges: tuple[int, int, int, int], pattern: Image) -> tuple[int, float]:
    """
    Give the height of the words in a plate, and how well they correlate with a pattern.

    Compression blurs the edges of small words, so places some pixels off are tried: first with the
    pattern as it is, then drawn to the size that is seen.
    """
    from PIL.Image import Resampling

    small = edges[1] - edges[0] <= _SMALL
    best = (0, -1.0)
    as_drawn = ((edges[0] + y, edges[2] + x, pattern.size) for y, x in product(_NEAR, repeat=2))
    resized = (
        (edges[0] + y, edges[2] + x, (edges[3] - edges[2] + wider, edges[1] - edges[0] + higher))
        for y, x, higher, wider in product((0, -1, 1), repeat=4)
    )
    for top, left, size in chain(
        as_drawn if small else (), resized if small else islice(resized, 1)
    ):
        part = box[max(top, 0) : top + size[1], max(left, 0) : left + size[0]]
        if part.shape != (size[1], size[0]) or min(size) < 3:
            continue
        drawn = pattern if size == pattern.size else pattern.resize(size, Resampling.BILINEAR)
        likeness = _correlation(part.astype(np.float64), np.asarray(drawn, np.float64))
        if likeness > best[1] + 0.01:
            best = (size[1], likeness)
        if likeness >= _SURE:
            break
    return best


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    one, other = one - one.mean(), other - other.mean()
    norm = math.sqrt(float((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / norm if norm else 0.0


def _capital_share(words: str) -> float:
    """Give the height of capital letters as a share of the height of the words."""
    font = sized(100)
    _, top, _, bottom = font.getbbox("AI")
    _, first, _, last = font.getbbox(words)
    return (bottom - top) / (last - first)


def _contrast(light: float, dark: float) -> float:
    """Give the contrast ratio of two grey levels, 1 to 21. Source: WCAG 2.2."""

    def linear(level: float) -> float:
        share = level / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return (linear(light) + 0.05) / (linear(dark) + 0.05)
