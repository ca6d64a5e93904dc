"""
What rules may name of one item: of its detectors and of itself, from a run or from a stored row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from qingjian.core.types import SEVERITIES, Scanned

FAILED = "failed: "
"""How a row says under `not_looked_at` that a detector failed."""
_SEVERITY = {severity: number for number, severity in enumerate(SEVERITIES)}
_NOBODY: frozenset[str] = frozenset()
_NUMBERS = {float, int}


class Counted(NamedTuple):
    """What a detector found: how much, how much unopposed, the strongest severity (0 to 3)."""

    findings: int
    unopposed: int
    severity: int


class Facts(NamedTuple):
    """
    What rules may name of one item.

    Args:
        ran: detectors that ran to their end; what others would say is unknown.
        counted: what those found that found anything.
        scores: of scoring detectors that ran.
        item: `kind`, `role`, `channel`, `audience`, `declared`; None where a row does not tell.
        silent: detectors that abstained or failed.
    """

    ran: frozenset[str]
    counted: Mapping[str, Counted]
    scores: Mapping[str, float]
    item: Mapping[str, str | bool] | None = None
    silent: frozenset[str] = _NOBODY


def of_run(scanned: Scanned) -> Facts:
    """Give the facts of what one run saw. Raises ValueError for a finding of what did not run."""
    about = scanned.item.about
    ran = frozenset(r.detector for r in scanned.ran)
    counted: dict[str, Counted] = {}
    for f in scanned.findings:
        _count(counted, ran, f.detector, f.opposed, _SEVERITY[f.severity])
    item: dict[str, str | bool] = {
        "kind": scanned.item.kind,
        "role": about.role or "",
        "channel": about.channel or "",
        "audience": about.audience or "",
        "declared": bool(about.declared),
    }
    silent = frozenset(n.what for n in (*scanned.abstained, *scanned.errors))
    return Facts(ran, counted, scanned.scores, item, silent)


class Ran(NamedTuple):
    """Which detectors of a row ran, and which were silent: abstained or failed."""

    ran: frozenset[str]
    silent: frozenset[str]


def of_row(row: Mapping[str, Any]) -> Facts:
    """Give the facts of a row of the contract. Raises KeyError, TypeError, ValueError."""
    return of_findings(row, ran_of(row))


def ran_of(row: Mapping[str, Any]) -> Ran:
    """Give what a row tells of its detectors. Raises KeyError, TypeError."""
    silent = [n["detector"] for n in row["abstained"]]
    silent += [n["what"] for n in row["not_looked_at"] if n["reason"].startswith(FAILED)]
    return Ran(frozenset([r["detector"] for r in row["ran"]]), frozenset(silent))


def of_findings(row: Mapping[str, Any], told: Ran) -> Facts:
    """
    Give the facts of a row of which it was read before what ran.

    A row may tell what rules name of its item in an object `item`, which is not in contract 1.
    Raises KeyError, TypeError, ValueError.
    """
    ran, counted, scores = told.ran, dict[str, Counted](), row["scores"]
    for f in row["findings"]:
        if f["severity"] not in _SEVERITY:
            raise ValueError(f"severity {f['severity']!r}")
        _count(counted, ran, f["detector"], bool(f["against"]), _SEVERITY[f["severity"]])
    if not scores.keys() <= ran:
        raise ValueError(f"a score of {min(scores.keys() - ran)!r}, which did not run")
    if not _NUMBERS.issuperset(map(type, scores.values())):
        raise TypeError("a score is no number")
    item = row.get("item")
    return Facts(ran, counted, scores, None if item is None else _item(item), told.silent)


def _item(told: Mapping[str, Any]) -> Mapping[str, str | bool]:
    for name, value in told.items():
        if not isinstance(value, bool if name == "declared" else str):
            raise TypeError(f"item.{name} is {value!r}")
    return told


def _count(
    counted: dict[str, Counted], ran: frozenset[str], detector: str, opposed: bool, severity: int
) -> None:
    if detector not in ran:
        raise ValueError(f"a finding of {detector!r}, which did not run")
    count, unopposed, strongest = counted.get(detector, (0, 0, 0))
    counted[detector] = Counted(count + 1, unopposed + (not opposed), max(strongest, severity))


def named(facts: Facts) -> dict[str, Any]:
    """Give the facts as CEL takes them: a map per family of detectors that ran, and `item`."""
    said: dict[str, Any] = {}
    for detector in facts.ran:
        family, _, name = detector.partition(".")
        count, unopposed, severity = facts.counted.get(detector, (0, 0, 0))
        own: dict[str, Any] = {"hit": unopposed > 0, "count": count, "unopposed": unopposed}
        own["severity"] = severity
        if detector in facts.scores:
            own["score"] = facts.scores[detector]
        said.setdefault(family, {})[name] = own
    said.pop("item", None)
    return said if facts.item is None else {**said, "item": dict(facts.item)}


class Row(NamedTuple):
    """
    What is kept of an item that was scanned before.

    Args:
        id: the item's.
        facts: what was seen; None where the item could not be read, so that nothing was decided.
        took_ms: wall time of its scan in milliseconds.
    """

    id: str
    facts: Facts | None
    took_ms: float = 0.0
