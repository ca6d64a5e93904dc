"""
Tables: CSV and TSV with a header, Parquet with its extra.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from qingjian.batch.entry import Entry
from qingjian.batch.readers.lines import Line, lines
from qingjian.batch.readers.rows import TEXT_FIELDS, Reading, entry_of
from qingjian.core.errors import BadRow, DamagedFile, InputError, MissingExtra
from qingjian.core.types import Note

_ABOUT = ("role", "who", "channel", "at", "declared", "audience")
_BATCH_ROWS = 1024
_BATCH_BYTES = 8_000_000


def read_csv(file: BinaryIO, name: str, base: Path, reading: Reading) -> Iterator[Entry]:
    """
    Give an entry for every row after the header; columns named like the fields of `about` fill it.

    Raises BadRow when the header has no text column, BadEncoding when the file's encoding is not
    known.
    """
    limit = csv.field_size_limit(reading.max_item_bytes)  # the process has one limit for all
    try:
        yield from _entries(file, name, base, reading)
    finally:
        csv.field_size_limit(limit)


def _entries(file: BinaryIO, name: str, base: Path, reading: Reading) -> Iterator[Entry]:
    delimiter = "\t" if name.lower().endswith(".tsv") else ","
    rows = _rows(lines(file, reading.max_item_bytes), delimiter)
    _, header = next(rows, (0, None))
    if header is None:
        return
    if isinstance(header, InputError):
        raise header
    header = [column.strip() for column in header]
    wanted = (reading.text_field,) if reading.text_field else TEXT_FIELDS
    if not reading.kind and not any(column in header for column in wanted):
        hint = f"name one of its columns with --text-field: {', '.join(header)[:300]}"
        raise BadRow(f"{name}: the header has no column {' or '.join(wanted)}", hint)
    for number, cells in rows:
        where = f"{name}#{number}"
        if isinstance(cells, InputError):
            yield Entry(where, error=cells)
            continue
        entry = _entry(dict(zip(header, cells, strict=False)), where, base, reading)
        if any(cells[len(header) :]):
            extra = Note(f"cells of {where}", f"the header names only the first {len(header)}")
            entry = replace(entry, not_looked_at=(*entry.not_looked_at, extra))
        yield entry


def _rows(source: Iterable[Line], delimiter: str) -> Iterator[tuple[int, list[str] | InputError]]:
    """
    Give the number of each row's first line, and its cells or why there are none.

    A quotation mark that is never closed costs the row it stands in: what it would swallow is read
    again, line by line.
    """
    pulled: list[Line] = []
    failed: list[Line] = []
    ended = False

    def texts() -> Iterator[str]:
        nonlocal ended
        for line in source:
            if line.error is not None:
                failed.append(line)
            else:
                pulled.append(line)
                yield line.text + "\n"
        ended = True

    rows = csv.reader(texts(), delimiter=delimiter)
    while True:
        why = "a quotation mark is opened and never closed"
        pulled.clear()
        try:
            cells = next(rows, None)
            whole = cells is None or not ended
        except csv.Error as error:
            cells, whole, why = [], False, str(error)
        yield from ((line.number, line.error) for line in failed if line.error)
        failed.clear()
        if cells is None:
            return
        if whole:
            if cells:
                yield pulled[0].number, cells
        elif len(pulled) == 1:
            yield pulled[0].number, BadRow(f"line {pulled[0].number}: {why}", "the rest is read")
        else:
            for line in pulled:
                yield from _rows((line,), delimiter)


def _entry(row: dict[str, Any], where: str, base: Path, reading: Reading) -> Entry:
    about = row.get("about") or {k: row[k] for k in _ABOUT if row.get(k) is not None}
    return entry_of({**row, "about": about}, where, base, reading)


def read_parquet(path: Path, name: str, reading: Reading) -> Iterator[Entry]:
    """
    Give an entry for every row, in batches; columns named like the fields of `about` fill it.

    A group of rows that is damaged becomes an entry with its error. Raises MissingExtra without
    pyarrow, DamagedFile when the file as a whole cannot be read.
    """
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra(
            "reading Parquet needs pyarrow", 'pip install "qingjian[corpus]"'
        ) from None
    damage = (arrow.ArrowException, OSError)
    number = 0
    try:
        with parquet.ParquetFile(path, buffer_size=1_000_000) as file:
            for i in range(file.metadata.num_row_groups):
                end = number + file.metadata.row_group(i).num_rows
                try:
                    for row in _group(file, i):
                        number += 1
                        yield _parquet_entry(row, f"{name}#{number}", path.parent, reading)
                except damage as error:
                    what = f"rows {number + 1} to {end} of {name}: {_first_line(error)}"
                    yield Entry(f"{name}#{number + 1}", error=DamagedFile(what, "the rest is read"))
                number = end
    except damage as error:
        raise DamagedFile(f"{name}: {_first_line(error)}", "not one more row was read") from None


def _group(file: Any, number: int) -> Iterator[dict[str, Any] | ValueError]:
    """Give the rows of one group, a few megabytes at a time."""
    known = file.metadata.row_group(number)
    fits = _BATCH_BYTES * known.num_rows // max(1, known.total_byte_size)
    size = max(1, min(_BATCH_ROWS, fits))
    for batch in file.iter_batches(batch_size=size, row_groups=[number], use_threads=False):
        yield from _values(batch)


def _parquet_entry(
    row: dict[str, Any] | ValueError, where: str, base: Path, reading: Reading
) -> Entry:
    if isinstance(row, ValueError):
        return Entry(where, error=BadRow(f"{where}: {_first_line(row)}", "the rest is read"))
    return _entry(row, where, base, reading)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


def _values(batch: Any) -> Iterator[dict[str, Any] | ValueError]:
    """Give the rows of a batch; a value that Python cannot hold costs its row alone."""
    try:
        yield from batch.to_pylist()
        return
    except ValueError:
        pass
    for i in range(batch.num_rows):
        try:
            yield batch.slice(i, 1).to_pylist()[0]
        except ValueError as error:
            yield error
