"""
What people decided of items: CSV with the columns `id` and `label`, or JSON Lines with these keys.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from qingjian.batch.readers.jsonl import parse
from qingjian.batch.readers.lines import lines
from qingjian.core.errors import BadRow, NotFound

LABELS = {"violation": True, "clear": False}


class Labelled(NamedTuple):
    """Whether an item is a violation, by id; `torn` items have both labels and are left out."""

    labels: dict[str, bool]
    torn: int


def read(name: str, most_bytes: int) -> Labelled:
    """Give the labels of a file. Raises NotFound, BadEncoding, BadRow with its place."""
    path = Path(name)
    if not path.is_file():
        raise NotFound(f"no file {name!r}", "a CSV or JSON Lines file with id and label")
    labels: dict[str, bool] = {}
    torn: set[str] = set()
    for number, row in _rows(path, most_bytes):
        where = f"{name}:{number}"
        id, label = row.get("id"), row.get("label")
        if not isinstance(id, str) or not id:
            raise BadRow(f"{where}: no id", "each row has the item's id and a label")
        if not isinstance(label, str) or label not in LABELS:
            raise BadRow(f"{where}: no label {label!r}", f"one of: {', '.join(LABELS)}")
        if labels.setdefault(id, LABELS[label]) is not LABELS[label]:
            torn.add(id)
    return Labelled({id: label for id, label in labels.items() if id not in torn}, len(torn))


def _rows(path: Path, most_bytes: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each row and the number of its last line."""
    number = 0
    with path.open("rb") as file:

        def texts() -> Iterator[str]:
            nonlocal number
            for line in lines(file, most_bytes):
                number = line.number
                if line.error is not None:
                    raise BadRow(f"{path}: {line.error.what}", line.error.hint)
                yield line.text + "\n"

        if path.suffix.lower() == ".csv":
            try:
                yield from ((number, row) for row in csv.DictReader(texts()))
            except csv.Error as error:
                raise BadRow(f"{path}:{number}: {error}") from None
            return
        for text in texts():
            row = parse(text) if text.strip() else None
            if isinstance(row, dict):
                yield number, row
            elif row is not None:
                raise BadRow(f"{path}:{number}: no object", "a line is an object: id and label")
