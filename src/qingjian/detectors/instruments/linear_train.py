"""
Train a linear model: deterministic, numpy only, the same bytes from the same rows.

Logistic regression with an L2 penalty by L-BFGS over what `grams` gives, on request with each
feature scaled by how much more often it stands in one class than in the other; then Platt's
calibration on rows that were held out. A row's weight balances the classes.

Source: scaling by the log-count ratio, Wang & Manning 2012 (NBSVM); calibration, Platt 1999.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qingjian.core.errors import UsageError
from qingjian.detectors.instruments.grams import SIZE, Grams, grams_of
from qingjian.detectors.instruments.linear import WINDOW, Linear

Vector = NDArray[np.float64]


PREVALENCE = 1 / 3
"""Share of positives for which scores are calibrated: that of our own data."""


class Example(NamedTuple):
    """
    A text, whether it is a positive, named facts about it, and the channel it came through.

    `of` is the text it is a disguised copy of.
    """

    text: str
    positive: bool
    signals: frozenset[str] = frozenset()
    channel: str = ""
    of: str = ""

    @property
    def grams(self) -> Grams:
        """What the model looks at."""
        return Grams(grams_of(self.text).index, self.signals)


class _Sparse(NamedTuple):
    """Rows as flat triples: value `value[k]` stands at row `row[k]`, column `column[k]`."""

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    value: Vector
    rows: int


def _sparse(seen: Sequence[Grams], names: Sequence[str]) -> _Sparse:
    """Give the rows; column `SIZE + k` is the signal `names[k]`, whose value is 1."""
    number = {name: SIZE + k for k, name in enumerate(names)}
    rows, columns, values = [], [], []
    for i, one in enumerate(seen):
        flat = one.index[one.index >= 0]
        said = np.array([number[s] for s in sorted(one.signals)], dtype=np.intp)
        rows.append(np.full(len(flat) + len(said), i, dtype=np.intp))
        columns += [flat, said]
        values += [np.full(len(flat), 1.0 / max(3 * one.n - 3, 1) ** 0.5), np.ones(len(said))]
    return _Sparse(np.concatenate(rows), np.concatenate(columns), np.concatenate(values), len(seen))


def _ratios(x: _Sparse, packed: NDArray[np.intp], target: Vector, size: int) -> Vector:
    """
    Give for each used column the log of how much oftener positives have it, in -1 … 1.

    Rows that have it are counted, once each, and one more on either side.
    """
    there = np.unique(x.row * size + packed)
    row, column = there // size, there % size
    with_, without = (np.bincount(column, kind[row], size) + 1.0 for kind in (target, 1.0 - target))
    ratio = np.log(with_ / with_.sum()) - np.log(without / without.sum())
    scaled: Vector = ratio / max(float(np.abs(ratio).max()), 1e-9)
    return scaled


def train(
    examples: Sequence[Example],
    *,
    penalty: float = 1.0,
    steps: int = 200,
    about: Mapping[str, Any],
    window: int = WINDOW,
    scaled: bool = False,
) -> Linear:
    """
    Give an uncalibrated model.

    Args:
        examples: at least one of each class.
        penalty: weight of the L2 term; higher is smoother.
        steps: most L-BFGS steps.
        about: what to write into the model.
        window: of the model.
        scaled: whether features are scaled by their log-count ratio: better on texts like those
            that train, a little worse on others.

    Raises UsageError when a class is missing. Cost: about 2 s for 5,000 short texts.
    """
    target = np.array([1.0 if e.positive else 0.0 for e in examples])
    positives = float(target.sum())
    if not 0 < positives < len(target):
        raise UsageError(
            "training needs rows of both classes", f"{int(positives)} of {len(target)} are positive"
        )
    names = sorted({name for e in examples for name in e.signals})
    x = _sparse([e.grams for e in examples], names)
    used, packed = np.unique(x.column, return_inverse=True)
    scale = np.ones(len(used))
    if scaled:
        scale = np.where(used < SIZE, _ratios(x, packed, target, len(used)), 1.0)
    value = x.value * scale[packed]
    weight = np.where(
        target > 0, len(target) / (2 * positives), len(target) / (2 * (len(target) - positives))
    )

    def loss(parameters: Vector) -> tuple[float, Vector]:
        w, bias = parameters[:-1], parameters[-1]
        z = np.bincount(x.row, value * w[packed], x.rows) + bias
        sure = np.clip(z, -35, 35)
        error = (1 / (1 + np.exp(-sure)) - target) * weight
        lost = float(
            (weight * (np.logaddexp(0, sure) - target * sure)).sum() + penalty / 2 * (w @ w)
        )
        slope = np.bincount(packed, value * error[x.row], len(used)) + penalty * w
        return lost, np.append(slope, error.sum())

    best = _lbfgs(loss, np.zeros(len(used) + 1), steps)
    every = np.zeros(SIZE + len(names), dtype=np.float64)
    every[used] = best[:-1] * scale
    weights = np.append(every[:SIZE], 0.0).astype(np.float32)
    signals = {name: round(float(every[SIZE + k]), 6) for k, name in enumerate(names)}
    return Linear(weights, float(best[-1]), about=about, signals=signals, window=window)


def _lbfgs(
    loss: Callable[[Vector], tuple[float, Vector]], x: Vector, steps: int, memory: int = 8
) -> Vector:
    """
    Minimise a smooth convex function; two-loop recursion, halving line search.

    Source: Nocedal & Wright, Numerical Optimization, algorithm 7.5.
    """
    value, slope = loss(x)
    past: list[tuple[Vector, Vector, float]] = []
    for _ in range(steps):
        down = slope.copy()
        alphas = []
        for s, y, rho in reversed(past):
            alpha = rho * float(s @ down)
            alphas.append(alpha)
            down -= alpha * y
        if past:
            s, y, _rho = past[-1]
            down *= float(s @ y) / float(y @ y)
        for (s, y, rho), alpha in zip(past, reversed(alphas), strict=True):
            down += s * (alpha - rho * float(y @ down))
        drop = float(slope @ down)
        step = 1.0 if past else 1.0 / max(1.0, float(np.abs(slope).sum()))
        for _halving in range(30):
            ahead = x - step * down
            new_value, new_slope = loss(ahead)
            if new_value <= value - 1e-4 * step * drop:
                break
            step /= 2
        else:
            return x
        s, y = ahead - x, new_slope - slope
        if float(s @ y) > 1e-10:
            past = [*past[-(memory - 1) :], (s, y, 1 / float(s @ y))]
        settled = value - new_value < 1e-7 * max(1.0, abs(value))
        x, value, slope = ahead, new_value, new_slope
        if settled:
            break
    return x


def calibrate(model: Linear, held_out: Sequence[Example]) -> Linear:
    """
    Give the model with Platt's calibration fitted on rows its weights never saw.

    Raises UsageError as `train`.
    """
    raw = np.array([model.raw(e.grams)[0] for e in held_out])
    return replace(model, platt=platt(raw, np.array([e.positive for e in held_out], dtype=bool)))


def platt(raw: Vector, target: NDArray[np.bool_]) -> tuple[float, float]:
    """
    Give slope and intercept of the calibration of raw scores, for a share of PREVALENCE positives.

    Targets are smoothed as Platt does, so a small set cannot make the score certain.
    Raises UsageError when a class is missing.
    """
    positives, negatives = int(target.sum()), int((~target).sum())
    if not positives or not negatives:
        raise UsageError("calibration needs rows of both classes")
    goal = np.where(target, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    weight = np.where(target, PREVALENCE / positives, (1 - PREVALENCE) / negatives)

    def loss(parameters: Vector) -> tuple[float, Vector]:
        z = np.clip(parameters[0] * raw + parameters[1], -35, 35)
        error = (1 / (1 + np.exp(-z)) - goal) * weight
        return float((weight * (np.logaddexp(0, z) - goal * z)).sum()), np.array(
            [(error * raw).sum(), error.sum()]
        )

    a, b = _lbfgs(loss, np.array([1.0, 0.0]), 200)
    return float(a), float(b)
