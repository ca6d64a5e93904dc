"""
What reports are tested with: made-up items, findings and runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from qingjian.batch.entry import Entry
from qingjian.batch.local import Judged
from qingjian.core.card import Card, Quality
from qingjian.core.errors import InputError
from qingjian.core.types import (
    Decision,
    Document,
    Finding,
    Item,
    Note,
    Place,
    Ran,
    Scanned,
    Severity,
    Span,
    Text,
)
from qingjian.evals.results import BLIND
from qingjian.reports.row import dumps, row, shown
from qingjian.reports.sink import About, Line, line_of

SERVES = {"text.made": ("2.4.kin_fraud",), "document.made": ("house_rule",)}
CARDS = (
    Card(
        id="text.made",
        reads=Text,
        serves=SERVES["text.made"],
        severity="high",
        finds="something made up",
        limits=("all that is real",),
        source="nothing",
    ),
    Card(
        id="document.made",
        reads=Document,
        serves=SERVES["document.made"],
        severity="info",
        finds="a made-up document",
        limits=("documents that are real",),
        source="nothing",
    ),
)


def quality(set: str = BLIND, n: int = 100, stale: str = "") -> Quality:
    """Give a measured quality."""
    metrics = {"precision": (0.9, 0.8, 0.95), "recall": (0.5, 0.4, 0.6)}
    return Quality(set, n, n // 2, metrics, stale=stale)


def finding(
    why: str = "made up",
    at: Place | None = None,
    *against: str,
    severity: Severity = "high",
    score: float | None = None,
    detector: str = "text.made",
    **evidence: Any,
) -> Finding:
    """Give a finding as the registry stamps it."""
    stamped: Severity = "info" if against else severity
    return Finding(why, at, evidence, against, score, detector, stamped)


def judged(
    *findings: Finding,
    body: str = "文字",
    id: str = "a.txt",
    do: str = "queue",
    rules: tuple[str, ...] = ("r",),
    item: Item | None = None,
    given: bool = False,
    **seen: Any,
) -> Judged:
    """Give what came of a text."""
    item = item or Text(id=id, body=body)
    ran = tuple(Ran(d, "1") for d in dict.fromkeys(f.detector for f in findings))
    scanned = Scanned(item, findings, **{"ran": ran or (Ran("text.made", "1"),), **seen})
    decision = Decision(do, rules, "own 1", True, ("u",))
    return Judged(Entry(id, item, given=given), scanned, decision)


def failed(error: InputError, id: str = "bad.txt") -> Judged:
    """Give what came of an entry that could not be read."""
    return Judged(Entry(id, None, error, (Note("inside", "passed over"),)), None, None)


def line(one: Judged, file: bool = True) -> Line:
    """Give the line of what came of an entry, its words kept."""
    made = row(one, SERVES)
    return replace(line_of(made, dumps(made)), shown=tuple(shown(one)), file=file)


def about(lines: Iterable[Line] = (), **changes: Any) -> About:
    """Give what a report says about a run of these lines."""
    lines = list(lines)
    values: dict[str, Any] = {
        "paths": ("posts",),
        "policy": "own 1",
        "surface": "ugc",
        "items": len(lines),
        "with_findings": sum(bool(one.found) for one in lines),
        "opposed": sum(one.opposed for one in lines),
        "errors": sum(one.error for one in lines),
        "not_looked_at": 0,
        "took_s": 1.5,
        "decisions": {"queue": len(lines)},
        "found": {"text.made": sum("text.made" in one.found for one in lines)},
        "abstained": {"document.made": 3},
        "cards": CARDS,
        "quality": {"text.made": (quality(),)},
        "because": {"r": ("it was made up", "house_rule")},
    }
    return About(**{**values, **changes})


def span(body: str, words: str) -> Span:
    """Give the place of words in a text."""
    start = body.index(words)
    return Span(start, start + len(words))
