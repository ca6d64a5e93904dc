"""
The cases that a verb works on, and how they are told to people and machines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from qingjian.cli.archive.opened import show, there
from qingjian.cli.incident.told import say

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from qingjian.cases.case import Case, Sealing
    from qingjian.cases.event import Draft
    from qingjian.cases.sql import Cases
    from qingjian.cases.webhooks import Webhooks
    from qingjian.wiring import Services

_T = TypeVar("_T")
Id = Annotated[str, typer.Argument(metavar="CASE", help="Id of a case.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words for whoever reads it later.")]


def opened(db: str) -> Cases:
    """Give the cases of the database. Raises NotFound for one that is not there."""
    from qingjian.cases.safe import safe
    from qingjian.cases.sql import Cases
    from qingjian.core.settings import load
    from qingjian.store.engine import open_store

    s = load().settings  # not by `built`: its imports take half a second
    apart = safe(s.sealed_contents, s.sealed_key_file, s.sealed_report_hours)
    engine, days = open_store(there(db)), s.authority_report_days
    return Cases(engine, s.tenant, lang=s.lang, report_days=days, safe=apart)


def webhooks(db: str, *, make: bool = False) -> Webhooks:
    """Give the endpoints of the database. Raises NotFound for one that is not there."""
    from qingjian.cases.webhooks import Webhooks

    return of_tenant(Webhooks, db, make=make)


def of_tenant(noun: Callable[[Engine, str], _T], db: str, *, make: bool = False) -> _T:
    """Give what the database holds of the tenant. Raises NotFound for one that is not there."""
    from qingjian.core.settings import load
    from qingjian.store.engine import open_store

    return noun(open_store(there(db, make=make)), load().settings.tenant)


def listed(values: Iterable[Any], line: Callable[[Any], None], none: str, *, json: bool) -> None:
    """Print dataclasses: as JSON, or a line each, or that there is none."""
    made = list(values)
    if json:
        show([asdict(one) for one in made])
        return
    for one in made:
        line(one)
    if not made:
        typer.echo(none)


def built(db: str, *, make: bool = False) -> Services:
    """Give the services of the database. Raises NotFound for one that is not there."""
    from dataclasses import replace

    from qingjian.core.settings import load
    from qingjian.wiring import services

    return services(replace(load().settings, db=there(db, make=make)))


def acted(
    db: str, id: str, who: str, act: Callable[[Case, float], list[Draft]], *, json: bool
) -> None:
    """Do something in a case and tell how it stands then."""
    case = opened(db).act(id, who, act)
    show(asdict(case)) if json else tell(case)


def tell(case: Case) -> None:
    """Print a case: what it is about, what was seen, ruled and done, what is to be done next."""
    from qingjian.core.clock import iso

    owner = f" of {case.subject.owner}" if case.subject.owner else ""
    say(f"{case.id}  {case.subject.kind} {case.subject.id}{owner}, queue {case.queue}")
    if case.sealed is not None:
        say(f"  sealed   {iso(case.sealed.at)} by {case.sealed.who}: {clock_of(case.sealed)}")
    for seen in case.seen:
        names = ", ".join(seen.detectors) or "nothing"
        say(f"  seen     {iso(seen.at)} {seen.severity}: {names} ({seen.policy}: {seen.do})")
    if case.reporters:
        say(f"  reported by {len(case.reporters):,}")
    for ruling in case.rulings:
        approved = f", approved by {ruling.approved_by}" if ruling.approved_by else ""
        say(f"  ruling {ruling.number} {iso(ruling.at)} {ruling.outcome} by {ruling.who}{approved}")
        say(f"           {ruling.row}, {ruling.ground}: {ruling.reason} ({ruling.state})")
    for one in case.dispositions:
        ends = f" until {iso(one.ends_at)}" if one.ends_at is not None else ""
        say(f"  step {one.id} {one.step} from {iso(one.starts_at)}{ends}: {one.state}")
    for appeal in case.appeals:
        judged = f" by {appeal.judged_by}: {appeal.reason}" if appeal.judged_by else ""
        say(f"  appeal {appeal.number} {iso(appeal.at)} by {appeal.who}: {appeal.state}{judged}")
    for order in case.orders:
        over = "over" if order.over else f"open until {iso(order.expires_at)}"
        say(f"  order    {order.id} {order.named}: {', '.join(order.steps)} ({over})")
    for report in case.authority:
        due = iso(report.due_at)
        say(f"  report   {case.id}-{report.ruling} to the authority by {due}: {report.state}")
    for notice in case.notices:
        say(f"  notice   {_notice(notice)}")
    if case.task is None:
        say("  closed")
    else:
        held = f", with {case.task.by} until {iso(case.task.until)}" if case.task.by else ""
        say(f"  waits for {case.task.kind} by {iso(case.task.due_at)}{held}")


def clock_of(sealed: Sealing) -> str:
    """Give how the report of a sealed case stands."""
    from qingjian.core.clock import iso

    if sealed.told_at is None:
        return f"to be reported by {iso(sealed.due_at)}"
    return f"reported {iso(sealed.told_at)} to {sealed.to}, number {sealed.number}"


def _notice(one: Any) -> str:
    if one["sent"]:
        return f"to {one['to']}: {one['about']}"
    if one.get("silence"):
        return f"{one['about']} held while order {one['order']} is open: {one['silence']}"
    return f"{one['about']} held, no {', '.join(one['missing'])}"
