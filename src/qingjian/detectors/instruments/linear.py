"""
A linear model over hashed characters: fast, small, and able to show which words moved it.

It looks at `grams`. A text longer than a window is scored window by window; the highest counts. The
score is calibrated (Platt) on data the weights never saw, for each channel that had enough of it.

Source: calibration, Platt 1999. Trainer: linear_train.py.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qingjian.core.errors import ConfigError
from qingjian.core.types import Span
from qingjian.detectors.instruments.fold import Folded
from qingjian.detectors.instruments.grams import (
    ORDERS,
    SIZE,
    Grams,
    back,
    canonical,
    index,
    letters,
)

WINDOW = 60
"""Kept code points in a window where a model says nothing else."""
MOST_QUOTED = 24
"""Longest quotation of words that weigh most, in code points."""
_MAGIC = b"qingjian linear 2\n"
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


class Reading(NamedTuple):
    """
    How raw scores read in a channel.

    Args:
        platt: slope and intercept, `score = 1 / (1 + exp(-(slope * raw + intercept)))`.
        threshold: the score of a hit.
        doubt: the score from which people should look; at most `threshold`.
    """

    platt: tuple[float, float] = (1.0, 0.0)
    threshold: float = 0.5
    doubt: float = 0.5

    def score(self, raw: float) -> float:
        """Give the calibrated score, in [0, 1]."""
        slope, intercept = self.platt
        return 1.0 / (1.0 + math.exp(-min(max(slope * raw + intercept, -30.0), 30.0)))

    def in_doubt(self, score: float) -> str:
        """Give what speaks against a finding whose score is below the threshold."""
        return f"in doubt: score {score:.2f}, a hit from {self.threshold:.2f}"


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
        platt: calibration of channels that have none of their own, as in `Reading`.
        about: what it was trained on, thresholds, dates.
        signals: weight of each named fact.
        window: kept code points in a window; the next one starts half a window later.
        channels: how raw scores read in a channel, by its name.
    """

    weights: NDArray[np.float32]
    bias: float
    platt: tuple[float, float] = (1.0, 0.0)
    about: Mapping[str, Any] = field(default_factory=dict)
    signals: Mapping[str, float] = field(default_factory=dict)
    window: int = WINDOW
    channels: Mapping[str, Reading] = field(default_factory=dict)

    def reading(self, channel: str | None = None) -> Reading:
        """Give how raw scores read in a channel."""
        return self.channels.get(channel or "", self._elsewhere)

    @cached_property
    def _elsewhere(self) -> Reading:
        """How raw scores read in a channel without a calibration of its own."""
        threshold = float(self.about.get("threshold", 0.5))
        return Reading(self.platt, threshold, float(self.about.get("doubt", threshold)))

    def raw(self, seen: Grams) -> tuple[float, tuple[int, int]]:
        """Give the highest raw score over windows, and that window."""
        raw, window, _ = self._raw(seen)
        return raw, window

    def _raw(self, seen: Grams) -> tuple[float, tuple[int, int], NDArray[np.float32]]:
        """Give the highest raw score over windows, that window, and the weight of every n-gram."""
        n, window = seen.n, self.window
        base = self.bias
        for name in seen.signals:
            base += self.signals.get(name, 0.0)
        weight = self.weights.take(seen.index)
        if n <= window:
            total = float(weight.sum()) / max(3 * n - 3, 1) ** 0.5 if n else 0.0
            return base + total, (0, n), weight
        sums = np.zeros(n + 1)
        np.cumsum(weight.sum(axis=0, dtype=np.float64), out=sums[1:])
        starts = np.arange(0, n - window // 2, window // 2)
        ends = np.minimum(starts + window, n)
        raws = (sums[ends] - sums[starts]) / np.sqrt(3.0 * (ends - starts) - 3)
        best = int(raws.argmax())
        return base + float(raws[best]), (int(starts[best]), int(ends[best])), weight

    def judge(self, seen: Grams, channel: str | None = None) -> Judged:
        """Give the score of a text, calibrated for its channel."""
        raw, (start, end), weight = self._raw(seen)
        inside = weight[:2, start:end]
        known = np.count_nonzero(inside) / max(inside.size, 1)
        return Judged(self.reading(channel).score(raw), known, (start, end))

    def reasons(
        self, text: Folded, window: tuple[int, int], most: int = 5
    ) -> tuple[Span, tuple[str, ...]]:
        """
        Give the range of the original that carries the score, and its words that weigh most.

        The range is the run of code points with the highest sum of n-gram weights in the window.
        """
        seen = letters(canonical(text.text))
        at, until = window
        weight = self.weights.take(index(seen))[:, at:until]
        pull = weight[[0, *range(ORDERS, len(weight))]].sum(axis=0, dtype=np.float64)
        for order in (1, 2):
            part = weight[order] / (order + 1)
            for shift in range(order + 1):
                pull[shift:] += part[: len(part) - shift]
        where = seen.at[at:until]
        offset = int(where[0])
        ranges = back(text.text, offset, int(where[-1]) + 1)
        where = where - offset
        start, end = _best_run(pull - max(0.0, float(pull.mean())))
        first, last = ranges[where[start]][0], ranges[where[end - 1]][1]
        words = [_quote(text, ranges, where, run) for run in _strong_runs(pull, most)]
        return text.span(first, last), tuple(dict.fromkeys(words))


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
    text: Folded, ranges: list[tuple[int, int]], where: NDArray[np.intp], run: tuple[int, int]
) -> str:
    words = text.quote(ranges[where[run[0]]][0], ranges[where[run[1] - 1]][1])
    return words if len(words) <= MOST_QUOTED else words[:MOST_QUOTED] + "…"


def load_linear(package: str, name: str) -> Linear:
    """Give the model that lies in a package as `name`."""
    return read_linear(files(package).joinpath(name).read_bytes(), name)


def own_linear(path: str) -> Linear:
    """Give the model in a file of one's own. Raises ConfigError when it cannot be read."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror or error}", "train it with `qingjian train`"
        ) from None
    return read_linear(data, path)


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
        window = int(about["window"])
        channels = {
            str(name): Reading(
                (float(one["platt"][0]), float(one["platt"][1])),
                float(one["threshold"]),
                float(one["doubt"]),
            )
            for name, one in about["channels"].items()
        }
        unpacker = zlib.decompressobj()
        quantised = np.frombuffer(unpacker.decompress(packed, SIZE + 1), np.int8)
    except _NO_MODEL as error:
        raise ConfigError(f"{where} is damaged: {error}", "train it again") from None
    if len(quantised) != SIZE or not unpacker.eof or unpacker.unused_data:
        raise ConfigError(f"{where} is damaged: not {SIZE:,} weights", "train it again")
    for one in channels.values():
        numbers += [*one.platt, one.threshold, one.doubt]
    if not all(abs(x) < _TOO_LARGE for x in (*numbers, *signals.values())) or window < 2:
        raise ConfigError(f"{where} is damaged: a number is out of range", "train it again")
    weights = np.zeros(SIZE + 1, dtype=np.float32)
    weights[:SIZE] = quantised.astype(np.float32) * np.float32(numbers[0])
    return Linear(weights, numbers[1], (numbers[2], numbers[3]), about, signals, window, channels)


def pack_linear(model: Linear) -> bytes:
    """
    Give the bytes of a model: a JSON head, then one signed byte a weight, deflated.

    They are under 2 MB by construction.
    """
    peak = float(np.abs(model.weights).max()) or 1.0
    scale = peak / 127
    quantised = np.rint(model.weights[:SIZE] / scale).astype(np.int8)
    head = {**model.about, "scale": scale, "bias": model.bias, "platt": list(model.platt)}
    head |= {"signals": dict(model.signals), "window": model.window}
    head["channels"] = {name: one._asdict() for name, one in model.channels.items()}
    line = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
    return _MAGIC + line + b"\n" + zlib.compress(quantised.tobytes(), 9)
