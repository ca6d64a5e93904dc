"""
The badge: white words on a black plate with a white rim, drawn and measured back in grey levels.

Black and white stand against each other whatever is around them. Height is taken as that of
capital letters, the strictest reading of the standard.

Source: GB 45438-2025 5.2, 5.4 (secondary, not verified); contrast as in WCAG 2.2.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qingjian.labels.explicit.font import sized
from qingjian.labels.explicit.notice import CORNER, SIDE_SHARE, Rule, Seen

if TYPE_CHECKING:
    from PIL.Image import Image

Grey = NDArray[np.uint8]
_DARK, _LIGHT = 70, 185
_LIKENESS, _SURE, _UNLIKE = 0.88, 0.97, 0.3
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
    from PIL import Image, ImageDraw

    font = sized(text_height(width, height), words)
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
    high, likeness = _likeness(box, edges, _pattern(width, height, words))
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


def _pattern(width: int, height: int, words: str) -> Image:
    """Give the words of the badge, without what is around them."""
    from PIL import Image

    whole = np.asarray(plate(width, height, words))
    rim = int(np.argmax(whole.diagonal() < _DARK))
    inside = whole[rim:-rim, rim:-rim]
    drawn = inside > 127
    r, c = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    return Image.fromarray(inside[r[0] : r[-1] + 1, c[0] : c[-1] + 1])


def _likeness(box: Grey, edges: tuple[int, int, int, int], pattern: Image) -> tuple[int, float]:
    """
    Give the height of the words in a plate, and how well they correlate with a pattern.

    Where words are small, an edge that compression blurred may be a pixel off; each is tried.
    """
    from PIL.Image import Resampling

    moves = (0, -1, 1) if edges[1] - edges[0] <= _SMALL else (0,)
    best = (0, -1.0)
    for move in product(moves, repeat=4):
        top, bottom, left, right = (edge + by for edge, by in zip(edges, move, strict=True))
        if top < 0 or left < 0 or bottom > box.shape[0] or right > box.shape[1]:
            continue
        part = box[top:bottom, left:right].astype(np.float64)
        if min(part.shape) < 3:
            continue
        size = (part.shape[1], part.shape[0])
        model = np.asarray(pattern.resize(size, Resampling.BILINEAR), np.float64)
        part, model = part - part.mean(), model - model.mean()
        norm = math.sqrt(float((part**2).sum() * (model**2).sum()))
        likeness = float((part * model).sum()) / norm if norm else 0.0
        if likeness > best[1] + 0.01:
            best = (size[1], likeness)
        if likeness >= _SURE or likeness < _UNLIKE:
            break
    return best


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
