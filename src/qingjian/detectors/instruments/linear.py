"""
A linear model over hashed characters: fast, small, and able to show which words moved it.

Text is folded, symbols are dropped, and numbers, links and account names become one sign each
(`canonical`), so that 1- to 3-grams carry over from one channel to another. A text longer than a
window is scored window by window; the highest counts. The score is calibrated (Platt) on data the
weights never saw.

Source: hashing trick, Weinberger et al. 2009; calibration, Platt 1999. Trainer: linear_train.py.
"""

from __future__ import annotations

import json
import re
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qingjian.core.errors import ConfigError
from qingjian.core.types import Span
from qingjian.detectors.instruments.fold import Codes, Folded, fold

BITS = 18
SIZE = 1 << BITS
WINDOW = 60
"""Canonical code points in a window; the next one starts `WINDOW // 2` later."""
MOST_QUOTED = 24
"""Longest quotation of words that weigh most, in code points."""
_MAGIC = b"qingjian linear 1\n"
_NO_MODEL = (
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    zlib.error,
)
_TOO_LARGE = 1e6

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
        index: `(3, n)` intp: the uni-, bi- and trigram that start at each kept code point, -1 past
            the end.
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


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def grams(text: Folded, signals: frozenset[str] = frozenset()) -> Grams:
    """Give what the model looks at; the n-grams of the last text are remembered per thread."""
    memo: tuple[Folded, NDArray[np.intp]] | None = getattr(_last, "index", None)
    if memo is None or memo[0] is not text:
        codes = _codes(canonical(text.text))
        memo = _last.index = (text, _index(codes[_keep().take(codes)]))
    return Grams(memo[1], signals)


def _index(codes: Codes) -> NDArray[np.intp]:
    n = len(codes)
    index = np.full((3, n), -1, dtype=np.intp)
    one = codes * _M1
    index[0] = one >> _SHIFT
    if n > 1:
        two = one[:-1] * _M2 + one[1:]
        index[1, :-1] = (two * _M3) >> _SHIFT
        if n > 2:
            index[2, :-2] = ((two[:-1] * _M2 + one[2:] + _M1) * _M3) >> _SHIFT
    return index


class Judged(NamedTuple):
    """
    Score in [0, 1], share of n-grams the training data had, best window `[start, end)`.

    The window counts kept code points.
    """

    score: float
    known: float
    window: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Linear:
    """
    Weights with their calibration.

    Args:
        weights: `(SIZE + 1,)` float32; the last is 0 and stands for "no n-gram here".
        bias: intercept of the raw score.
        platt: slope and intercept of the calibration, `score = 1 / (1 + exp(-(a * raw + b)))`.
        about: what it was trained on, thresholds, dates.
        signals: weight of each named fact.
    """

    weights: NDArray[np.float32]
    bias: float
    platt: tuple[float, float] = (1.0, 0.0)
    about: Mapping[str, Any] = field(default_factory=dict)
    signals: Mapping[str, float] = field(default_factory=dict)

    def raw(self, seen: Grams) -> tuple[float, tuple[int, int]]:
        """Give the highest raw score over windows, and that window."""
        n = seen.n
        base = self.bias + sum(self.signals.get(s, 0.0) for s in seen.signals)
        if n == 0:
            return base, (0, 0)
        if n <= WINDOW:
            total = float(self.weights.take(seen.index).sum())
            return base + total / (max(3 * n - 3, 1) ** 0.5), (0, n)
        sums = np.concatenate(
            ([0.0], np.cumsum(self.weights.take(seen.index).sum(axis=0, dtype=np.float64)))
        )
        starts = np.arange(0, n - WINDOW // 2, WINDOW // 2)
        ends = np.minimum(starts + WINDOW, n)
        raws = (sums[ends] - sums[starts]) / np.sqrt(3.0 * (ends - starts) - 3)
        best = int(raws.argmax())
        return base + float(raws[best]), (int(starts[best]), int(ends[best]))

    def judge(self, seen: Grams) -> Judged:
        """Give the calibrated score of a text."""
        raw, window = self.raw(seen)
        a, b = self.platt
        score = 1.0 / (1.0 + float(np.exp(-np.clip(a * raw + b, -30, 30))))
        inside = self.weights.take(seen.index[:2, window[0] : window[1]])
        known = float(np.count_nonzero(inside)) / max(inside.size, 1)
        return Judged(score, known, window)

    def reasons(
        self, text: Folded, window: tuple[int, int], most: int = 5
    ) -> tuple[Span, tuple[str, ...]]:
        """
        Give the range of the original that carries the score, and its words that weigh most.

        The range is the run of code points with the highest sum of n-gram weights in the window.
        """
        body = canonical(text.text)
        codes = _codes(body)
        kept = np.flatnonzero(_keep().take(codes))
        at, until = window
        weight = self.weights.take(_index(codes[kept]))[:, at:until]
        pull = weight[0].astype(np.float64)
        for order in (1, 2):
            part = weight[order] / (order + 1)
            for shift in range(order + 1):
                pull[shift:] += part[: len(part) - shift]
        where = kept[at:until]
        offset = int(where[0])
        back = _back(text.text, offset, int(where[-1]) + 1)
        where = where - offset
        start, end = _best_run(pull - max(0.0, float(pull.mean())))
        first, last = back[where[start]][0], back[where[end - 1]][1]
        words = [_quote(text, back, where, run) for run in _strong_runs(pull, most)]
        return text.span(first, last), tuple(dict.fromkeys(words))


def _back(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Give the range of `text` for each code point of `[first, last)` of `canonical(text)`."""
    back: list[tuple[int, int]] = []
    at = made = 0

    def plain(until: int) -> None:
        """Take code points that stand for themselves, as far as they lie in the range."""
        nonlocal made
        low, high = max(first - made, 0), min(last - made, until - at)
        back.extend((i, i + 1) for i in range(at + low, at + high))
        made += until - at

    for match in _TOKEN.finditer(text):
        if made >= last:
            return back
        plain(match.start())
        at = match.start()
        sign = _sign(match)
        if sign == match[0]:
            plain(match.end())
        else:
            back.extend(match.span() for k in range(len(sign)) if first <= made + k < last)
            made += len(sign)
        at = match.end()
    if made < last:
        plain(len(text))
    return back


def _best_run(pull: NDArray[np.float64]) -> tuple[int, int]:
    """Give the run with the highest sum (Kadane); never empty."""
    best, best_run, total, start = -np.inf, (0, 1), 0.0, 0
    for i, x in enumerate(pull.tolist()):
        if total <= 0:
            total, start = 0.0, i
        total += x
        if total > best:
            best, best_run = total, (start, i + 1)
    return best_run


def _strong_runs(pull: NDArray[np.float64], most: int) -> list[tuple[int, int]]:
    """Give the runs of code points that pull well above the mean, strongest first."""
    high = pull > max(float(pull.mean() + pull.std() * 0.75), 0.0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], high, [False])).astype(np.int8)))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    runs = [r for r in runs if r[1] - r[0] > 1] or runs
    runs.sort(key=lambda r: -float(pull[r[0] : r[1]].sum()))
    return runs[:most]


def _quote(
    text: Folded, back: list[tuple[int, int]], where: NDArray[np.intp], run: tuple[int, int]
) -> str:
    words = text.quote(back[where[run[0]]][0], back[where[run[1] - 1]][1])
    return words if len(words) <= MOST_QUOTED else words[:MOST_QUOTED] + "…"


def load_linear(package: str, name: str) -> Linear:
    """Give the model that lies in a package as `name`."""
    return read_linear(files(package).joinpath(name).read_bytes(), name)


def read_linear(data: bytes, where: str) -> Linear:
    """Give the model of its bytes. Raises ConfigError when they are not a model."""
    if not data.startswith(_MAGIC):
        raise ConfigError(f"{where} is no linear model", "train it with `qingjian train`")
    try:
        head, _, packed = data[len(_MAGIC) :].partition(b"\n")
        about = json.loads(head)
        slope, intercept = about["platt"]
        numbers = [float(x) for x in (about["scale"], about["bias"], slope, intercept)]
        signals = {str(name): float(weight) for name, weight in about["signals"].items()}
        unpacker = zlib.decompressobj()
        quantised = np.frombuffer(unpacker.decompress(packed, SIZE + 1), np.int8)
    except _NO_MODEL as error:
        raise ConfigError(f"{where} is damaged: {error}", "train it again") from None
    if len(quantised) != SIZE or not unpacker.eof or unpacker.unused_data:
        raise ConfigError(f"{where} is damaged: not {SIZE:,} weights", "train it again")
    if not all(abs(x) < _TOO_LARGE for x in (*numbers, *signals.values())):
        raise ConfigError(f"{where} is damaged: a number is out of range", "train it again")
    weights = np.zeros(SIZE + 1, dtype=np.float32)
    weights[:SIZE] = quantised.astype(np.float32) * np.float32(numbers[0])
    return Linear(weights, numbers[1], (numbers[2], numbers[3]), about, signals)


def pack_linear(model: Linear) -> bytes:
    """
    Give the bytes of a model: a JSON head, then one signed byte a weight, deflated.

    They are under 2 MB by construction.
    """
    peak = float(np.abs(model.weights).max()) or 1.0
    scale = peak / 127
    quantised = np.rint(model.weights[:SIZE] / scale).astype(np.int8)
    head = {**model.about, "scale": scale, "bias": model.bias, "platt": list(model.platt)}
    head["signals"] = dict(model.signals)
    line = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
    return _MAGIC + line + b"\n" + zlib.compress(quantised.tobytes(), 9)


def grams_of(text: str) -> Grams:
    """Give the hashed n-grams of a text as it comes."""
    return grams(fold(text))
