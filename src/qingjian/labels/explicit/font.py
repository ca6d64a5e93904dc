"""
A Chinese font of this machine, found when it is needed.
"""

from __future__ import annotations

import os
from functools import cache
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


@cache
def chinese_font() -> Path:
    """
    Give the file of a font with Chinese characters; the variable QINGJIAN_FONT names another.

    Raises MissingExtra with the command that installs one.
    """
    if named := os.environ.get("QINGJIAN_FONT"):
        return Path(named)
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for path in Path(folder).expanduser().rglob("*"):
            if path.name in _KNOWN:
                found.setdefault(path.name, path)
    for name in _KNOWN:
        if name in found:
            return found[name]
    raise MissingExtra(
        "no font with Chinese characters is installed",
        "apt install fonts-noto-cjk, or name a font file in QINGJIAN_FONT",
    )


@cache
def sized(height: int) -> FreeTypeFont:
    """Give the font in the size whose capital letters are at least `height` pixels high."""
    from PIL import ImageFont

    path = str(chinese_font())
    size = height
    while True:
        font = ImageFont.truetype(path, size)
        _, top, _, bottom = font.getbbox("AI")
        if bottom - top >= height:
            return font
        size += max(1, round((height - (bottom - top)) * 0.8))
