"""
What a person may do in a case: each act looks at the case and gives what is to be written down.

Pure. Raises Conflict where the case stands otherwise, NotAllowed where another person is needed,
UsageError where something is missing. Whether a role permits an act is asked at the door.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from qingjian.cases.case import Case, Disposition, Ordered, Severed, Task
from qingjian.cases.event import Draft
from qingjian.cases.queue import APPROVAL_HOURS, HOUR_S, REVIEW_HOURS
from qingjian.cases.subject import step
from qingjian.core.errors import Conflict, NotAllowed, UsageError
from qingjian.core.obligations import HOUSE_RULE, obligation

LEASE_S = 15 * 60.0
DAY_S = 86_400.0
MOST_REACH = 100_000
"""Whoever reached more people than this is ruled on by two."""
MOST_WORDS = 5_000
SHORTEST_REASON = 6
_ORDER = re.compile(r"o_[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A step that a ruling asks for; `days` 0 has no end, None the step's own."""

    step: str
    days: int | None = None
    starts_at: float | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """
    What a ruling rests on.

    Args:
        row: the row of the notice, or `house_rule`.
        ground: the article of a law, the rule of the platform, or the id of an authority's order.
        reason: in words for the owner.
        records: records of the archive, beside those that findings quote; when one is retracted
            the ruling falls.
        facts: what was seen, for a statement of reasons.
        illegal: whether the ground is a law; else it is the platform's own rule.
        batch: the name of the batch that it was ruled on in, empty for one alone.
    """

    row: str
    ground: str
    reason: str
    records: tuple[str, ...] = ()
    facts: str = ""
    illegal: bool = False
    batch: str = ""


def claim(case: Case, who: str, at: float, lease_s: float = LEASE_S) -> list[Draft]:
    """Take the task, or prolong the lease of whoever has it."""
    task = open_task(case)
    if who in task.barred:
        raise NotAllowed(f"{who} has had a hand in case {case.id}", "another person takes it")
    if task.held(at) not in ("", who):
        raise Conflict(f"case {case.id} is with {task.by}", "claim the next one")
    return [Draft("claimed", {"until": at + lease_s})]


def release(case: Case, who: str, at: float) -> list[Draft]:
    """Give the task back to the queue."""
    mine(case, who, at)
    return [Draft("released", {})]


def skip(case: Case, who: str, reason: str, at: float) -> list[Draft]:
    """Pass the task on, with the reason; it is not offered to this person again."""
    mine(case, who, at)
    return [Draft("skipped", {"reason": _words(reason, "a skip")})]


def snooze(case: Case, who: str, until: float, reason: str, at: float) -> list[Draft]:
    """Put the task off, at most until it is due."""
    task = mine(case, who, at)
    if not at < until <= max(task.due_at, at + DAY_S):
        raise UsageError("a task is put off until it is due at the latest")
    return [Draft("snoozed", {"until": until, "reason": _words(reason, "a snooze")})]


def rule(case: Case, who: str, ground: Ground, asked: Iterable[Asked], at: float) -> list[Draft]:
    """
    Rule on the subject; steps that need it wait for a second person.

    No step is asked for where nothing was violated: then whatever stands is reversed.
    """
    task = mine(case, who, at)
    if task.kind != "review":
        raise Conflict(f"case {case.id} waits for {task.kind}, not for a ruling")
    return ruling(case, ground, asked, at)


def ruling(
    case: Case, ground: Ground, asked: Iterable[Asked], at: float, *, automated: bool = False
) -> list[Draft]:
    """Give what a ruling writes down. Raises UsageError for one without row, ground or reason."""
    steps = list(asked)
    order = _ordered(case, ground.ground, at)
    if steps and case.members:
        hint = f"one ruling a member: qingjian case cluster-rule {case.id}"
        raise Conflict(f"case {case.id} is a cluster of {len(case.members):,}", hint)
    if ground.row != HOUSE_RULE and obligation(ground.row).declined:
        raise UsageError(f"row {ground.row} is declined", f"only a {HOUSE_RULE} may be ruled on")
    if steps and not ground.ground.strip():
        raise UsageError("a step needs a ground", "name the article or the platform's rule")
    number = len(case.rulings) + 1
    taken = [_taken(case, number, n, one, at) for n, one in enumerate(steps, 1)]
    kinds = [step(one.step, case.subject.kind) for one in steps]
    held = any(k.approval for k in kinds) or bool(kinds and case.reach > MOST_REACH)
    data = {
        "number": number,
        "outcome": "violation" if steps else "no_violation",
        "row": ground.row,
        "ground": order.named if order else ground.ground.strip()[:500],
        "reason": _words(ground.reason, "a ruling"),
        "records": sorted({*ground.records, *(r for s in case.seen for r in s.records)}),
        "steps": taken,
        "held": held,
        "due_at": at + APPROVAL_HOURS * HOUR_S,
        "told": {
            "facts": "" if case.sealed else ground.facts[:MOST_WORDS],
            "illegal": ground.illegal,
        }
        | {"automated": automated}
        | ({"batch": ground.batch} if ground.batch else {})
        | ({"order": order.id} if order else {}),
    }
    drafts = [Draft("ruled", data)]
    if not steps:
        drafts += reversals(case, "ruled that nothing was violated")
    return drafts


def approve(case: Case, who: str, at: float) -> list[Draft]:
    """Agree, as a second person, to a ruling that waits for one."""
    task = mine(case, who, at)
    if task.kind != "approval" or case.ruling is None:
        raise Conflict(f"case {case.id} waits for {task.kind}, not for approval")
    return [Draft("approved", {"ruling": case.ruling.number})]


def refuse(case: Case, who: str, reason: str, at: float) -> list[Draft]:
    """Disagree, as a second person: the case is reviewed again."""
    task = mine(case, who, at)
    if task.kind != "approval" or case.ruling is None:
        raise Conflict(f"case {case.id} waits for {task.kind}, not for approval")
    said = {"ruling": case.ruling.number, "reason": _words(reason, "a refusal")}
    return [Draft("refused", {**said, "due_at": at + REVIEW_HOURS["high"] * HOUR_S})]


def reopen(case: Case, reason: str, at: float, *, overturns: int = 0) -> list[Draft]:
    """
    Review a closed case again; with the number of a ruling, that falls and what it did is reversed.
    """
    barred: tuple[str, ...] = ()
    data = {"reason": _words(reason, "a reopening"), "overturns": overturns}
    drafts = reversals(case, reason, overturns) if overturns else []
    if case.task is None or overturns:
        due = at + REVIEW_HOURS["medium"] * HOUR_S
        drafts.append(Draft("reopened", {**data, "due_at": due, "barred": list(barred)}))
    return drafts


def sever(case: Case, who: str, cases: Iterable[Severed], at: float) -> list[Draft]:
    """Write down the case that each member has of its own; with the last one the cluster closes."""
    mine(case, who, at)
    made = list(cases)
    had = {(one.kind, one.id) for one in (*case.severed, *made)}
    left = len(case.members.keys() - had)
    return [Draft("severed", {"cases": [asdict(one) for one in made], "left": left})]


def lift(case: Case, disposition: str, reason: str) -> list[Draft]:
    """Reverse one step before its end."""
    one = case.disposition(disposition)
    if one is None or not one.standing:
        raise Conflict(f"{disposition} does not stand in case {case.id}")
    return [_reversed(one, reason)]


def reversals(case: Case, reason: str, number: int = 0) -> list[Draft]:
    """Give the reversal of every standing step, or of those of one ruling."""
    return [
        _reversed(d, reason)
        for d in case.dispositions
        if d.standing and (not number or d.ruling == number)
    ]


def due(case: Case, at: float) -> list[Draft]:
    """Give what time does: steps begin and end."""
    drafts = []
    for one in case.dispositions:
        if one.state == "scheduled" and one.starts_at <= at:
            drafts.append(Draft("started", {"id": one.id, "step": one.step}))
        if one.state in ("scheduled", "active") and one.ends_at is not None and one.ends_at <= at:
            drafts.append(Draft("expired", {"id": one.id, "step": one.step}))
    return drafts


def open_task(case: Case) -> Task:
    """Give the task. Raises Conflict for a closed case."""
    if case.task is None:
        raise Conflict(f"case {case.id} is closed", "an appeal or a reopening opens it")
    return case.task


def mine(case: Case, who: str, at: float) -> Task:
    """Give the task that somebody has claimed. Raises Conflict, NotAllowed."""
    task = open_task(case)
    if who in task.barred:
        raise NotAllowed(f"{who} has had a hand in case {case.id}", "another person takes it")
    if task.held(at) != who:
        told = f"is with {task.held(at)}" if task.held(at) else "was not claimed"
        raise Conflict(f"case {case.id} {told}", f"qingjian case claim {case.id}")
    return task


def _taken(case: Case, number: int, n: int, asked: Asked, at: float) -> dict[str, object]:
    one = step(asked.step, case.subject.kind)
    days = one.days if asked.days is None else asked.days
    starts = max(at, asked.starts_at or at)
    if days < 0 or days > 3_650:
        raise UsageError(f"{one.id}: a step lasts 0 to 3650 days, not {days}")
    ends = starts + days * DAY_S if days else None
    return {"id": f"{number}.{n}", "step": one.id, "starts_at": starts, "ends_at": ends}


def _ordered(case: Case, ground: str, at: float) -> Ordered | None:
    """Give the order that a ground names by its id. Raises Conflict for one that is over."""
    id = ground.strip()
    if not _ORDER.fullmatch(id):
        return None
    order = case.order(id)
    if order is None or order.expires_at <= at:
        what = f"order {id} asks for nothing in case {case.id}"
        raise Conflict(what, "it is over or of other items; name another ground")
    return order


def _reversed(one: Disposition, reason: str) -> Draft:
    return Draft("reversed", {"id": one.id, "step": one.step, "reason": reason})


def _words(reason: str, what: str) -> str:
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= MOST_WORDS:
        raise UsageError(
            f"{what} needs a reason of {SHORTEST_REASON} to {MOST_WORDS} characters",
            "say what was seen and why it matters",
        )
    return reason
