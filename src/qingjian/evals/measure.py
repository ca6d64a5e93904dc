"""
One detector on rows of known truth.

A row is hit when it has an unopposed finding. An abstention is no hit and is counted; where a score
is needed it stands at 0, which can only make the result worse.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qingjian.core.errors import Abstain, ConfigError
from qingjian.core.known import Known
from qingjian.core.registry import Detector
from qingjian.core.types import ROLES, About, Conversation, Document, Item, Role, Text, Turn
from qingjian.evals import metrics


@dataclass(frozen=True, slots=True)
class Row:
    """An item and its truth; `blind` when a writer wrote it who knew the card's `finds` alone."""

    item: Item
    positive: bool
    blind: bool = False


def rows(path: Path) -> Iterator[Row]:
    """Give the rows of a data file. Raises ConfigError with the line that is wrong."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield row(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ConfigError(
                    f"{path}:{number}: {error!r}", "see evals/data/README.md for the fields"
                ) from None


def _role(name: str) -> Role:
    found = next((role for role in ROLES if role == name), None)
    if found is None:
        raise ValueError(f"no role {name!r}")
    return found


def row(raw: Mapping[str, Any]) -> Row:
    """Give one row of a data file. Raises ValueError, KeyError, TypeError, AttributeError."""
    about = raw.get("about", {})
    role = _role(about["role"]) if about.get("role") in ROLES else None
    told = About(role=role, channel=about.get("channel"), at=about.get("at"))
    item: Item
    if raw.get("kind") == "document":
        data = base64.b64decode(raw["base64"]) if "base64" in raw else None
        item = Document(
            id=raw["id"], about=told, source=data, format=raw["format"], body=raw.get("text", "")
        )
    elif "turns" in raw:
        turns = tuple(Turn(_role(turn["role"]), turn["text"]) for turn in raw["turns"])
        item = Conversation(id=raw["id"], about=told, turns=turns)
    else:
        sources = tuple(raw.get("sources", ()))
        known = tuple(Known(**one) for one in raw["known"]) if "known" in raw else None
        item = Text(id=raw["id"], about=told, body=raw["text"], sources=sources, known=known)
    if raw["label"] not in (0, 1):
        raise ValueError(f"label must be 0 or 1, it is {raw['label']!r}")
    return Row(item, bool(raw["label"]), bool(raw.get("blind", False)))


@dataclass(frozen=True, slots=True)
class Seen:
    """Columns over rows: truth, hit, score (nan for rule detectors), abstained; and time a row."""

    truth: metrics.Truth
    hit: metrics.Truth
    score: metrics.Score
    abstained: metrics.Truth
    p95_ms: float


def look(detector: Detector[Any], judged: Sequence[Row]) -> Seen:
    """Run a detector over rows."""
    scan = detector.build()
    n = len(judged)
    hit, abstained = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    score = np.full(n, np.nan)
    took = np.zeros(n)
    for i, row in enumerate(judged):
        started = time.perf_counter()
        try:
            seen = scan(row.item)
        except Abstain:
            abstained[i] = True
        else:
            hit[i] = any(not f.against for f in seen.findings)
            score[i] = seen.score
        took[i] = time.perf_counter() - started
    if detector.card.scoring:
        score = np.nan_to_num(score, nan=0.0)
    truth = np.array([r.positive for r in judged], dtype=bool)
    return Seen(
        truth, hit, score, abstained, round(float(np.percentile(took, 95)) * 1000, 3) if n else 0.0
    )


def quality(name: str, detector: Detector[Any], judged: Iterable[Row]) -> dict[str, Any]:
    """Give the quality of a detector on one set as JSON values; triples are value, low, high."""
    listed = list(judged)
    seen = look(detector, listed)
    values: dict[str, Any] = {
        "precision": metrics.with_interval(metrics.precision, seen.truth, seen.hit),
        "recall": metrics.with_interval(metrics.recall, seen.truth, seen.hit),
        "false_positive_rate": metrics.with_interval(
            metrics.false_positive_rate, seen.truth, seen.hit
        ),
        "coverage": metrics.with_interval(
            lambda x: float(1 - x.mean()), seen.abstained.astype(float)
        ),
    }
    if detector.card.scoring:
        values["auroc"] = metrics.with_interval(metrics.auroc, seen.truth, seen.score)
        values["recall_at_1%_fpr"] = metrics.with_interval(
            metrics.recall_at, seen.truth, seen.score
        )
        values["ece"] = metrics.with_interval(metrics.ece, seen.truth, seen.score)
    rate = metrics.rates(values["recall"][0], values["false_positive_rate"][0])
    return {
        "set": name,
        "n": len(listed),
        "positives": int(seen.truth.sum()),
        "metrics": {k: [_plain(x) for x in v] for k, v in values.items()},
        "rates": {k: _plain(v) for k, v in rate.items()},
        "p95_ms": seen.p95_ms,
    }


def _plain(x: float) -> float | None:
    return None if np.isnan(x) else round(float(x), 4)
