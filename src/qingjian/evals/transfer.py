"""
How far a linear detector carries: trained on all sources but one, judged on that one.

The weights made here are for measuring only and are thrown away. Each source gives at most `MOST`
rows, so that none outvotes the rest; a fifth of the training rows is held out to calibrate and to
set the threshold at 1 % false positives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qingjian.core.errors import UsageError
from qingjian.core.types import ROLES, Conversation, Role
from qingjian.detectors.instruments.linear import Linear
from qingjian.detectors.instruments.linear_train import Example, calibrate, train
from qingjian.detectors.instruments.spoken import spoken
from qingjian.evals import metrics
from qingjian.evals.measure import Row, row

MOST = 3000


def part(text: str, parts: int) -> int:
    """Give a number in `[0, parts)` that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % parts


def example(row: Row, hears: tuple[Role, ...] = ROLES) -> Example:
    """Give a row as a training example: a text's body, or what is said in a conversation."""
    item = row.item
    text = spoken(item, hears).text if isinstance(item, Conversation) else item.body  # type: ignore[attr-defined]  # texts and conversations only
    return Example(text, row.positive, channel=item.about.channel or "")


def examples(rows: Sequence[Row], most: int | None = None) -> list[Example]:
    """Give rows as training examples; the `most` first by hash, so the choice never changes."""
    listed = [example(r) for r in rows]
    if most is not None and len(listed) > most:
        listed = sorted(listed, key=lambda e: hashlib.sha256(e.text.encode()).digest())[:most]
    return listed


def held_out(example: Example) -> bool:
    """Whether an example calibrates instead of training: one in five, by its text alone."""
    return part(example.text, 5) == 0


def fit(
    rows: Sequence[Example], penalty: float, about: Mapping[str, Any]
) -> tuple[Linear, list[Example]]:
    """Give a calibrated model, and the fifth of the rows that calibrated it."""
    held = [e for e in rows if held_out(e)]
    rest = [e for e in rows if not held_out(e)]
    return calibrate(train(rest, penalty=penalty, about=about), held), held


def scores(model: Linear, rows: Sequence[Example]) -> metrics.Score:
    """Give the calibrated score of each row."""
    return np.array([model.judge(e.grams).score for e in rows])


def threshold_at(model: Linear, rows: Sequence[Example], rate: float) -> float:
    """
    Give the score that at most `rate` of the untrue rows exceed.

    Raises UsageError when there is no untrue row.
    """
    if all(e.positive for e in rows):
        raise UsageError("no untrue row was held out", "a threshold needs more untrue rows")
    wrong = np.sort(scores(model, [e for e in rows if not e.positive]))[::-1]
    return float(wrong[min(int(rate * len(wrong)), len(wrong) - 1)])


def leave_one_out(
    sources: Mapping[str, Sequence[Row]],
    judged: Mapping[str, Sequence[Row]],
    benign: Sequence[Row],
    penalty: float,
) -> list[dict[str, Any]]:
    """
    Give one result a source that was left out.

    Args:
        sources: every source by name.
        judged: what is judged under a source's name, when it differs from how it trains (masks
            mapped and not).
        benign: rows on which any finding is wrong.
        penalty: of the trainer.
    """
    out = []
    for name in sources:
        rest = [e for other, rows in sources.items() if other != name for e in examples(rows, MOST)]
        model, held = fit(rest, penalty, {})
        threshold = threshold_at(model, held, 0.01)
        benign_hits = scores(model, examples(benign)) > threshold
        for label, rows in judged.items():
            if label.split("_")[0] != name:
                continue
            test = examples(rows)
            truth = np.array([e.positive for e in test], dtype=bool)
            score = scores(model, test)
            out.append(
                {
                    "left_out": label,
                    "trained_on": [o for o in sources if o != name],
                    "n": len(test),
                    "positives": int(truth.sum()),
                    "metrics": {
                        "auroc": _triple(metrics.with_interval(metrics.auroc, truth, score)),
                        "recall": _triple(
                            metrics.with_interval(metrics.recall, truth, score > threshold)
                        ),
                        "false_positive_rate": _triple(
                            metrics.with_interval(
                                metrics.false_positive_rate, truth, score > threshold
                            )
                        ),
                        "recall_at_1%_fpr": _triple(
                            metrics.with_interval(metrics.recall_at, truth, score)
                        ),
                        "ece": _triple(metrics.with_interval(metrics.ece, truth, score)),
                        "benign_findings": _triple(
                            metrics.with_interval(
                                lambda h: float(h.mean()), benign_hits.astype(float)
                            )
                        ),
                    },
                }
            )
    return out


def _triple(values: tuple[float, float, float]) -> list[float | None]:
    return [None if np.isnan(v) else round(float(v), 4) for v in values]


def read_examples(
    path: Path, needs_label: bool = True, hears: tuple[Role, ...] = ROLES
) -> list[Example]:
    """
    Give the examples of a JSON Lines file: `text`, or `turns` of a conversation, and `label`.

    Where `about` names a channel, it is kept. Raises UsageError with the line that is wrong.
    """
    listed = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                raw = json.loads(line)
                label = raw["label"] if needs_label else 0
                listed.append(example(row({"id": "", **raw, "label": int(label)}), hears))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UsageError(
                    f"{path}:{number}: {error!r}", 'write {"text": …, "label": 0 or 1}'
                ) from None
    return listed
