"""
The recipe of a linear detector's weights: train, calibrate, set the threshold, rows kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from qingjian.core.card import Card
from qingjian.core.clock import today
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.linear import Linear
from qingjian.detectors.instruments.linear_train import Example
from qingjian.detectors.instruments.pack import load_pack
from qingjian.evals.transfer import fit, held_out, scores, threshold_at


def signalled(card: Card, rows: Sequence[Example]) -> list[Example]:
    """Give the rows with the signals that the detector's model weighs, or as they are."""
    if not card.signals:
        return list(rows)
    lexicon = Lexicon(load_pack(f"qingjian.detectors.{card.id.partition('.')[0]}", card.signals))
    return [e._replace(signals=lexicon.signals(e.text)) for e in rows]


def recipe(
    rows: Sequence[Example],
    *,
    also: Sequence[Example] = (),
    rate: float,
    penalty: float,
    about: Mapping[str, Any],
) -> Linear:
    """
    Give a model ready to ship.

    Args:
        rows: rows that train; a fifth of them, by hash, calibrates and sets the threshold.
        also: rows that train and calibrate, but are too easy to set a threshold.
        rate: false positives allowed on the fifth of `rows`.
        penalty: of the trainer.
        about: what to write into the model beside threshold, date and counts.
    """
    model, _ = fit([*rows, *also], penalty, {})
    held = [e for e in rows if held_out(e)]
    threshold = threshold_at(model, held, rate)
    score = scores(model, held)
    truth = np.array([e.positive for e in held], dtype=bool)
    said = {
        **about,
        "threshold": round(threshold, 6),
        "trained_at": today(),
        "rows": len(rows) + len(also),
        "positives": sum(e.positive for e in (*rows, *also)),
        "penalty": penalty,
        "held_out": {
            "n": len(held),
            "recall": round(float((score[truth] > threshold).mean()), 4),
            "false_positive_rate": round(float((score[~truth] > threshold).mean()), 4),
        },
    }
    return replace(model, about=said)
