"""
The fields of a GB 45438 label, read tolerantly: wrapped, bare, JSON or mapping, misspelt, nested.

Source: GB 45438-2025, annex E (secondary), and labels seen in public files. Clauses are not
verified against the official text.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from qingjian.core.types import without_surrogates

FIELDS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
VALUES = ("1", "2", "3")
MEANS = {"1": "made by AI", "2": "may be made by AI", "3": "suspected to be made by AI"}
_MISSPELT = {"ReserveCode1": "ReservedCode1", "ReserveCode2": "ReservedCode2"}
_MOST_TEXT = 100_000


def fields_of(value: Any, depth: int = 4) -> tuple[dict[str, str], tuple[str, ...]] | None:
    """
    Give the fields of a value under the key AIGC, and its deviations; None when it holds no Label.

    Args:
        value: a mapping, or a text that holds JSON, entity-escaped or doubly encoded JSON included.
        depth: how many wrappers are opened.
    """
    if depth == 0:
        return None
    if isinstance(value, str):
        inner = _parsed(value)
        return fields_of(inner, depth - 1) if inner is not None else None
    if not isinstance(value, Mapping):
        return None
    if "AIGC" in value and "Label" not in value:
        return fields_of(value["AIGC"], depth - 1)
    deviations: list[str] = []
    fields: dict[str, str] = {}
    for key, raw in value.items():
        written = _text(key)
        name = _MISSPELT.get(written, written)
        if name != written:
            deviations.append(f"{written} is written for {name}")
        if name not in FIELDS:
            deviations.append(f"extra field {written[:60]}")
        if not isinstance(raw, str):
            deviations.append(f"{name} is no text")
        fields.setdefault(name, "" if raw is None else _text(raw))
    if not fields.get("Label"):
        return None
    if fields["Label"] not in VALUES:
        deviations.append("Label is none of 1, 2, 3")
    deviations += [f"{name} is missing" for name in FIELDS[1:3] if not fields.get(name)]
    return fields, tuple(deviations)


def _text(raw: Any) -> str:
    """Give a value as text that can be written out; JSON may escape a lone surrogate."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return without_surrogates(text)


def _parsed(text: str) -> Any:
    """Give the JSON of a text, as it is, else with entities resolved; None when it is none."""
    if len(text) > _MOST_TEXT:
        return None
    for attempt in (text, html.unescape(text)):
        try:
            value = json.loads(attempt)
        except (ValueError, RecursionError):
            continue
        return value if isinstance(value, (str, Mapping)) else None
    return None
