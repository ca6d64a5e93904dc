"""
JSON Lines: one item a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from qingjian.batch.entry import Entry
from qingjian.batch.readers.lines import lines
from qingjian.batch.readers.rows import Reading, entry_of
from qingjian.core.errors import BadRow, InputError

_LONG = 1_000_000
_MOST_VALUES = 2_000_000
"""So many lists, objects and texts of one row fit in memory; a shorter row is not counted."""


def read(file: BinaryIO, name: str, base: Path, reading: Reading) -> Iterator[Entry]:
    """
    Give an entry for every line that is not blank.

    Raises BadEncoding when the file is in no known encoding.
    """
    for line in lines(file, reading.max_item_bytes):
        where = f"{name}#{line.number}"
        if line.error is not None:
            yield Entry(where, error=line.error)
            continue
        if not line.text.strip():
            continue
        try:
            row = parse(line.text)
        except InputError as error:
            yield Entry(where, error=BadRow(f"{where}: {error.what}", error.hint))
            continue
        yield entry_of(row, where, base, reading)


def parse(text: str) -> Any:
    """
    Give the value of a JSON text. Raises BadRow.

    A lone surrogate is let through; the item's text shows U+FFFD.
    """
    text = text.replace("\x00", " ")
    if len(text) > _LONG and _values(text) > _MOST_VALUES:
        raise BadRow(f"more than {_MOST_VALUES:,} values", "a row holds one item")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if "\\u" in text or "\\U" in text:
            try:
                return json.loads(text)
            except (ValueError, RecursionError):
                pass
        raise BadRow(f"no JSON: {str(error)[:200]}", "one JSON object a line") from None


def _values(text: str) -> int:
    """Give about how many lists, objects and texts a JSON text holds."""
    quotes = text.count('"') - text.count('\\"')
    return text.count("[") + text.count("{") + quotes // 2
