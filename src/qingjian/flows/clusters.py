"""
A ruling on a cluster: as many rulings as it has members, each of which stands and falls by itself.

Each member gets a case of its own with nothing but the evidence against it, a ruling, a notice and
an appeal. Only steps that one person may take, and that can be taken back, are taken this way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import orjson

from qingjian.cases import acts
from qingjian.cases.case import Case, Severed
from qingjian.cases.intake import Sighting, Whose, sighting
from qingjian.cases.members import Member, unnamed
from qingjian.cases.sql import Cases
from qingjian.cases.subject import steps
from qingjian.cases.wanted import Wanted
from qingjian.core.errors import Conflict, QingjianError, UsageError
from qingjian.core.hashing import sha256
from qingjian.core.types import Note
from qingjian.flows.bulk import tried

DETECTOR = "cluster"
"""What the run of a member's case is said to be of."""


def rule(
    cases: Cases, id: str, who: str, ground: acts.Ground, asked: Sequence[acts.Asked]
) -> tuple[str, list[Case | Note]]:
    """
    Rule on each member in a case of its own; give the batch, and each case or why it was refused.

    Whoever rules has claimed the cluster's case; it closes once each member has a case. Broken off,
    it is called again with the same words: what was ruled stays, and is not ruled twice.

    Raises UsageError for a step that needs a second person, or words that name a member.
    """
    case = cases.get(id)
    acts.mine(case, who, cases.clock())
    if not case.members:
        hint = "rule on it as on any case: qingjian case rule"
        raise UsageError(f"case {id} names no members", hint)
    _reversible(asked)
    everybody = [one for listed in case.members.values() for one in listed]
    unnamed((ground.ground, ground.reason, ground.facts), everybody)
    batch = f"b_{sha256(f'{id} {len(case.severed)} {who.strip()}'.encode())[:16]}"
    said = replace(ground, batch=batch)
    done = {(one.kind, one.id) for one in case.severed}
    made: list[Case | Note] = []
    severed = []
    for key, listed in case.members.items():
        if key in done:
            continue
        told = _ruled(cases, case, listed, who, said, asked)
        made.append(told)
        if isinstance(told, Case):
            severed.append(Severed(*key, told.id))
    if not made:
        raise Conflict(f"each member of case {id} has a case of its own already")
    cases.act(id, who, lambda one, at: acts.claim(one, who, at))  # it may have taken a while
    cases.act(id, who, lambda one, at: acts.sever(one, who, severed, at))
    return batch, made


def _reversible(asked: Iterable[acts.Asked]) -> None:
    """Refuse steps that one person may not take alone, or that cannot be taken back."""
    listed = [steps()[one.step] for one in asked if one.step in steps()]
    heavy = next((one.id for one in listed if one.approval), "")
    if heavy:
        hint = "take it in the case of each member, with a second person"
        raise UsageError(f"{heavy} is no step to begin with against a cluster", hint)
    if not listed:
        hint = "where nothing was violated: qingjian case rule without a step"
        raise UsageError("a ruling on a cluster takes a step", hint)


def _ruled(
    cases: Cases,
    cluster: Case,
    listed: Sequence[Member],
    who: str,
    ground: acts.Ground,
    asked: Sequence[acts.Asked],
) -> Case | Note:
    """Give a member's own case once it is ruled on, or why it is not."""
    one = listed[0]
    name = f"{one.kind} {one.id}"
    try:
        case = _own(cases, cluster, listed, who)
    except QingjianError as error:
        return Note(name, error.what)
    if case.rulings:
        return case

    def claimed(case: Case, at: float) -> list[Any]:
        return acts.claim(case, who, at)

    def ruled(case: Case, at: float) -> list[Any]:
        return acts.rule(case, who, ground, asked, at)

    (told,) = tried(cases, case.id, who, (claimed, ruled))
    return told if isinstance(told, Case) else Note(name, f"case {told.what}: {told.reason}")


def _own(cases: Cases, cluster: Case, listed: Sequence[Member], who: str) -> Case:
    """Give the case of a member, opened where it has none. Raises Conflict, NotFound."""
    one = listed[0]
    had = _cases_of(cases, one)
    own = next((c for c in had if c.cluster == cluster.id), None)
    if own is not None:
        return own
    open_ = next((c for c in had if c.task is not None), None)
    if open_ is not None:
        raise Conflict(f"case {open_.id} is open on it", "rule there, or close it first")
    cases.take_in([_sighting(cases, cluster, member) for member in listed], who)
    return next(c for c in _cases_of(cases, one) if c.cluster == cluster.id)


def _cases_of(cases: Cases, one: Member) -> list[Case]:
    rows = cases.listed(Wanted(kinds=(one.kind,), subject=one.id), 1_000)
    return [cases.get(str(row["id"])) for row in rows]


def _sighting(cases: Cases, cluster: Case, one: Member) -> Sighting:
    """Give what a member's case is opened by: the evidence against it, and no more."""
    evidence = orjson.loads(cases.snapshot(one.evidence))
    last = next(s for s in reversed(cluster.seen) if s.members)
    finding: dict[str, Any] = {
        "detector": DETECTOR,
        "severity": last.severity,
        "score": None,
        "why": str(evidence.get("why", "")),
        "at": None,
        "evidence": {},
        "against": [],
        "serves": list(last.rows),
    }
    decision = {"do": "queue", "rules": [], "policy": last.policy, "needs_person": True}
    row = {"contract": 1, "id": one.id, "decision": {**decision, "unknown": []}, "scores": {}}
    row |= {"findings": [finding], "abstained": [], "not_looked_at": [], "error": None, "ran": []}
    # without the cluster's case the same evidence, given again, would be a run that is known
    row["cluster"] = cluster.id
    whose = Whose(one.kind, one.owner, item=evidence)
    return replace(sighting(row, whose), cluster=cluster.id)
