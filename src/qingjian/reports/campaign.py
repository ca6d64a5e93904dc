"""
What was done in a period, counted: the numbers of a campaign's bulletin.

House rules are counted apart from the rows of the notice. The period before, of the same length,
is counted beside it.
"""

from __future__ import annotations

import math
import statistics
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from qingjian.cases.case import Case, Ruling
from qingjian.cases.event import MACHINE, Event
from qingjian.cases.fold import fold
from qingjian.cases.history import History, Period, in_force
from qingjian.core.clock import iso
from qingjian.core.obligations import HOUSE_RULE
from qingjian.core.types import SEVERITIES

MOST_TYPICAL = 12
_HOUR_S = 3_600.0
Key = tuple[str, str, str]
"""Problem class (`2.4`, or house_rule), kind of subject, step."""


@dataclass
class Counts:
    """
    What a period adds up to.

    Args:
        subjects: cases by class and kind in which a step was taken.
        hours: from opening to the first ruling, of cases that a person ruled on.
        open, overdue: cases at its end.
        orders: of authorities, by id; `silent` of them cite a ground for not telling owners.
        reports: to authorities: due, late and submitted.
    """

    period: Period
    intake: Counter[str] = field(default_factory=Counter)
    ruled: Counter[Key] = field(default_factory=Counter)
    steps: Counter[Key] = field(default_factory=Counter)
    reversed: Counter[Key] = field(default_factory=Counter)
    subjects: Counter[tuple[str, str]] = field(default_factory=Counter)
    appeals: Counter[str] = field(default_factory=Counter)
    by_machine: int = 0
    hours: array[float] = field(default_factory=lambda: array("d"))
    open: int = 0
    overdue: int = 0
    orders: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    reports: Counter[str] = field(default_factory=Counter)

    def add(self, history: History) -> None:
        """Count a case."""
        case, events = history
        for event in events:
            if self.period.holds(event.at):
                self._event(case, event)
        forced = {n for n, at in in_force(events).items() if self.period.holds(at)}
        for ruling in case.rulings:
            if ruling.number in forced:
                self._ruling(case, ruling)
        if case.rulings and self.period.holds(case.rulings[0].at) and not _alone(case.rulings[0]):
            self.hours.append((case.rulings[0].at - case.opened_at) / _HOUR_S)

    def stands(self, case: Case | None, at: float) -> None:
        """Count a case as it stands at the end of the period, or today where that is later."""
        if case is not None and case.task is not None:
            self.open += 1
            self.overdue += case.task.due_at < at
        for one in case.authority if case is not None else ():
            fell = case is not None and case.rulings[one.ruling - 1].state != "in_force"
            self.reports["late"] += one.submitted_at is None and not fell and one.due_at < at

    def _event(self, case: Case, event: Event) -> None:
        if event.what == "opened":
            self.intake[case.source] += 1
        elif event.what == "reported":
            self.intake["voices"] += 1
        elif event.what == "ordered":
            self.intake["items"] += 1
            self.orders.add(event.data["order"])
            self.silent.update([event.data["order"]] if event.data["silence"] else ())
        elif event.what in ("report_due", "report_submitted"):
            self.reports[event.what] += 1
        elif event.what == "reversed":
            one = case.disposition(event.data["id"])
            assert one is not None  # an event reverses what there is
            row = case.rulings[one.ruling - 1].row
            self.reversed[class_key(row), case.subject.kind, one.step] += 1
        elif event.what == "appealed":
            self.appeals[event.data["state"]] += 1
        elif event.what == "judged":
            self.appeals[event.data["outcome"]] += 1

    def _ruling(self, case: Case, ruling: Ruling) -> None:
        key, kind = class_key(ruling.row), case.subject.kind
        self.ruled[key, kind, ruling.outcome] += 1
        self.by_machine += _alone(ruling)
        taken = [d.step for d in case.dispositions if d.ruling == ruling.number]
        self.steps.update((key, kind, step) for step in taken)
        self.subjects[key, kind] += bool(taken)
        self.intake["ordered steps"] += len(taken) if ruling.told.get("order") else 0

    @property
    def figures(self) -> dict[str, float | None]:
        """The numbers that stand alone; hours and rates are None where there is nothing to tell."""
        judged = sum(self.appeals[outcome] for outcome in ("upheld", "overturned", "partly"))
        fell = self.appeals["overturned"] + self.appeals["partly"]
        hours = sorted(self.hours)
        return {
            "opened_by_scan": self.intake["scan"],
            "opened_by_report": self.intake["report"],
            "reports": self.intake["voices"],
            "violations": _sum(self.ruled, "violation"),
            "no_violations": _sum(self.ruled, "no_violation"),
            "steps": _sum(self.steps),
            "steps_reversed": _sum(self.reversed),
            "house_violations": _sum(self.ruled, "violation", house=True),
            "house_no_violations": _sum(self.ruled, "no_violation", house=True),
            "house_steps": _sum(self.steps, house=True),
            "house_steps_reversed": _sum(self.reversed, house=True),
            "ruled_by_machine": self.by_machine,
            "handled": len(hours),
            "hours_median": round(statistics.median(hours), 2) if hours else None,
            "hours_p90": round(hours[math.ceil(0.9 * len(hours)) - 1], 2) if hours else None,
            "appeals_filed": self.appeals["filed"],
            "appeals_late": self.appeals["inadmissible"],
            "appeals_upheld": self.appeals["upheld"],
            "appeals_overturned": self.appeals["overturned"],
            "appeals_partly": self.appeals["partly"],
            "overturn_rate": round(fell / judged, 4) if judged else None,
            "open": self.open,
            "overdue": self.overdue,
            "opened_by_order": self.intake["order"],
            "orders": len(self.orders),
            "orders_silent": len(self.silent),
            "order_items": self.intake["items"],
            "order_steps": self.intake["ordered steps"],
            "authority_reports_due": self.reports["report_due"],
            "authority_reports_submitted": self.reports["report_submitted"],
            "authority_reports_late": self.reports["late"],
        }


@dataclass(frozen=True, slots=True)
class Typical:
    """A case that stands for its class, without a name: first and last letter of the owner."""

    case: str
    class_: str
    row: str
    kind: str
    owner: str
    severity: str
    steps: tuple[str, ...]
    ground: str


@dataclass(frozen=True)
class Campaign:
    """A period, the one before, and a case of each class."""

    now: Counts
    before: Counts
    typical: tuple[Typical, ...]

    def row(self) -> dict[str, Any]:
        """Give all of it for machines."""
        figures = {
            name: {"value": value, "before": self.before.figures[name]}
            for name, value in self.now.figures.items()
        }
        return {
            "period": {"from": _first(self.now.period), "to": _last(self.now.period)},
            "before": {"from": _first(self.before.period), "to": _last(self.before.period)},
            "figures": figures,
            "steps": list(self.cube(house=False)),
            "house_rules": list(self.cube(house=True)),
            "subjects": [
                {"class": key, "kind": kind, "cases": n, "before": self.before.subjects[key, kind]}
                for (key, kind), n in sorted(self.now.subjects.items())
                if n
            ],
            "typical": [asdict(one) for one in self.typical],
        }

    def cube(self, *, house: bool) -> Iterator[dict[str, Any]]:
        """Give the steps by class, kind and step, those of house rules or all others."""
        now, before = self.now, self.before
        for key in sorted({*now.steps, *now.reversed, *before.steps}):
            if (key[0] == HOUSE_RULE) == house:
                counts = {"steps": now.steps[key], "reversed": now.reversed[key]}
                said = dict(zip(("class", "kind", "step"), key, strict=True))
                yield {**said, **counts, "before": before.steps[key]}


def campaign(histories: Iterable[History], period: Period, at: float) -> Campaign:
    """
    Count a period that begins and ends.

    Args:
        histories: of all cases, cut off where the period ends.
        at: now, UTC epoch seconds; a case cannot be overdue later than that.
    """
    now, before = Counts(period), Counts(period.before)
    typical: dict[str, tuple[tuple[Any, ...], Typical]] = {}
    for history in histories:
        case, events = history
        now.add(history)
        now.stands(case, min(at, period.end))
        if events[0].at < period.start:
            before.add(history)
            then = tuple(e for e in events if e.at < period.start)
            before.stands(case if then == events else fold(then), min(at, period.start))
        for weight, one in _stand_for(history, period):
            if one.class_ not in typical or typical[one.class_][0] < weight:
                typical[one.class_] = (weight, one)
    chosen = sorted(typical.values(), key=lambda pair: pair[0], reverse=True)[:MOST_TYPICAL]
    return Campaign(now, before, tuple(one for _, one in chosen))


def masked(name: str) -> str:
    """Give a name's first and last letter, `雪*象`; one of two letters keeps the first alone."""
    if len(name) < 3:
        return name[:1] + "*" if len(name) == 2 else "*" * len(name)
    return f"{name[0]}*{name[-1]}"


def class_key(row: str) -> str:
    """Give the number of a row's problem class, `2.4`; house_rule stays."""
    return ".".join(row.split(".")[:2])


def _stand_for(history: History, period: Period) -> Iterator[tuple[tuple[Any, ...], Typical]]:
    """Give a case's rulings that stand, with how much there is to tell of each."""
    case, events = history
    forced = in_force(events)
    for ruling in case.rulings:
        steps = tuple(
            d.step
            for d in case.dispositions
            if d.ruling == ruling.number and d.state in ("active", "expired")
        )
        stands = ruling.state == "in_force" and period.holds(forced.get(ruling.number, math.nan))
        silent = case.silence(ruling.number) is not None
        if not steps or not stands or silent or ruling.row == HOUSE_RULE:
            continue
        severity = max((s.severity for s in case.seen), key=SEVERITIES.index, default="info")
        weight = (SEVERITIES.index(severity), len(steps), case.reach, case.id)
        who = masked(case.subject.owner)
        key, kind = class_key(ruling.row), case.subject.kind
        yield weight, Typical(case.id, key, ruling.row, kind, who, severity, steps, ruling.ground)


def _alone(ruling: Ruling) -> bool:
    return bool(ruling.told.get("automated")) or ruling.who == MACHINE


def _sum(counted: Mapping[Key, int], last: str = "", *, house: bool = False) -> int:
    return sum(
        n
        for (key, _, what), n in counted.items()
        if (key == HOUSE_RULE) == house and last in ("", what)
    )


def _first(period: Period) -> str:
    return iso(period.start)[:10]


def _last(period: Period) -> str:
    return iso(period.end - 1)[:10]
