"""
Tables: CSV and TSV with a header, Parquet with its extra.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from qingjian.batch.entry import Entry
from qingjian.batch.readers.lines import lines
from qingjian.batch.readers.rows import TEXT_FIELDS, Reading, entry_of
from qingjian.core.errors import BadRow, DamagedFile, InputError, MissingExtra

_ABOUT = ("role", "who", "channel", "at", "declared", "audience")


def read_csv(file: BinaryIO, name: str, base: Path, reading: Reading) -> Iterator[Entry]:
    """
    Give an entry for every row after the header; columns named like the fields of `about` fill it.

    Raises BadRow when the header has no text column, BadEncoding when the file is in no known encoding.
    """
    csv.field_size_limit(reading.max_item_bytes)
    failed: list[tuple[int, InputError]] = []

    def texts() -> Iterator[str]:
        for line in lines(file, reading.max_item_bytes):
            if line.error is not None:
                failed.append((line.number, line.error))
            else:
                yield line.text + "\n"

    rows = csv.reader(texts(), delimiter="\t" if name.endswith(".tsv") else ",")
    header = next(rows, None)
    if header is None:
        return
    header = [column.strip() for column in header]
    wanted = (reading.text_field,) if reading.text_field else TEXT_FIELDS
    if not reading.kind and not any(column in header for column in wanted):
        hint = f"name one of its columns with --text-field: {', '.join(header)[:300]}"
        raise BadRow(f"{name}: the header has no column {' or '.join(wanted)}", hint)
    while True:
        number = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            yield Entry(
                f"{name}#{number}",
                error=BadRow(f"{name}#{number}: {error}", "is a quotation mark missing?"),
            )
            continue
        for at, why in failed:
            yield Entry(f"{name}#{at}", error=why)
        failed.clear()
        if cells is None:
            return
        if cells:
            yield _entry(dict(zip(header, cells, strict=False)), f"{name}#{number}", base, reading)


def _entry(row: dict[str, Any], where: str, base: Path, reading: Reading) -> Entry:
    about = {k: row[k] for k in _ABOUT if row.get(k)}
    return entry_of({**row, "about": about}, where, base, reading)


def read_parquet(path: Path, name: str, reading: Reading) -> Iterator[Entry]:
    """Give an entry for every row, a batch at a time. Raises MissingExtra without pyarrow, DamagedFile."""
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra(
            "reading Parquet needs pyarrow", 'pip install "qingjian[corpus]"'
        ) from None
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1024):
                for row in batch.to_pylist():
                    number += 1
                    yield entry_of(row, f"{name}#{number}", path.parent, reading)
    except (arrow.ArrowException, OSError) as error:
        raise DamagedFile(
            f"{name}: {str(error).splitlines()[0][:300]}", "the rows before it were read"
        ) from None
