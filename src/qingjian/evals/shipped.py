"""
The recipe of a linear detector's weights: train, calibrate, set the threshold, all on rows kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from qingjian.core.clock import today
from qingjian.detectors.instruments.linear import Linear
from qingjian.detectors.instruments.linear_train import Example
from qingjian.evals.transfer import fit, scores, threshold_at


def recipe(
    rows: Sequence[Example], *, rate: float, penalty: float, about: Mapping[str, Any]
) -> Linear:
    """
    Give a model ready to ship.

    Args:
        rows: every row that may train; a fifth of them, by hash, calibrates and sets the threshold.
        rate: false positives allowed on that fifth.
        penalty: of the trainer.
        about: what to write into the model beside threshold, date and counts.
    """
    model, held = fit(rows, penalty, {})
    threshold = threshold_at(model, held, rate)
    score = scores(model, held)
    truth = np.array([e.positive for e in held], dtype=bool)
    said = {
        **about,
        "threshold": round(threshold, 6),
        "trained_at": today(),
        "rows": len(rows),
        "positives": sum(e.positive for e in rows),
        "penalty": penalty,
        "held_out": {
            "n": len(held),
            "recall": round(float((score[truth] > threshold).mean()), 4),
            "false_positive_rate": round(float((score[~truth] > threshold).mean()), 4),
        },
    }
    return replace(model, about=said)
