"""
Records in CSV, TSV or lines of JSON; columns are named as fields are, or by a mapping.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields

from qingjian.archive.entry import Entry, Refused, entry
from qingjian.archive.readers import claimreview
from qingjian.core.known import Known

FIELDS = (*(f.name for f in fields(Known) if f.name != "id"), "expires_at", "source_hash")
_MOST_CELL = 50_000_000


def read_csv(
    text: str, where: str, kind: str = "", mapping: Mapping[str, str] | None = None
) -> Iterator[Entry | Refused]:
    """
    Give every row of a table with a header.

    Args:
        text: the file; tabs part the cells where the header has one.
        where: its name.
        kind: of rows that do not say it.
        mapping: field to the column that has it.
    """
    csv.field_size_limit(_MOST_CELL)
    tab = "\t" if "\t" in text.partition("\n")[0] else ","
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=tab)
    column = {name: (mapping or {}).get(name, name) for name in FIELDS}
    have = set(lines.fieldnames or ())
    lost = sorted({of for of in (mapping or {}).values() if of not in have})
    if lost or column["text"] not in have:
        missing = ", ".join(lost or ["text"])
        told = ", ".join(sorted(have)) or "none"
        yield Refused(where, "malformed", f"no column {missing}; the header has: {told}")
        return
    try:
        for number, line in enumerate(lines, 2):
            row = {name: line.get(of) for name, of in column.items()}
            yield entry({**row, "kind": row["kind"] or kind}, f"{where}#{number}")
    except csv.Error as error:
        yield Refused(f"{where}#{lines.line_num}", "malformed", str(error))


def read_lines(text: str, where: str, kind: str = "") -> Iterator[Entry | Refused]:
    """Give the record of every line of JSON; a line may be a ClaimReview."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        at = f"{where}#{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            yield Refused(at, "malformed", "no JSON object")
        elif "@type" in row:
            yield from claimreview.read(line, at)
        else:
            yield entry({**row, "kind": row.get("kind") or kind}, at)
