"""
Late negatives: what detectors found in cases whose ruling fell afterwards.

A ruling that fell says that no violation stood, at least not one that was shown. Whether the
detector was wrong, or the step too hard, is in the words of whoever judged; a person chooses.
Sealed cases are left out whole: their contents measure and train nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from qingjian.cases.case import Case, Ruling
from qingjian.cases.event import Draft
from qingjian.cases.sql import Cases
from qingjian.core.errors import NotFound
from qingjian.core.intervals import wilson

_TOLD = ("role", "channel", "at")
"""What a row says about a text; not whose it is."""


@dataclass(frozen=True, slots=True)
class Fell:
    """
    How many cases with a hit of a detector were ruled on, and in how many the ruling fell.

    Args:
        interval: 95 %, of the share that fell.
    """

    detector: str
    ruled: int
    fell: int

    @property
    def interval(self) -> tuple[float, float]:
        """The share that fell, with 95 % confidence; 0 to 1 where nothing was ruled."""
        _, low, high = wilson(self.fell, self.ruled)
        return low, high


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A case of which no row can be made, and why."""

    case: str
    why: str


def counts(cases: Cases) -> list[Fell]:
    """Give how often rulings on each detector's hits fell, by detector. Cost: reads all cases."""
    ruled, fell = Counter[str](), Counter[str]()
    for case in _ruled(cases):
        found = {id for seen in case.seen for id in seen.detectors}
        ruled.update(found if _stands(case) or _fallen(case) else ())
        fell.update(found if _fallen(case) else ())
    return [Fell(id, count, fell[id]) for id, count in sorted(ruled.items())]


def negatives(cases: Cases, detector: str, who: str) -> Iterator[dict[str, Any] | LeftOut]:
    """
    Give a row as in `evals/data` for each text that a detector hit in a case that fell.

    That `who` looked is written down in the case. A case that gives no row says why.
    """
    for case in _ruled(cases):
        ruling = _fallen(case)
        if ruling is None:
            continue
        items = dict.fromkeys(
            (seen.item, seen.detectors[detector])
            for seen in case.seen
            if detector in seen.detectors and seen.at <= ruling.at
        )
        for number, (hash, version) in enumerate(items, 1):
            try:
                item = orjson.loads(cases.snapshot(hash)) if hash else {}
            except NotFound:
                yield LeftOut(case.id, "what was looked at is kept no longer")
                continue
            content = {key: item[key] for key in ("text", "turns", "sources") if item.get(key)}
            if not content.keys() & {"text", "turns"}:
                yield LeftOut(case.id, "it is neither a text nor a conversation, or was not kept")
                continue
            cases.act(case.id, who, lambda _, at, hash=hash: [Draft("viewed", {"snapshot": hash})])  # type: ignore[misc]  # called at once, with two arguments
            told = {key: value for key, value in _about(item).items() if key in _TOLD}
            said = {"label": 0, "why": _why(case, ruling), "about": told}
            of = {"detector": detector, "version": version, "at": ruling.at}
            yield {"id": f"{case.id}-{number}", **content, **said, **of}


def _ruled(cases: Cases) -> Iterator[Case]:
    ids = dict.fromkeys(event.case for event in cases.events() if event.what == "ruled")
    for id in ids:
        case = cases.get(id)
        if case.sealed is None:
            yield case


def _stands(case: Case) -> bool:
    return any(r.outcome == "violation" and r.state == "in_force" for r in case.rulings)


def _fallen(case: Case) -> Ruling | None:
    """Give the last ruling that fell, None where none did or another stands or is waited for."""
    if any(r.outcome == "violation" and r.state in ("in_force", "held") for r in case.rulings):
        return None
    fell = [r for r in case.rulings if r.outcome == "violation" and r.state == "overturned"]
    return fell[-1] if fell else None


def _why(case: Case, ruling: Ruling) -> str:
    """Give why it fell, in the words of whoever judged the appeal or looked again."""
    judged = [a.reason for a in case.appeals if a.ruling == ruling.number and a.reason]
    taken = [d.reason for d in case.dispositions if d.ruling == ruling.number and d.reason]
    return (*judged, *taken, "")[0]


def _about(item: Mapping[str, Any]) -> Mapping[str, Any]:
    about = item.get("about")
    return about if isinstance(about, Mapping) else {}
