"""
Many or crooked labels made one clean label, and the label of a platform beside the producer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qingjian.core.errors import UsageError
from qingjian.labels.gb45438 import FIELDS, VALUES
from qingjian.labels.mark import Mark

_KEPT = (
    "field.missing",
    "field.charset",
    "field.placeholder",
    "field.extra",
    "label.",
    "provider.",
)
"""Deviations that stay, or that are told in other words."""
_GENERATED = ("AIGC", "AI_GENERATED", "TRUE", "YES")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A clean label, and what was changed to get it, a sentence each."""

    mark: Mark
    changes: tuple[str, ...]


def merged(marks: Sequence[Mark]) -> Repaired:
    """
    Give one clean label from every label of a file.

    The first label leads; a field it leaves empty comes from the next that has it; fields the
    standard does not know go. Raises UsageError when there is no label, or when labels disagree on
    Label or producer: which is right is for people to say.
    """
    labels = [mark for mark in marks if mark.scheme == "gb45438"]
    if not labels:
        raise UsageError("the file has no label to repair", "`qingjian label write` makes one")
    changes: list[str] = []
    value = _label_of(labels, changes)
    fields: dict[str, str] = {}
    for name in FIELDS[1:]:
        values = list(dict.fromkeys(m.fields[name] for m in labels if m.fields.get(name)))
        if name == "ContentProducer" and len(values) > 1:
            raise UsageError(
                f"{len(labels)} labels name different producers: {', '.join(values)[:200]}",
                "write the label that is right",
            )
        fields[name] = values[0] if values else ""
        if len(values) > 1:
            changes.append(f"{name}: {len(values)} values, the first is kept")
        elif values and not labels[0].fields.get(name):
            changes.append(f"{name} taken from a later label")
    extra = sorted({name for m in labels for name in m.fields if name not in FIELDS})
    changes += [f"extra field {name[:60]} dropped" for name in extra]
    if len(labels) > 1:
        changes.append(f"{len(labels)} labels merged into one")
    changes += [d.what for m in labels for d in m.deviations if not d.id.startswith(_KEPT)]
    return Repaired(Mark("gb45438", value, fields), tuple(dict.fromkeys(changes)))


def _label_of(labels: Sequence[Mark], changes: list[str]) -> str:
    """Give the one value of Label; a name of generation in words becomes 1."""
    values: list[str] = []
    for mark in labels:
        value = mark.label.strip()
        if value not in VALUES and value.rpartition(".")[2].upper() in _GENERATED:
            changes.append(f"Label {value[:60]!r} written as 1")
            value = "1"
        values.append(value)
    known = list(dict.fromkeys(v for v in values if v in VALUES))
    if len(known) != 1:
        raise UsageError(
            f"Label is {', '.join(dict.fromkeys(values))[:100]}", "write the label that is right"
        )
    return known[0]


def propagated(mark: Mark, propagator: str, propagate_id: str, reserved: str = "") -> Mark:
    """
    Give the label with the fields of the platform that spreads the file.

    Args:
        mark: the file's label; the producer's fields stay as they are.
        propagator: name or code of the platform.
        propagate_id: its number for the content.
        reserved: ReservedCode2.
    """
    if not propagator or not propagate_id:
        raise UsageError("a propagator and its number for the content are needed")
    fields = {name: mark.fields.get(name, "") for name in FIELDS[1:]}
    fields |= {
        "ContentPropagator": propagator,
        "PropagateID": propagate_id,
        "ReservedCode2": reserved,
    }
    return replace(mark, fields=fields, at=None, deviations=(), place="")
