"""
Numbers with intervals.

All take `truth` `(n,)` bool and, where a score counts, `score` `(n,)` float; intervals are 95 %
percentile bootstrap over rows, 1,000 draws with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from qingjian.core.card import Interval

Truth = NDArray[np.bool_]
Score = NDArray[np.float64]
DRAWS = 1000


def precision(truth: Truth, hit: Truth) -> float:
    """Give the share of hits that are true; nan without hits or without any true row."""
    return float(truth[hit].mean()) if hit.any() and truth.any() else float("nan")


def recall(truth: Truth, hit: Truth) -> float:
    """Give the share of true rows that are hit; nan without true rows."""
    return float(hit[truth].mean()) if truth.any() else float("nan")


def false_positive_rate(truth: Truth, hit: Truth) -> float:
    """Give the share of untrue rows that are hit; nan without untrue rows."""
    return float(hit[~truth].mean()) if (~truth).any() else float("nan")


def auroc(truth: Truth, score: Score) -> float:
    """Give the chance that a true row scores above an untrue one, ties half; nan without both."""
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((rank[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def recall_at(truth: Truth, score: Score, rate: float = 0.01) -> float:
    """Give the recall at the lowest threshold with at most `rate` false positives on these rows."""
    if not truth.any() or truth.all():
        return float("nan")
    wrong = np.sort(score[~truth])[::-1]
    allowed = int(np.floor(rate * len(wrong)))
    threshold = wrong[allowed] if allowed < len(wrong) else -np.inf
    return float((score[truth] > threshold).mean())


def ece(truth: Truth, score: Score, bins: int = 10) -> float:
    """Give the expected calibration error over bins of equal width; nan without rows."""
    if not len(score):
        return float("nan")
    which = np.minimum((score * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        inside = which == b
        if inside.any():
            total += float(inside.mean()) * abs(
                float(score[inside].mean()) - float(truth[inside].mean())
            )
    return total


def with_interval(measure: Callable[..., float], *columns: NDArray[np.generic]) -> Interval:
    """Give a measure over rows with its interval; draws where it is undefined are left out."""
    n = len(columns[0])
    if not n:
        return (float("nan"),) * 3
    value = measure(*columns)
    random = np.random.default_rng(20261122)
    draws = []
    for _ in range(DRAWS):
        take = random.integers(0, n, n)
        draws.append(measure(*(c[take] for c in columns)))
    known = np.array([d for d in draws if not np.isnan(d)])
    if not len(known):
        return (value, float("nan"), float("nan"))
    low, high = np.percentile(known, (2.5, 97.5))
    return (value, float(low), float(high))


def rates(recall_: float, false_positive: float) -> Mapping[str, float]:
    """
    Give what a team would see at 0.1 % and 1 % true items: reviews per 100,000, and precision.
    """
    out: dict[str, float] = {}
    for name, share in (("0.1%", 0.001), ("1%", 0.01)):
        good, bad = share * recall_, (1 - share) * false_positive
        out[f"reviews_per_100000_at_{name}"] = round(100_000 * (good + bad), 1)
        out[f"precision_at_{name}"] = (
            round(good / (good + bad), 4) if good + bad > 0 else float("nan")
        )
    return out
