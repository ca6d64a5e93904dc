"""
A detector's result file: its own data, and for the linear ones how far the shipped weights carry.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from qingjian.core.clock import today
from qingjian.core.errors import NotFound, UsageError
from qingjian.core.hashing import sha256
from qingjian.core.registry import Detector
from qingjian.core.types import Conversation, Text, Turn
from qingjian.detectors.instruments.linear import Linear, load_linear
from qingjian.evals import results, sets
from qingjian.evals.evasions import kept_recall
from qingjian.evals.measure import Row, quality, rows
from qingjian.evals.transfer import leave_one_out

TRANSFER_KEYS = ("shipped", "leave_one_out", "transfer_note", "transfer_code_hash")
PENALTY = 0.01
_WRITTEN = (Text, Conversation)
FRAUD = ("fbs_mapped", "fbs", "chineseharm", "safetyqa", "telecom5", "teleantifraud")
"""Sets whose truth is fraud or not; the last trained the shipped weights."""
TRUTH: Mapping[str, tuple[str, ...]] = {
    "text.scam": FRAUD,
    "text.sexual": ("harm_sexual", "safetyqa"),
    "text.gambling_promotion": ("harm_gambling", "fbs_gambling", "safetyqa"),
    "text.account_trade": ("harm_black_ads", "safetyqa"),
    "text.insult": ("cold_test", "harm_abuse", "safetyqa", "cold_offensive"),
    "text.machine_text": ("hc3_qa", "cudrt", "weibo_posts"),
}
"""Sets whose truth is what a detector finds."""
INNOCENT = ("safetyqa", "swsr", "cold")
"""Sets in which nothing stands that the other detectors find."""


def result(one: Detector[Any]) -> dict[str, Any]:
    """Give the result of a detector on both halves of its own data. Raises NotFound without any."""
    id = one.card.id
    where = results.data_folder(id)
    if where is None or not (where / "data.jsonl").is_file():
        raise NotFound(
            f"no data for {id}",
            "own data lies in evals/data of a checkout; or name rows with --data",
        )
    listed = list(rows(where / "data.jsonl"))
    halves = (
        (results.BLIND, [r for r in listed if r.blind]),
        (results.DEV, [r for r in listed if not r.blind]),
    )
    python = platform.python_version()
    return {
        "detector": id,
        "measured_on": today(),
        "machine": f"{os.cpu_count()} cores {platform.machine()}, Python {python}",
        "code_hash": results.code_hash(one.card),
        "data_hash": results.data_hash(id),
        "sets": [quality(name, one, half) for name, half in halves if half],
        "evasions": kept_recall(one, listed) if issubclass(one.card.reads, _WRITTEN) else {},
    }


def kept(id: str) -> dict[str, Any] | None:
    """
    Give what an earlier result says about transfer, None without one.

    It is carried on when only own data is measured again.
    """
    before = results.read(id)
    return {k: before[k] for k in TRANSFER_KEYS if k in before} if before else None


def transfer(one: Detector[Any], data_dir: Path) -> dict[str, Any]:
    """
    Give what the shipped weights do on named sets, and what leaving one source out does.

    Sets that trained the shipped weights are marked and never count as transfer. Raises UsageError
    for a detector that neither scores nor has a set of others.
    """
    if not one.card.scoring and one.card.id not in TRUTH:
        raise UsageError(
            f"{one.card.id} states facts; transfer is measured for detectors that score"
        )
    id = one.card.id
    trained_on: Sequence[str] = ()
    if one.card.scoring:
        package = f"qingjian.detectors.{id.partition('.')[0]}"
        trained_on = load_linear(package, one.card.files[-1]).about["trained_on"]
    shipped = []
    for name in TRUTH.get(id, INNOCENT):
        chosen = sets.named(name)
        judged, note = chosen.rows(data_dir), chosen.note
        if id not in TRUTH:
            judged = [replace(row, positive=False) for row in judged]
            note = f"{note}; any finding is taken as wrong"
        measured = quality(name, one, [_as_read(one, row) for row in judged])
        trained = name in trained_on
        shipped.append({**measured, "note": note, "trained_shipped_weights": trained})
    return {
        "transfer_note": "weights of leave_one_out are for measuring only and are not shipped; "
        "sets of others are named, their rows are not in this repository",
        "transfer_code_hash": results.code_hash(one.card),
        "shipped": shipped,
        "leave_one_out": _left_out(id, data_dir) if id == "text.scam" else [],
    }


def _as_read(one: Detector[Any], row: Row) -> Row:
    """Give a row as the detector reads it: to one of conversations a text is one turn."""
    if not issubclass(one.card.reads, Conversation) or not isinstance(row.item, Text):
        return row
    said = Turn(one.card.hears[0], row.item.body)
    return replace(row, item=Conversation(id=row.item.id, turns=(said,)))


def _left_out(id: str, data_dir: Path) -> list[dict[str, Any]]:
    loaded = {name: sets.named(name).rows(data_dir) for name in FRAUD if name != "safetyqa"}
    names = ("chineseharm", "telecom5", "teleantifraud")
    sources: Mapping[str, list[Row]] = {
        "own": list(rows(_train_file(id))),
        "fbs": loaded["fbs_mapped"],
        **{name: loaded[name] for name in names},
    }
    judged = {**loaded, "own": sources["own"]}
    return leave_one_out(sources, judged, sets.named("safetyqa").rows(data_dir), PENALTY)


def _train_file(id: str) -> Path:
    where = results.data_folder(id)
    if where is None:
        raise NotFound(f"no training rows for {id}", "they lie in evals/data of a checkout")
    return where / "train.jsonl"


def trained_card(
    one: Detector[Any], model: Linear, packed: bytes, weights: Path, data: Sequence[Path]
) -> bytes:
    """
    Give as JSON what to know of weights: what went in, by hash, and how they do.

    Args:
        one: the detector they are for.
        model, packed: the weights and their bytes.
        weights: the file they lie in.
        data: the files they were trained on.
    """
    bound = replace(one, factory=partial(one.factory, weights=str(weights)))
    where = results.data_folder(one.card.id)
    own = list(rows(where / "data.jsonl")) if where and (where / "data.jsonl").is_file() else []
    card = {
        "detector": one.card.id,
        "detector_version": one.card.version,
        "weights": weights.name,
        "weights_sha256": sha256(packed),
        "trained_on": {path.name: sha256(path.read_bytes()) for path in data},
        "trained_at": today(),
        "python": platform.python_version(),
        "about": dict(model.about),
        "channels": {name: one._asdict() for name, one in model.channels.items()},
        "own_data": [quality("own", bound, own)] if own else [],
    }
    return json.dumps(card, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def write(id: str, made: Mapping[str, Any]) -> Path:
    """Write the result file of a detector and give its path."""
    path = results.folder() / f"{id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False) + "\n", "utf-8")
    return path
