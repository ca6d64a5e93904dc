"""
The care of a detector's packs, held against the benign rows of its own development half.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qingjian.core.errors import ConfigError
from qingjian.core.registry import Detector
from qingjian.core.types import Text
from qingjian.detectors.instruments.lint import Care, lint
from qingjian.detectors.instruments.pack import load_pack
from qingjian.evals import results
from qingjian.evals.measure import rows


def cares(one: Detector[Any]) -> tuple[Care, ...]:
    """
    Give the care of each lexicon pack that a detector names among its files.

    Outside a checkout no benign row is at hand, and the care says so with `benign_texts` of 0.
    Cost: 0.1 s and more a pack.
    """
    package = one.factory.__module__.rpartition(".")[0]
    made = []
    for name in one.card.files:
        if not name.endswith(".toml"):
            continue
        try:
            pack = load_pack(package, name)
        except ConfigError:
            continue  # a table of another kind
        made.append(lint(pack, _benign(one.card.id)))
    return tuple(made)


def _benign(id: str) -> Iterator[str]:
    """Give the benign texts of the development half; what the blind half holds is never shown."""
    folder = results.data_folder(id)
    if folder is None or not (folder / "data.jsonl").is_file():
        return
    for row in rows(folder / "data.jsonl"):
        if not row.blind and not row.positive and isinstance(row.item, Text):
            yield row.item.body


def harmless(path: Path | None = None) -> Iterator[str]:
    """
    Give the benign texts of a file of rows, else those of all development halves, each once.

    Raises ConfigError for a line that is no row.
    """
    seen: set[str] = set()
    root = results.data_folder("text.scam")
    files = [path] if path else sorted(root.parent.glob("text.*/data.jsonl")) if root else []
    for file in files:
        for row in rows(file):
            if row.blind or row.positive or not isinstance(row.item, Text):
                continue
            if row.item.body not in seen:
                seen.add(row.item.body)
                yield row.item.body
