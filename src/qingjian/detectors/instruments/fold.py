"""
One spelling for many: folds text code point by code point and keeps the way back.

Folds width, case, compatibility forms, traditional characters, UTS #39 look-alikes of Latin letters
and digits, Han look-alikes, circled, keycap and emoji digits; drops what is invisible. Look-alikes
of ASCII are folded, ASCII itself is only lower-cased. Patterns are folded with the same function,
so both sides agree.

Tables are generated at build (tools/tables.py).
Source: Unicode NFKC and casefold, UTS #39, OpenCC TSCharacters.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from qingjian.core.errors import ConfigError
from qingjian.core.types import Span

Codes = NDArray[np.uint32]
Offsets = NDArray[np.intp]
_SPECIAL = 0xFFFFFFFF


@dataclass(frozen=True, eq=False)
class Folded:
    """
    A folded text and the way back.

    Args:
        original: the text as it was.
        text: the folded text.
        codes: its code points, `(len(text),)` uint32.
        origin: for each folded code point the index of the original one it came from,
            `(len(text),)`; None when the two texts run in step.
    """

    original: str
    text: str
    codes: Codes
    origin: Offsets | None

    def span(self, start: int, end: int) -> Span:
        """Give the original range of folded `[start, end)`, first to last code point; not empty."""
        if self.origin is None:
            return Span(start, end)
        return Span(int(self.origin[start]), int(self.origin[end - 1]) + 1)

    @cached_property
    def han_share(self) -> float:
        """Give the share of Han among Han and Latin letters; 1 where there are neither."""
        han = int(((self.codes >= 0x4E00) & (self.codes <= 0x9FFF)).sum())
        latin = int(((self.codes >= 0x61) & (self.codes <= 0x7A)).sum())
        return han / (han + latin) if han + latin else 1.0

    def quote(self, start: int, end: int) -> str:
        """Give the original words of folded range `[start, end)`."""
        at = self.span(start, end)
        return self.original[at.start : at.end]


@dataclass(frozen=True, eq=False)
class _Table:
    """
    `lut[c]` is the folded code point or `_SPECIAL`; then `pool[off[c] : off[c] + length[c]]` is.
    """

    lut: Codes
    length: NDArray[np.uint8]
    off: Codes
    pool: Codes


@cache
def _table() -> _Table:
    try:
        raw = files("qingjian.detectors.instruments").joinpath("tables", "fold.bin").read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            "the folding table was not built", "run tools/tables.py, or install the package"
        ) from None
    n = int.from_bytes(raw[:4], "little")
    pairs = np.frombuffer(raw, "<u4", 2 * n, 4)
    lut = np.arange(0x110000, dtype=np.uint32)
    lut[pairs[:n]] = pairs[n:]
    length = np.ones(0x110000, dtype=np.uint8)
    off = np.zeros(0x110000, dtype=np.uint32)
    pool: list[int] = []
    for code, to in json.loads(raw[4 + 8 * n :]).items():
        cp = int(code)
        lut[cp], length[cp], off[cp] = _SPECIAL, len(to), len(pool)
        pool.extend(map(ord, to))
    return _Table(lut, length, off, np.array(pool or [0], dtype=np.uint32))


_last = threading.local()


def fold(text: str) -> Folded:
    """
    Give the folded text with its way back.

    The last text is remembered per thread, so detectors that read the same item share the work.
    """
    memo: Folded | None = getattr(_last, "folded", None)
    if memo is not None and memo.original is text:
        return memo
    _last.folded = made = _fold(text)
    return made


def _fold(text: str) -> Folded:
    codes: Codes
    if text.isascii():
        low = text.lower()
        codes = np.frombuffer(low.encode("ascii"), np.uint8).astype(np.uint32)
        return Folded(text, low, codes, None)
    table = _table()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    out = table.lut.take(codes)
    special = out == _SPECIAL
    if not special.any():
        return Folded(text, _text(out), out, None)
    length = table.length.take(codes)
    origin = np.repeat(np.arange(len(codes), dtype=np.intp), length)
    starts = np.cumsum(length, dtype=np.intp) - length
    out = out[origin]
    grown = np.flatnonzero(out == _SPECIAL)
    source = origin[grown]
    out[grown] = table.pool[table.off[codes[source]] + (grown - starts[source])]
    return Folded(text, _text(out), out, origin)


def _text(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def folded(text: str) -> str:
    """Give the folded text alone; for patterns."""
    return _fold(text).text
