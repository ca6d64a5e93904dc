"""
A row of a scan to what a case keeps of it.

What asks nothing of a person opens no case and is kept all the same: a rule can be tried on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import orjson

from qingjian.cases.acts import SHORTEST_REASON, Ground
from qingjian.cases.case import Seen
from qingjian.cases.members import Member, listed_in, members
from qingjian.cases.queue import HOUR_S, REVIEW_HOURS, queue_of
from qingjian.cases.subject import Subject, asked_by
from qingjian.core.actions import LADDERS
from qingjian.core.errors import BadRow
from qingjian.core.hashing import sha256
from qingjian.core.types import SEVERITIES

QUIET = ("", "pass", "keep", "note")
"""Steps that ask nothing of a person."""
_STEPS = {step for ladder in LADDERS.values() for step in ladder}


@dataclass(frozen=True, slots=True)
class Sighting:
    """
    A run over an item, ready to be kept.

    Args:
        row: the row of the scan as bytes, without the time it took.
        item: the item as bytes, empty where it is not known.
        asks: whether a person should look.
        reach: how many people it reached, 0 unknown.
        step: what the machine may do alone, empty where it may do nothing.
        ground: what that rests on.
        evidence: against each member of a cluster, by hash.
        cluster: the case of the cluster that it was severed from.
        sealed: whether its case is sealed from the first.
    """

    subject: Subject
    row: bytes
    seen: Seen
    item: bytes = b""
    asks: bool = False
    reach: int = 0
    step: str = ""
    ground: Ground | None = None
    evidence: Mapping[str, bytes] = field(default_factory=dict)
    cluster: str = ""
    sealed: bool = False

    @property
    def queue(self) -> str:
        """The queue it belongs to."""
        return queue_of(self.seen.rows)

    @property
    def due_in_s(self) -> float:
        """By when it should be looked at, in seconds from now."""
        return REVIEW_HOURS[self.seen.severity] * HOUR_S

    @property
    def found(self) -> dict[str, Any]:
        """What the event says of it."""
        one = self.seen
        said = {"row": one.row, "item": one.item, "do": one.do, "policy": one.policy}
        told = {"rules": list(one.rules), "rows": list(one.rows), "reach": self.reach}
        weighed = {"severity": one.severity, "confidence": one.confidence}
        known = {"detectors": dict(one.detectors), "records": list(one.records)}
        apart = {"members": [asdict(m) for m in one.members]} if one.members else {}
        return {**said, **told, **weighed, **known, **apart}


Grounds = Mapping[str, tuple[str, str, str]]
"""By rule of the policy in force: the step that it asks for, its row and its `because`."""


@dataclass(frozen=True, slots=True)
class Whose:
    """
    What a row does not tell of its subject.

    Args:
        grounds: of the policy that decided; without them nothing is done without a person.
    """

    kind: str = "content"
    owner: str = ""
    reach: int = 0
    item: Mapping[str, Any] = field(default_factory=dict)
    grounds: Grounds = field(default_factory=dict)


def sighting(row: Mapping[str, Any], whose: Whose) -> Sighting:
    """
    Give what is kept of a row of `qingjian scan --format jsonl`.

    Members of a cluster stand in the row, or in the item, as `members`; what is kept of both has
    the hash of each member's evidence in place of it. Where row, item or the evidence of a finding
    says `sealed`, the case is sealed from the first, whatever the policy asks for.

    Raises BadRow for what is no such row, or one whose item could not be read.
    """
    if not isinstance(row, dict):
        raise BadRow("no row of a scan: it is no object")
    row, whose, evidence, apart = _apart(row, whose)
    try:
        id = str(row["id"])
        if row.get("error"):
            raise BadRow(f"{id}: {row['error']['what']}")
        decision = row["decision"]
        do = str(decision["do"])
        hits = [f for f in row["findings"] if not f["against"]]
        versions = {r["detector"]: r["version"] for r in row["ran"]}
        found = {str(f["detector"]): str(versions.get(f["detector"], "")) for f in hits}
        rows = sorted({str(r) for f in hits for r in f["serves"]})
        kept = orjson.dumps({k: v for k, v in row.items() if k != "took_ms"})
        severity = max((f["severity"] for f in hits), key=SEVERITIES.index, default="info")
        needs_person = bool(decision["needs_person"])
        policy, rules = str(decision["policy"]), tuple(map(str, decision["rules"]))
        confidence = _confidence(hits, severity)
        records = sorted({str(r) for f in hits if (r := f["evidence"].get("record"))})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRow(f"no row of a scan: {type(error).__name__} {error}") from None
    if do not in _STEPS:
        raise BadRow(f"{id}: no step {do!r} on any ladder")
    item = orjson.dumps(dict(whose.item)) if whose.item else b""
    seen = Seen(
        at=0.0,
        row=sha256(kept),
        item=sha256(item) if item else "",
        do=do,
        policy=policy,
        rules=rules,
        detectors=found,
        rows=tuple(rows),
        severity=severity,
        confidence=confidence,
        records=tuple(records),
        members=apart,
    )
    hide = flagged(row, whose.item)
    asks = hide or do not in QUIET or (needs_person and do not in ("pass", "keep"))
    subject = Subject(whose.kind, id, whose.owner)
    alone = asks and not needs_person and not apart and not hide
    step, ground = _alone(seen, whose) if alone else ("", None)
    return Sighting(subject, kept, seen, item, asks, whose.reach, step, ground, evidence, "", hide)


def _apart(
    row: Mapping[str, Any], whose: Whose
) -> tuple[Mapping[str, Any], Whose, dict[str, bytes], tuple[Member, ...]]:
    """Give row and item without what they say of members, the evidence, and the members."""
    in_row = "members" in row
    in_item = listed_in(whose.item)
    if not in_row and not in_item:
        return row, whose, {}, ()
    if whose.kind != "cluster":
        raise BadRow(f"{row.get('id')}: only a cluster has members, not {whose.kind}")
    made, evidence = members((row if in_row else whose.item)["members"])
    told = {"members": [asdict(m) for m in made]}
    item = {**whose.item, **told} if in_item else whose.item
    return {**row, **told}, replace(whose, item=item), evidence, made


def flagged(row: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Tell whether a row, an item or the evidence of a finding says that it is to be sealed."""
    found = row.get("findings") or ()
    evidence = (f.get("evidence") for f in found if isinstance(f, Mapping))
    return any(map(_says_sealed, (row, item, *evidence)))


def _says_sealed(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("sealed") not in (None, False, 0, "")


def _alone(seen: Seen, whose: Whose) -> tuple[str, Ground | None]:
    """Give the step that the policy lets the machine take, and on what ground; else nothing."""
    step = asked_by(seen.do, whose.kind)
    because = next((g for r in seen.rules if (g := whose.grounds.get(r)) and g[0] == seen.do), None)
    if step is None or step.approval or because is None or len(because[2]) < SHORTEST_REASON:
        return "", None
    _, row, reason = because
    return step.id, Ground(row, seen.policy, reason)


def _confidence(hits: Iterable[Mapping[str, Any]], severity: str) -> float:
    """Give the highest score of the strongest findings; a fact without a score counts in full."""
    scores = [
        1.0 if f["score"] is None else float(f["score"]) for f in hits if f["severity"] == severity
    ]
    return min(max(0.0, *scores), 1.0) if scores else 1.0
