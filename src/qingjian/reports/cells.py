"""
Cells of CSV: what a spreadsheet would take for a formula stays a text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """Give what is written for a value: a text that begins like a formula gets an apostrophe."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def write(file: TextIO, rows: Iterable[Iterable[object]]) -> None:
    """Write rows as CSV; None becomes an empty cell. The file is opened with newline=""."""
    made = csv.writer(file)
    made.writerows([cell(value) for value in row] for row in rows)
