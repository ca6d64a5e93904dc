"""
The recipe of a linear detector's weights: five parts, each scored by a model of the other four.

The scores so made calibrate the model of all rows, give its thresholds, and say how it does on rows
it never saw; no row is lost to calibration.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qingjian.core.card import Card
from qingjian.core.errors import UsageError
from qingjian.core.hashing import sha256
from qingjian.core.types import Conversation
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.linear import WINDOW, Linear, Reading
from qingjian.detectors.instruments.linear_train import Example, platt, train
from qingjian.detectors.instruments.pack import load_pack
from qingjian.evals.evasions import EVASIONS, FOLDED_AWAY, evaded
from qingjian.evals.metrics import auroc
from qingjian.evals.transfer import part

PARTS = 5
LEAST_OF_A_CLASS = 100
"""Rows of each class that a channel needs for a calibration of its own."""
DOUBT = 4.0
"""Doubt begins where this many times the allowed false positives would be hits."""
TALK_WINDOW = 240
"""Kept code points in a window of a model that hears conversations."""


def window_of(card: Card) -> int:
    """Give the window of a detector's model."""
    return TALK_WINDOW if issubclass(card.reads, Conversation) else WINDOW


def signalled(card: Card, rows: Sequence[Example]) -> list[Example]:
    """Give the rows with the signals that the detector's model weighs, or as they are."""
    if not card.signals:
        return list(rows)
    lexicon = Lexicon(load_pack(f"qingjian.detectors.{card.id.partition('.')[0]}", card.signals))
    return [e._replace(signals=lexicon.signals(e.text)) for e in rows]


def rows_hash(rows: Sequence[Example]) -> str:
    """Give the hash of texts and labels, whatever their order."""
    lines = sorted(f"{int(e.positive)} {e.text}" for e in rows)
    return sha256("\n".join(lines).encode("utf-8", "surrogatepass"))[:32]


class Crossed(NamedTuple):
    """Raw scores of rows by models that never saw them, their truth, and channel."""

    raw: NDArray[np.float64]
    truth: NDArray[np.bool_]
    channel: NDArray[np.str_]

    def of(self, chosen: NDArray[np.bool_]) -> Crossed:
        """Give some of the rows."""
        return Crossed(self.raw[chosen], self.truth[chosen], self.channel[chosen])


def disguised(rows: Sequence[Example], copies: int = 1) -> list[Example]:
    """
    Give copies of rows, each in another disguise, positives and negatives alike.

    So a disguise hides little that the model knows, and is no sign of guilt by itself. A copy goes
    where its row goes when rows are parted.
    """
    ways = [name for name in EVASIONS if name not in FOLDED_AWAY]
    return [
        e._replace(text=evaded(e.text, ways[(part(e.text, len(ways)) + k) % len(ways)]), of=e.text)
        for e in rows
        for k in range(copies)
    ]


def crossed(
    rows: Sequence[Example],
    also: Sequence[Example],
    penalty: float,
    window: int = WINDOW,
    scaled: bool = False,
) -> Crossed:
    """Give for each of `rows` its score by a model of the other parts of `rows` and `also`."""
    every = [*rows, *also]
    parts = np.array([part(e.of or e.text, PARTS) for e in every])
    raw = np.zeros(len(rows))
    for number in range(PARTS):
        rest = [e for e, p in zip(every, parts, strict=True) if p != number]
        model = train(rest, penalty=penalty, about={}, window=window, scaled=scaled)
        for i in np.flatnonzero(parts[: len(rows)] == number):
            raw[i] = model.raw(every[i].grams)[0]
    truth = np.array([e.positive for e in rows], dtype=bool)
    return Crossed(raw, truth, np.array([e.channel for e in rows], dtype=np.str_))


def reading(seen: Crossed, rate: float) -> Reading:
    """
    Give calibration and thresholds of rows: at most `rate` of the untrue ones are hits.

    Raises UsageError when a class is missing.
    """
    if seen.truth.all():
        raise UsageError("no untrue row was held out", "a threshold needs more untrue rows")
    made = Reading(platt(seen.raw, seen.truth))
    wrong = np.sort([made.score(x) for x in seen.raw[~seen.truth]])[::-1]

    def at(share: float) -> float:
        return float(np.nextafter(wrong[min(int(share * len(wrong)), len(wrong) - 1)], 2.0))

    return made._replace(threshold=at(rate), doubt=min(at(min(rate * DOUBT, 1.0)), at(rate)))


class Trial(NamedTuple):
    """Ways to train, and the area under the curve on rows no model saw."""

    auroc: float
    penalty: float
    scaled: bool


def tried(
    rows: Sequence[Example], window: int = WINDOW, penalties: Sequence[float] = (0.003, 0.01, 0.03)
) -> list[Trial]:
    """Give every way to train that is worth trying, best first; cost: six times `crossed`."""
    trials = []
    for penalty in penalties:
        for scaled in (False, True):
            seen = crossed(rows, (), penalty, window, scaled)
            trials.append(Trial(round(auroc(seen.truth, seen.raw), 4), penalty, scaled))
    return sorted(trials, key=lambda t: -t.auroc)


def recipe(
    rows: Sequence[Example],
    *,
    also: Sequence[Example] = (),
    rate: float,
    penalty: float,
    about: Mapping[str, Any],
    window: int = WINDOW,
    scaled: bool = False,
) -> Linear:
    """
    Give a model ready to ship.

    Args:
        rows: rows that train, calibrate and set the thresholds, of all channels and of each that
            has enough.
        also: rows that train but set no threshold: too easy, or disguised copies.
        rate: false positives allowed on `rows`.
        penalty: of the trainer.
        about: what to write into the model beside thresholds, date and counts.
        window, scaled: of the trainer.

    Raises UsageError when a class is missing.
    """
    seen = crossed(rows, also, penalty, window, scaled)
    whole = reading(seen, rate)
    channels: dict[str, Reading] = {}
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for name in sorted(set(seen.channel.tolist()) - {""}):
        of = seen.of(seen.channel == name)
        positives = int(of.truth.sum())
        counts[name] = {"n": len(of.truth), "positives": positives}
        if min(positives, len(of.truth) - positives) >= LEAST_OF_A_CLASS:
            channels[name] = reading(of, rate)
    own = [channels.get(name, whole) for name in seen.channel.tolist()]
    hit = np.array(
        [one.score(x) >= one.threshold for one, x in zip(own, seen.raw, strict=True)], dtype=bool
    )
    said = {
        **about,
        "threshold": whole.threshold,
        "doubt": whole.doubt,
        "rows_hash": rows_hash([*rows, *also]),
        "rows": len(rows),
        "positives": sum(e.positive for e in rows),
        "also": len(also),
        "penalty": penalty,
        "rate": rate,
        "rows_of_channels": dict(counts),
        "held_out": {
            "n": len(rows),
            "recall": round(float(hit[seen.truth].mean()), 4),
            "false_positive_rate": round(float(hit[~seen.truth].mean()), 4),
        },
    }
    model = train([*rows, *also], penalty=penalty, about=said, window=window, scaled=scaled)
    return replace(model, platt=whole.platt, channels=channels)
