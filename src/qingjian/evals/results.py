"""
Committed results: where they lie, what they say, and whether they still speak for the code.

A result holds the hash of what the detector is (its file, packs, weights, instruments) and of the
data it was measured on. When either differs from what is here, the result is stale and everything
shows *not measured*.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from qingjian.core.card import Card, Interval, Quality
from qingjian.core.hashing import sha256_files
from qingjian.core.registry import Registry
from qingjian.detectors.instruments import API

BLIND = "own, blind half"
DEV = "own, development half"


@cache
def root() -> Path | None:
    """Give the checkout that this package is run from, or None when it is installed."""
    here = Path(__file__).resolve().parents[3]
    return here if (here / "pyproject.toml").is_file() and (here / "evals").is_dir() else None


def folder() -> Path:
    """Give the folder of results: the checkout's, else the one packed into the package."""
    checkout = root()
    return checkout / "evals" / "results" if checkout else Path(__file__).parent / "results"


def data_folder(id: str) -> Path | None:
    """Give the folder of a detector's own data, in a checkout."""
    checkout = root()
    return checkout / "evals" / "data" / id if checkout else None


def code_hash(card: Card) -> str:
    """Give the hash of everything that decides a detector's answers."""
    family, _, name = card.id.partition(".")
    try:
        module = import_module(f"qingjian.detectors.{family}.{name}")
    except ImportError:
        return ""
    here = Path(module.__file__ or "").parent
    instruments = Path(import_module("qingjian.detectors.instruments").__file__ or "").parent
    files = [
        here / f"{name}.py",
        *(here / f for f in card.files),
        *(instruments / f"{i}.py" for i in card.instruments),
        *(Path(import_module(m).__file__ or "") for m in card.modules),
    ]
    return f"{API}-{sha256_files(f for f in files if f.is_file())[:32]}"


def data_hash(id: str) -> str:
    """Give the hash of a detector's own data, empty where it is not at hand."""
    where = data_folder(id)
    return (
        sha256_files([where / "data.jsonl"])[:32]
        if where and (where / "data.jsonl").is_file()
        else ""
    )


def read(id: str) -> Mapping[str, Any] | None:
    """Give the committed result of a detector, or None."""
    path = folder() / f"{id}.json"
    if not path.is_file():
        return None
    loaded: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def stale(id: str, card: Card, result: Mapping[str, Any]) -> str:
    """Give why a result no longer speaks for the code, empty when it does."""
    current = code_hash(card)
    if not current:
        return "whether it changed since cannot be told: it is not one of ours"
    if result.get("code_hash") != current:
        return "the detector changed since it was measured"
    if root() and result.get("data_hash") != data_hash(id):
        return "its data changed since it was measured"
    return ""


def qualities(registry: Registry) -> dict[str, tuple[Quality, ...]]:
    """Give the measured quality of every detector, one entry a set; empty without a result."""
    return {id: of(id, one.card) for id, one in registry.detectors.items()}


def of(id: str, card: Card) -> tuple[Quality, ...]:
    """Give the measured quality of one detector."""
    result = read(id)
    if result is None:
        return ()
    why = stale(id, card, result)
    return tuple(
        Quality(
            set=one["set"],
            n=one["n"],
            positives=one["positives"],
            metrics={name: _interval(triple) for name, triple in one["metrics"].items()},
            rates=one.get("rates", {}),
            measured_on=result.get("measured_on", ""),
            stale=why,
        )
        for one in result["sets"]
    )


def _interval(triple: Sequence[float | None]) -> Interval:
    value, low, high = (math.nan if x is None else x for x in triple)
    return value, low, high


def measured_ids(all_: Mapping[str, tuple[Quality, ...]]) -> frozenset[str]:
    """Give the detectors whose blind half is measured and not stale."""
    return frozenset(
        id for id, sets in all_.items() if any(q.set == BLIND and q.measured for q in sets)
    )


def blind(sets: tuple[Quality, ...]) -> Quality | None:
    """Give the quality on the blind half, or None."""
    return next((q for q in sets if q.set == BLIND), None)
