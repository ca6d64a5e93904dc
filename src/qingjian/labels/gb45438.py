"""
GB 45438 labels: read from whatever a carrier holds, written in one form.

Source: GB 45438-2025, annex E (secondary), and labels seen in public files. Clauses are not
verified against the official text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from qingjian.labels.fields import (
    CLAUSES,
    FIELDS,
    MEANS,
    VALUES,
    Clause,
    deviation,
    fields_of,
    may_be,
)
from qingjian.labels.mark import Held, Mark
from qingjian.labels.xmp import aigc_values

__all__ = [
    "CLAUSES",
    "FIELDS",
    "MEANS",
    "VALUES",
    "Clause",
    "deviation",
    "fields_of",
    "marks_of",
    "written",
]


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def marks_of(held: Iterable[Held]) -> list[Mark]:
    """Give the labels among what a carrier holds, in order of place; stacked ones are told."""
    marks: list[Mark] = []
    for entry in held:
        if entry.kind == "c2pa":
            continue
        if entry.kind == "xmp":
            assert isinstance(entry.value, bytes)
            values = aigc_values(entry.value)
        else:
            assert isinstance(entry.value, str)
            values = [(entry.value, entry.deviations)] if may_be(entry.key, entry.value) else []
        for value, unusual in values:
            seen = fields_of(value)
            if seen is None:
                continue
            fields, deviations = seen
            if marks:
                said = f"label {len(marks) + 1} of the file; one label per file"
                unusual = (*unusual, deviation("label.stacked", said))
            marks.append(
                Mark(
                    "gb45438",
                    fields.pop("Label"),
                    fields,
                    entry.at,
                    (*dict.fromkeys((*entry.deviations, *unusual, *deviations)),),
                    entry.place,
                )
            )
    return marks


def written(mark: Mark, wrapped: bool) -> str:
    """Give the JSON of a mark: seven fields in the standard's order, then others, all text."""
    fields = {"Label": mark.label, **{name: mark.fields.get(name, "") for name in FIELDS[1:]}}
    fields |= {k: v for k, v in mark.fields.items() if k not in fields}
    value: object = {"AIGC": fields} if wrapped else fields
    return _COMPACT(value)
