"""
A Chinese font of this machine, found when it is needed.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from qingjian.core.errors import MissingExtra

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
)
_KNOWN = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "NotoSerifCJK-Regular.ttc",
    "PingFang.ttc",
)
"""Free fonts with Chinese, the best to read first; PingFang comes with macOS."""
_HINT = "apt install fonts-noto-cjk, or name a font file in QINGJIAN_FONT"
_MOST_FACES = 64
_NO_CHARACTER = "\U0010ffff"


def chinese_font() -> Path:
    """
    Give the file of a font with Chinese characters; the variable QINGJIAN_FONT names another.

    Raises MissingExtra with the command that installs one.
    """
    if named := os.environ.get("QINGJIAN_FONT"):
        if not Path(named).is_file():
            raise MissingExtra(f"QINGJIAN_FONT names {named}, which is no file", _HINT)
        return Path(named)
    return _installed()


@cache
def _installed() -> Path:
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for path in Path(folder).expanduser().rglob("*"):
            if path.name in _KNOWN:
                found.setdefault(path.name, path)
    for name in _KNOWN:
        if name in found:
            return found[name]
    raise MissingExtra("no font with Chinese characters is installed", _HINT)


def sized(height: int, words: str = "") -> FreeTypeFont:
    """
    Give the font in the size whose capital letters are at least `height` pixels high.

    Raises MissingExtra when there is no font, or it lacks a character of `words`.
    """
    path = chinese_font()
    if lacking := _lacking(path, words):
        raise MissingExtra(f"the font {path.name} has no character {lacking}", _HINT)
    return _sized(path, height)


@lru_cache(64)
def _lacking(path: Path, words: str) -> str:
    """Give the first character that the font has no form of, empty when it has all."""
    font = _sized(path, 16)
    blank = bytes(font.getmask(_NO_CHARACTER))
    shown = (letter for letter in words if not letter.isspace())
    return next((letter for letter in shown if bytes(font.getmask(letter)) == blank), "")


@cache
def _face(path: Path) -> int:
    """Give which face of a collection has the forms used in mainland China, the first if none."""
    from PIL import ImageFont

    for index in range(_MOST_FACES if path.suffix == ".ttc" else 1):
        try:
            family = ImageFont.truetype(str(path), 10, index).getname()[0] or ""
        except OSError:
            break
        if family.split()[-1:] == ["SC"]:
            return index
    return 0


@lru_cache(64)
def _sized(path: Path, height: int) -> FreeTypeFont:
    from PIL import ImageFont

    size = height
    try:
        while size <= 20 * height:
            font = ImageFont.truetype(str(path), size, _face(path))
            _, top, _, bottom = font.getbbox("AI")
            if bottom - top >= height:
                return font
            size += max(1, round((height - (bottom - top)) * 0.8))
    except OSError as error:
        raise MissingExtra(f"the font {path} cannot be read: {error}", _HINT) from None
    raise MissingExtra(f"the font {path} has no capital letters", _HINT)
