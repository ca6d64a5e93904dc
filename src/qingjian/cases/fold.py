"""
Events to a case: the only place that knows what an event does.

Pure: the same events give the same case, so every table beside the chain can be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from qingjian.cases import authority, order
from qingjian.cases.case import Appeal, Case, Disposition, Ruling, Sealing, Seen, Severed, Task
from qingjian.cases.event import APART, Event
from qingjian.cases.members import Member
from qingjian.cases.queue import SEALED
from qingjian.cases.subject import Subject
from qingjian.core.errors import DamagedFile


def fold(events: Iterable[Event], case: Case | None = None) -> Case | None:
    """Give the case that events make of the one before, None where none is of a case."""
    for event in events:
        if event.what not in APART:
            case = apply(case, event)
    return case


def apply(case: Case | None, event: Event) -> Case:
    """Give the case after an event. Raises DamagedFile for one that cannot follow."""
    if case is None:
        if event.what != "opened":
            raise DamagedFile(f"event {event.seq}: {event.what} before the case was opened")
        return _opened(event)
    change = _CHANGES.get(event.what)
    if change is None:
        raise DamagedFile(f"event {event.seq}: nobody knows what {event.what!r} does")
    return replace(change(case, event), events=case.events + 1)


def _opened(event: Event) -> Case:
    d = event.data
    subject = Subject(d["kind"], d["subject"], d["owner"])
    task = Task("review", event.at, d["due_at"])
    source = d.get("source", "scan")
    reach, cluster = d.get("reach", 0), d.get("cluster", "")
    return Case(
        event.case, subject, d["queue"], event.at, task, reach, source=source, cluster=cluster
    )


def _found(case: Case, event: Event) -> Case:
    d = event.data
    one = Seen(
        event.at,
        d["row"],
        d.get("item", ""),
        d.get("do", ""),
        d.get("policy", ""),
        tuple(d.get("rules", ())),
        d.get("detectors", {}),
        tuple(d.get("rows", ())),
        d.get("severity", "info"),
        d.get("confidence", 1.0),
        tuple(d.get("records", ())),
        tuple(Member(**m) for m in d.get("members", ())),
    )
    reach = max(case.reach, d.get("reach", 0))
    queue = case.queue if case.sealed else d.get("queue", case.queue)
    changed = replace(case, seen=(*case.seen, one), reach=reach, queue=queue)
    if changed.task is not None and "due_at" in d:
        due = min(changed.task.due_at, d["due_at"])
        changed = replace(changed, task=replace(changed.task, due_at=due))
    return changed


def _reported(case: Case, event: Event) -> Case:
    voice = event.data["voice"]
    if voice in case.reporters:
        return case
    return replace(case, reporters=(*case.reporters, voice))


def _tasked(case: Case, **changed: Any) -> Case:
    """Give the case with its task changed; a case without one stays as it is."""
    return replace(case, task=replace(case.task, **changed)) if case.task else case


def _claimed(case: Case, event: Event) -> Case:
    return _tasked(case, by=event.who, until=event.data["until"])


def _released(case: Case, event: Event) -> Case:
    return _tasked(case, by="", until=0.0)


def _skipped(case: Case, event: Event) -> Case:
    barred = sorted({*(case.task.barred if case.task else ()), event.who})
    return _tasked(case, by="", until=0.0, barred=tuple(barred))


def _snoozed(case: Case, event: Event) -> Case:
    return _tasked(case, by="", until=0.0, later=event.data["until"])


def _ruled(case: Case, event: Event) -> Case:
    d = event.data
    held = bool(d["held"])
    ruling = Ruling(
        d["number"],
        event.at,
        event.who,
        d["outcome"],
        d["row"],
        d["ground"],
        d["reason"],
        "held" if held else "in_force",
        records=tuple(d.get("records", ())),
        told=d.get("told", {}),
    )
    state: Literal["held", "scheduled"] = "held" if held else "scheduled"
    asked = tuple(
        Disposition(s["id"], s["step"], d["number"], state, s["starts_at"], s["ends_at"])
        for s in d["steps"]
    )
    changed = replace(
        case,
        rulings=(*case.rulings, ruling),
        dispositions=(*case.dispositions, *asked),
    )
    if held:
        task = Task("approval", event.at, d["due_at"], barred=(event.who,))
        return replace(changed, task=task)
    return replace(changed, task=None, closed_at=event.at)


def _with_ruling(case: Case, number: int, **changed: Any) -> Case:
    made = tuple(replace(r, **changed) if r.number == number else r for r in case.rulings)
    return replace(case, rulings=made)


def _each(case: Case, number: int, state: str, new: str) -> Case:
    """Give the case with the dispositions of a ruling that stand in a state put in another."""
    made = tuple(
        replace(d, state=new) if d.ruling == number and d.state == state else d  # type: ignore[arg-type]  # both are states
        for d in case.dispositions
    )
    return replace(case, dispositions=made)


def _approved(case: Case, event: Event) -> Case:
    number = event.data["ruling"]
    changed = _with_ruling(case, number, state="in_force", approved_by=event.who)
    changed = _each(changed, number, "held", "scheduled")
    return replace(changed, task=None, closed_at=event.at)


def _refused(case: Case, event: Event) -> Case:
    number = event.data["ruling"]
    changed = _with_ruling(case, number, state="refused", approved_by=event.who)
    changed = _each(changed, number, "held", "refused")
    return replace(changed, task=Task("review", event.at, event.data["due_at"]))


def _started(case: Case, event: Event) -> Case:
    return case.with_disposition(event.data["id"], state="active")


def _expired(case: Case, event: Event) -> Case:
    return case.with_disposition(event.data["id"], state="expired")


def _reversed(case: Case, event: Event) -> Case:
    return case.with_disposition(event.data["id"], state="reversed", reason=event.data["reason"])


def _noticed(case: Case, event: Event) -> Case:
    said = {"at": event.at, "sent": event.what == "noticed", **event.data}
    return replace(case, notices=(*case.notices, said))


def _appealed(case: Case, event: Event) -> Case:
    d = event.data
    appeal = Appeal(d["number"], event.at, event.who, d["words"], d["ruling"], d["state"])
    changed = replace(case, appeals=(*case.appeals, appeal))
    if d["state"] == "inadmissible":
        return changed
    task = Task("appeal", event.at, d["due_at"], barred=tuple(d["barred"]))
    return replace(changed, task=task, closed_at=None)


def _judged(case: Case, event: Event) -> Case:
    d = event.data
    made = tuple(
        replace(a, state=d["outcome"], judged_by=event.who, reason=d["reason"])
        if a.number == d["number"]
        else a
        for a in case.appeals
    )
    changed = replace(case, appeals=made, task=None, closed_at=event.at)
    if d["outcome"] == "overturned":
        changed = _with_ruling(changed, d["ruling"], state="overturned")
    return changed


def _reopened(case: Case, event: Event) -> Case:
    d = event.data
    changed = _with_ruling(case, d["overturns"], state="overturned") if d["overturns"] else case
    task = Task("review", event.at, d["due_at"], barred=tuple(d["barred"]))
    again = (*case.again, *d.get("shared", ()))
    return replace(changed, task=task, closed_at=None, again=again)


def _severed(case: Case, event: Event) -> Case:
    made = tuple(Severed(**one) for one in event.data["cases"])
    changed = replace(case, severed=(*case.severed, *made))
    return changed if event.data["left"] else replace(changed, task=None, closed_at=event.at)


def _sealed(case: Case, event: Event) -> Case:
    d = event.data
    sealed = Sealing(event.at, event.who, d["reason"], d["report_due_at"])
    changed = replace(case, queue=SEALED, sealed=sealed)
    due = min(case.task.due_at, d["report_due_at"]) if case.task else 0.0
    return _tasked(changed, due_at=due)


def _told_of(case: Case, event: Event) -> Case:
    d = event.data
    assert case.sealed is not None  # asked before it is written
    told = {"to": d["to"], "number": d["number"]}
    sealed = replace(case.sealed, told_at=event.at, told_by=event.who, **told)
    return replace(case, sealed=sealed)


def _same(case: Case, event: Event) -> Case:
    return case


_CHANGES: Mapping[str, Callable[[Case, Event], Case]] = {
    "found": _found,
    "reported": _reported,
    "claimed": _claimed,
    "released": _released,
    "skipped": _skipped,
    "snoozed": _snoozed,
    "ruled": _ruled,
    "approved": _approved,
    "refused": _refused,
    "started": _started,
    "expired": _expired,
    "reversed": _reversed,
    "noticed": _noticed,
    "notice_held": _noticed,
    "appealed": _appealed,
    "judged": _judged,
    "reopened": _reopened,
    "severed": _severed,
    "sealed": _sealed,
    "sealed_reported": _told_of,
    "viewed": _same,
    "purged": _same,
    **order.CHANGES,
    **authority.CHANGES,
}
