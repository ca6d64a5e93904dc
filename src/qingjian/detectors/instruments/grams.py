"""
What a linear model looks at: hashed n-grams of characters, and the symbols around them.

Text is folded, and numbers, links and account names become one sign each (`canonical`), so that
n-grams carry over from one channel to another. Uni-, bi- and trigrams run over letters and signs
alone, so that symbols put between the letters of a word change none of them; what stands before and
after a letter, a symbol or an end of the text, is looked at apart.

Source: hashing trick, Weinberger et al. 2009.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qingjian.detectors.instruments.fold import Codes, Folded, fold

BITS = 18
SIZE = 1 << BITS
ORDERS = 3
"""Rows of an index that are n-grams; the symbol before and the symbol after follow."""

_TOKEN = re.compile(r"[a-z0-9](?:[a-z0-9.:/\-_@?=&%#+]*[a-z0-9/])?")
_PHONE = re.compile(r"(?:\+?86-?)?1[3-9]\d{9}|0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4}")
_LINK, _HANDLE, _PHONE_SIGN, _MAIL = "\ue010", "\ue011", "\ue012", "\ue013"
_DIGITS = (
    "",
    "\ue000",
    "\ue001",
    "\ue001",
    "\ue002",
    "\ue002",
    "\ue002",
    "\ue003",
    "\ue003",
    "\ue003",
    "\ue003",
)
_LONG_NUMBER = "\ue004"

# Multipliers of a multiplicative hash; odd, so that wrapping in 32 bits loses nothing.
_M1, _M2, _M3 = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)
_M4, _M5 = np.uint32(0xC6A4A793), np.uint32(0x5BD1E995)
_FIRST, _LAST = np.uint32(0x110000), np.uint32(0x110001)
_SHIFT = np.uint32(32 - BITS)


def _sign(match: re.Match[str]) -> str:
    """Give the canonical form of a Latin or numeric token."""
    word = match[0]
    if word.isalpha():
        return word
    if word.isdigit() and not _PHONE.fullmatch(word):
        return _DIGITS[len(word)] if len(word) < len(_DIGITS) else _LONG_NUMBER
    if _PHONE.fullmatch(word):
        return _PHONE_SIGN
    has_letter = any("a" <= c <= "z" for c in word)
    if has_letter and "@" in word:
        return _MAIL
    if has_letter and ("." in word or "/" in word):
        return _LINK
    if word.isalnum():
        return _HANDLE if len(word) > 4 else _mixed(word)
    return "".join(_sign(part) for part in _TOKEN.finditer(re.sub(r"[^a-z0-9]+", " ", word)))


def _mixed(word: str) -> str:
    return re.sub(r"\d+", lambda m: _DIGITS[min(len(m[0]), 10)], word)


def canonical(text: str) -> str:
    """Give folded `text` with each link, number and account name as one sign; symbols stay."""
    return _TOKEN.sub(_sign, text)


@dataclass(frozen=True, eq=False)
class Grams:
    """
    What the model looks at: hashed n-grams, and named facts beside them.

    Args:
        index: `(5, n)` intp: the uni-, bi- and trigram that start at each kept code point, -1 past
            the end; then the symbol before it and the symbol after it, -1 where there is none.
        signals: names of facts that hold for the text as a whole, such as a lexicon's rules.
    """

    index: NDArray[np.intp]
    signals: frozenset[str] = frozenset()

    @property
    def n(self) -> int:
        """How many code points were kept."""
        return int(self.index.shape[1])


_last = threading.local()
_KEEP: list[NDArray[np.bool_]] = []


def _keep() -> NDArray[np.bool_]:
    """Give for each code point whether it is a letter, a digit or one of our signs."""
    if not _KEEP:
        keep = np.zeros(0x110000, dtype=bool)
        for low, high in (
            (0x30, 0x3A),
            (0x61, 0x7B),
            (0xAA, 0x2000),
            (0x2C00, 0x3000),
            (0x3041, 0xD800),
        ):
            keep[low:high] = [chr(c).isalnum() for c in range(low, high)]
        keep[0xE000:0xE020] = True
        keep[0xF900:0xFFE0] = [chr(c).isalnum() for c in range(0xF900, 0xFFE0)]
        keep[0x20000:0x33480] = True
        _KEEP.append(keep)
    return _KEEP[0]


def grams(text: Folded, signals: frozenset[str] = frozenset()) -> Grams:
    """Give what the model looks at; the n-grams of the last text are remembered per thread."""
    memo: tuple[Folded, NDArray[np.intp]] | None = getattr(_last, "index", None)
    if memo is None or memo[0] is not text:
        memo = _last.index = (text, index(letters(canonical(text.text))))
    return Grams(memo[1], signals)


def grams_of(text: str) -> Grams:
    """Give the hashed n-grams of a text as it comes."""
    return grams(fold(text))


@dataclass(frozen=True, eq=False)
class Letters:
    """Code points of a canonical text, and where among them letters and signs stand."""

    codes: Codes
    at: NDArray[np.intp]


def letters(canonical_text: str) -> Letters:
    """Give the letters and signs of a canonical text."""
    codes = np.frombuffer(canonical_text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return Letters(codes, np.flatnonzero(_keep().take(codes)))


def index(seen: Letters) -> NDArray[np.intp]:
    """Give the `(5, n)` index of `Grams`."""
    codes = seen.codes.take(seen.at)
    n = len(codes)
    made = np.full((ORDERS + 2, n), -1, dtype=np.intp)
    if n == 0:
        return made
    one = codes * _M1
    made[0] = one >> _SHIFT
    if n > 1:
        two = one[:-1] * _M2 + one[1:]
        made[1, :-1] = (two * _M3) >> _SHIFT
        if n > 2:
            made[2, :-2] = ((two[:-1] * _M2 + one[2:] + _M1) * _M3) >> _SHIFT
    around = np.empty(len(seen.codes) + 2, dtype=np.uint32)
    around[0], around[1:-1], around[-1] = _FIRST, seen.codes, _LAST
    gap = np.empty(n + 1, dtype=np.bool_)
    gap[0] = gap[-1] = True
    np.not_equal(np.diff(seen.at), 1, out=gap[1:-1])
    opens, closes = np.flatnonzero(gap[:-1]), np.flatnonzero(gap[1:])
    before, after = around.take(seen.at[opens]), around.take(seen.at[closes] + 2)
    made[3, opens] = ((before * _M4 + codes[opens]) * _M3) >> _SHIFT
    made[4, closes] = ((codes[closes] * _M5 + after) * _M2) >> _SHIFT
    return made


def back(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Give the range of `text` for each code point of `[first, last)` of `canonical(text)`."""
    ranges: list[tuple[int, int]] = []
    at = made = 0

    def plain(until: int) -> None:
        """Take code points that stand for themselves, as far as they lie in the range."""
        nonlocal made
        low, high = max(first - made, 0), min(last - made, until - at)
        ranges.extend((i, i + 1) for i in range(at + low, at + high))
        made += until - at

    for match in _TOKEN.finditer(text):
        if made >= last:
            return ranges
        plain(match.start())
        at = match.start()
        sign = _sign(match)
        if sign == match[0]:
            plain(match.end())
        else:
            ranges.extend(match.span() for k in range(len(sign)) if first <= made + k < last)
            made += len(sign)
        at = match.end()
    if made < last:
        plain(len(text))
    return ranges
