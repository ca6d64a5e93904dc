"""
Numbers that name a person: where they may stand in folded text, and their check digits.

A number is read through separators and line breaks, and in Chinese numerals; the way is linear: all
positions are checked at once over the digits of the text.
Source: GB 11643-1999 (resident ID number), GB 32100-2015 (unified social credit code), ISO/IEC 7812
(Luhn), numbering plan of MIIT for mobile phones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from qingjian.detectors.instruments.fold import Codes, Folded

Array = NDArray[np.int16]
Mask = NDArray[np.bool_]

SEPARATORS = " \t\r\n\xa0\u3000-‐‑–—_./|~·•・"
"""What may stand between the digits of one number, at most three in a row."""

HAN_DIGITS: Mapping[str, str] = {
    c: str(i % 10) for i, c in enumerate("零一二三四五六七八九〇壹贰叁肆伍陆柒捌玖")
} | {"幺": "1", "两": "2", "貳": "2", "參": "3", "陸": "6"}
"""Chinese numerals that are said or written digit by digit."""

_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10x98765432"
_USCC = "0123456789abcdefghjklmnpqrtuwxy"
_MOBILE = re.compile(r"1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}")
_NUMBER = re.compile(rf"92(?:[{re.escape(SEPARATORS)}]?[0-9a-hj-npqrtuwxy]){{16}}(?![0-9a-z])")
_DIVIDERS = re.compile(f"[{re.escape(SEPARATORS)}]")
_PHONE_SHAPES = frozenset(
    {(11,), (3, 4, 4), (3, 8), (7, 4), (1,) * 11, (3, 2, 2, 2, 2), (3, 3, 5), (3, 4, 2, 2)}
)
_GROUP = re.compile(rb"[\x00\x01]\x00*")
_MOST_GROUPS = 6
_LENGTHS = (18, 17, 19, 16, 15, 13, 11)
_FIRST_YEAR, _LAST_YEAR = 1900, 2039


@dataclass(frozen=True, slots=True)
class Digits:
    """
    Digits that stand together in folded text.

    Args:
        value: the digits, with a last `x` where one stands there.
        start, end: folded range, separators included.
        shape: lengths of the groups that separators make of it.
        alone: whether no other digits stand beside it across a separator.
    """

    value: str
    start: int
    end: int
    shape: tuple[int, ...]
    alone: bool


def id_card(value: str) -> bool:
    """Whether 18 characters are a resident ID number: region, date and check digit (GB 11643)."""
    if len(value) != 18 or not id_card_shape(value):
        return False
    total = sum(w * int(c) for w, c in zip(_WEIGHTS, value, strict=False))
    return _CHECKS[total % 11] == value[17]


def id_card_shape(value: str) -> bool:
    """Whether 18 or 15 characters have region and date of a resident ID number; no check digit."""
    if value[:2] not in _PROVINCES or not (value[:-1].isdecimal() and len(value) in (15, 18)):
        return False
    born = value[6:14] if len(value) == 18 else "19" + value[6:12]
    return _FIRST_YEAR <= int(born[:4]) <= _LAST_YEAR and is_date(born)


def is_date(eight: str) -> bool:
    """Whether 8 digits are a day of the calendar."""
    try:
        date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        return False
    return True


def luhn(value: str) -> bool:
    """Whether the last digit is the check digit of those before it (ISO/IEC 7812)."""
    twice = "0246813579"
    total = sum(int(c) for c in value[-1::-2]) + sum(int(twice[int(c)]) for c in value[-2::-2])
    return total % 10 == 0


def uscc(value: str) -> bool:
    """Whether 18 lower-case characters are a unified social credit code (GB 32100)."""
    if len(value) != 18 or any(c not in _USCC for c in value):
        return False
    total = sum(pow(3, i, 31) * _USCC.index(c) for i, c in enumerate(value[:17]))
    return _USCC[-total % 31] == value[17]


def mobile(value: str) -> bool:
    """Whether 11 digits are a mobile number of mainland China."""
    return _MOBILE.fullmatch(value) is not None


def grouped_as_phone(number: Digits) -> bool:
    """Whether a mobile number stands in groups usual for one, its country code left aside."""
    shape, country = list(number.shape), len(number.value) - 11
    while country > 0 and shape[0] <= country:
        country -= shape.pop(0)
    shape[0] -= country
    return tuple(shape) in _PHONE_SHAPES


def sole_trader_codes(text: str) -> Iterator[tuple[int, int, str]]:
    """Give range and value of each valid credit code of category 92 in folded text."""
    for match in _NUMBER.finditer(text):
        value = _DIVIDERS.sub("", match[0])
        if uscc(value) and not (match.start() and text[match.start() - 1].isdecimal()):
            yield match.start(), match.end(), value


@cache
def _luts() -> tuple[NDArray[np.int8], NDArray[np.int8], Mask]:
    """Give code point to digit or -1, without and with Chinese numerals; and what separates."""
    ascii_ = np.full(0x110000, -1, dtype=np.int8)
    ascii_[48:58] = np.arange(10)
    both = ascii_.copy()
    for c, d in HAN_DIGITS.items():
        both[ord(c)] = int(d)
    apart = np.zeros(0x110000, dtype=np.bool_)
    apart[[ord(c) for c in SEPARATORS]] = True
    return ascii_, both, apart


def digits(text: Folded) -> Iterator[Digits]:
    """
    Give what may be a phone, ID or card number by length, first digits and check digit or date.

    First those in digits alone, then those with Chinese numerals; they may overlap.
    """
    ascii_, both, _ = _luts()
    plain = ascii_[text.codes]
    yield from _runs(text, plain, han=False)
    mixed = both[text.codes]
    if (mixed != plain).any():
        yield from _runs(text, mixed, han=True)


def _runs(text: Folded, all_digits: NDArray[np.int8], *, han: bool) -> Iterator[Digits]:
    at = np.flatnonzero(all_digits >= 0)
    if len(at) < min(_LENGTHS):
        return
    value = all_digits[at].astype(np.int16)
    said, places = (value + 48).astype(np.uint8).tobytes().decode("ascii"), at.tolist()
    opens, joins = _gaps(text.codes, at)
    first = np.concatenate(([True], opens, [True]))
    group = np.cumsum(first)
    run = np.concatenate(([0], np.cumsum(opens & ~joins), [-1]))
    marks = first.astype(np.uint8).tobytes()
    tail_x = first[1:] & _followed_by_x(text.codes, at)
    starts = np.flatnonzero(first[:-1])
    for length in _LENGTHS:
        here = starts[starts + length <= len(at)]
        end = here + length
        alone = (run[here - 1] != run[here]) & (run[end] != run[here])
        fits = first[end] & (run[here] == run[end - 1])
        fits &= alone | (group[end - 1] - group[here] < _MOST_GROUPS)
        here, alone = here[fits], alone[fits]
        may = _plausible(value, tail_x, here, length, marks=first)
        for i, whole in zip(here[may].tolist(), alone[may].tolist(), strict=True):
            digits, start, ends = said[i : i + length], places[i], places[i + length - 1] + 1
            if length == 17 and tail_x[i + 16] and id_card_shape(digits + "x"):
                digits, ends = digits + "x", text.text.index("x", ends) + 1
            shape = tuple(map(len, _GROUP.findall(marks[i : i + length])))
            if not han or not text.text[start:ends].isascii():
                yield Digits(digits, start, ends, shape, whole)


def _gaps(codes: Codes, at: NDArray[np.intp]) -> tuple[Mask, Mask]:
    """For each pair of neighbours: whether anything stands between, whether it only separates."""
    apart = _luts()[2][codes]
    before = np.concatenate(([0], np.cumsum(apart)))
    between = np.diff(at) - 1
    only = (before[at[1:]] - before[at[:-1] + 1]) == between
    return between > 0, only & (between <= 3)


def _followed_by_x(codes: Codes, at: NDArray[np.intp]) -> Mask:
    """Whether an `x` stands after each place, at most one separator between."""
    padded = np.concatenate((codes, np.zeros(2, dtype=codes.dtype)))
    one, two = padded[at + 1], padded[at + 2]
    found: Mask = (one == 0x78) | (_luts()[2][one] & (two == 0x78))
    return found


def _plausible(
    value: Array, tail_x: Mask, at: NDArray[np.intp], length: int, *, marks: Mask
) -> Mask:
    """Whether the digits from each place may be a number of this length."""
    v = [value[at + k] for k in range(length)]
    ok: Mask
    if length in (11, 13, 15):
        o = length - 11
        ok = (v[o] == 1) & (v[o + 1] >= 3)
        if o:
            ok &= (v[o - 2] == 8) & (v[o - 1] == 6) & ((v[0] == 0) & (v[1] == 0) | (length == 13))
        return ok | _day(*v[8:12]) & (v[0] >= 1) & (v[0] <= 8) if length == 15 else ok
    born = (v[6] == 1) & (v[7] == 9) | (v[6] == 2) & (v[7] == 0) & (v[8] <= 3)
    born &= _day(*v[10:14]) & (v[0] >= 1)
    born &= tail_x[at + 16] if length == 17 else length == 18
    ok = born | _card(v, at, marks)
    return ok


def _card(v: list[Array], at: NDArray[np.intp], marks: Mask) -> Mask:
    """Whether it begins as a bank card does, and passes Luhn or is in one piece or in fours."""
    total = sum((d for d in v[-1::-2]), start=np.zeros_like(v[0]))
    total = sum((d * 2 - 9 * (d > 4) for d in v[-2::-2]), start=total)
    two = v[0] * 10 + v[1]
    ok: Mask = (two == 62) | (v[0] == 4) | (two >= 51) & (two <= 55) | np.isin(two, (35, 60, 95))
    inner = sum((marks[at + k].astype(np.int16) for k in range(1, len(v))), start=0 * v[0])
    ok &= (total % 10 == 0) | (inner == 0) | (marks[at + 4] & marks[at + 8])
    return ok


def _day(m1: Array, m2: Array, d1: Array, d2: Array) -> Mask:
    month, day = m1 * 10 + m2, d1 * 10 + d2
    found: Mask = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    return found
