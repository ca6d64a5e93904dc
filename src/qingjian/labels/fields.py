"""
The fields of a GB 45438 label, read tolerantly from JSON: wrapped, bare, misspelt, nested.

Source: GB 45438-2025, annex E (secondary), and labels seen in public files. Clauses are not
verified against the official text.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from qingjian.core.types import without_surrogates
from qingjian.labels.mark import Deviation
from qingjian.labels.provider import deviations_of_provider

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
_CHARSET = re.compile(r"[!-\[\]-~]*")  # GB18030 0x21-0x5B and 0x5D-0x7E; 0x22 too
_NO_VALUE = re.compile(r"%!\w?\(|^null$|^undefined$")


class Clause(NamedTuple):
    """Where a rule stands, and whether someone has held it against the official text."""

    text: str
    verified: bool


CLAUSES = {
    "label.value": Clause("GB 45438-2025 annex E", False),
    "field.missing": Clause("GB 45438-2025 6.1", False),
    "field.misspelt": Clause("GB 45438-2025 annex E", False),
    "field.extra": Clause("GB 45438-2025 annex E", False),
    "field.type": Clause("GB 45438-2025 annex E", False),
    "field.charset": Clause("GB 45438-2025 annex E", False),
    "field.placeholder": Clause("GB 45438-2025 annex E", False),
    "label.stacked": Clause("GB 45438-2025 6.1 c", False),
    "value.encoding": Clause("GB 45438-2025 annex E", False),
    "provider.code": Clause("网安秘字〔2025〕29号", False),
}
"""By id of a deviation; the ones about places stand with the carriers."""


def deviation(id: str, what: str) -> Deviation:
    """Give a deviation with the clause of its id."""
    clause = CLAUSES.get(id)
    return Deviation(id, clause.text if clause else "", what)


def fields_of(value: Any, depth: int = 8) -> tuple[dict[str, str], tuple[Deviation, ...]] | None:
    """
    Give the fields of a value under the key AIGC, and its deviations; None when it holds no Label.

    Args:
        value: a mapping, or a text that holds JSON, entity-escaped or doubly encoded JSON included.
        depth: how many wrappers are opened.
    """
    if depth == 0:
        return None
    if isinstance(value, str):
        inner, how = _parsed(value)
        seen = fields_of(inner, depth - 1) if inner is not None else None
        return (seen[0], (*how, *seen[1])) if seen else None
    if not isinstance(value, Mapping):
        return None
    if "AIGC" in value and "Label" not in value:
        return fields_of(value["AIGC"], depth - 1)
    deviations: list[Deviation] = []
    fields: dict[str, str] = {}
    for key, raw in value.items():
        written = _text(key)
        name = _MISSPELT.get(written, written)
        if name != written:
            deviations.append(deviation("field.misspelt", f"{written} is written for {name}"))
        if name not in FIELDS:
            deviations.append(deviation("field.extra", f"extra field {written[:60]}"))
        if not isinstance(raw, str):
            deviations.append(deviation("field.type", f"{name} is no text"))
        fields.setdefault(name, "" if raw is None else _text(raw))
    if not fields.get("Label"):
        return None
    return fields, (*deviations, *_of_values(fields))


def _of_values(fields: Mapping[str, str]) -> Iterable[Deviation]:
    """Give what is unusual in the values themselves."""
    if fields["Label"] not in VALUES:
        yield deviation("label.value", "Label is none of 1, 2, 3")
    for name in FIELDS[1:3]:
        if not fields.get(name):
            yield deviation("field.missing", f"{name} is missing")
    for name in FIELDS[1:]:
        text = fields.get(name, "")
        if text and not _CHARSET.fullmatch(text):
            yield deviation("field.charset", f"{name} has characters beside printable ASCII")
        if text and (_NO_VALUE.search(text) or not text.strip("0- ")):
            yield deviation("field.placeholder", f"{name} is a placeholder: {text[:40]}")
    for name in ("ContentProducer", "ContentPropagator"):
        for what in deviations_of_provider(fields.get(name, "")):
            yield deviation("provider.code", f"{name} {what}")


def may_be(key: str, value: str) -> bool:
    """Whether a pair may hold a label: its key says so, or its text is a wrapped label."""
    if key.casefold().rpartition(":")[2] == "aigc":
        return True
    head = value[:200].lstrip()
    return "AIGC" in head and head.startswith(("{", '"', "&"))


def _text(raw: Any) -> str:
    """Give a value as text that can be written out; JSON may escape a lone surrogate."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return text if text.isascii() else without_surrogates(text)


def _parsed(text: str) -> tuple[Any, tuple[Deviation, ...]]:
    """Give the JSON of a text, as it is, else with entities resolved; None when it is none."""
    if len(text) > _MOST_TEXT:
        return None, ()
    for attempt, how in ((text, ""), (html.unescape(text), "entities stand in the JSON")):
        try:
            value = json.loads(attempt)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, str):
            how = "the JSON is encoded twice"
        told = (deviation("value.encoding", how),) if how else ()
        return (value, told) if isinstance(value, (str, Mapping)) else (None, ())
    return None, ()
