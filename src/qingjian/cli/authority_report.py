"""
`qingjian authority-report due`, `draft`, `show`, `approve` and `submit`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.opened import submissions
from qingjian.cli.case.told import opened
from qingjian.cli.incident.told import say

if TYPE_CHECKING:
    from qingjian.cases.case import AuthorityReport, Case
    from qingjian.cases.event import Draft

Id = Annotated[str, typer.Argument(metavar="REPORT", help="Id of a report: case and ruling.")]


def due(
    all: Annotated[bool, typer.Option("--all", help="Also what was submitted, or fell.")] = False,
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="How many at most.")] = 100,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    List what authorities have to be told, in the order it is due, with what is late.

    A step that the table of steps marks makes a report due within the setting
    authority_report_days, which is the operator's own figure.

    Examples:
        qingjian authority-report due
        qingjian authority-report due --all --json
    """
    from qingjian.core.clock import iso

    room = submissions(db)
    listed, counts = room.listed(most, all=all), room.counts()
    if json:
        show({"reports": [asdict(one) for one in listed], "counts": dict(counts)})
        return
    for one in listed:
        late = ", late" if one.late else ""
        receipt = f", receipt {one.receipt}" if one.receipt else ""
        about = f"{one.kind} {one.subject}"
        say(f"{one.id}  {one.state}, due {iso(one.due_at)}{late}{receipt}  {about}")
    told = ", ".join(f"{counts[word]:,} {word}" for word in ("due", "late", "submitted"))
    typer.echo(told)


def draft(
    id: Id,
    who: Who,
    authority: Annotated[str, typer.Option("--authority", help="Whom it goes to.")] = "",
    operator: Annotated[str, typer.Option("--operator", help="Who reports.")] = "",
    remedy: Annotated[
        str, typer.Option("--remedy", help="What was mended so that it does not come back.")
    ] = "",
    facts: Annotated[
        str, typer.Option("--facts", help="What was seen; else what the ruling says of it.")
    ] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Write the report in Chinese from the facts of the case; one with a gap is refused.

    Examples:
        qingjian authority-report draft ID --authority A --operator B --remedy "已换模型" --who Li
        qingjian authority-report draft ID --authority A --operator B --remedy "已复测" --who Li
    """
    from qingjian.cases import authority as acts

    filled = acts.Filled(authority, operator, remedy, facts)
    _acted(db, id, who, lambda case, number: acts.draft(case, number, filled), json=json)


def shown(id: Id, db: Db = "", json: Json = False) -> None:
    """
    Give a report: who wrote, approved and submitted it, and its text.

    Examples:
        qingjian authority-report show 01M854CSF8C02Z16B1VJYTG39R-1
        qingjian authority-report show 01M854CSF8C02Z16B1VJYTG39R-1 --json
    """
    from qingjian.cases import authority as acts

    name, number = acts.named(id)
    cases = opened(db)
    report = acts.report(cases.get(name), number)
    text = cases.snapshot(report.words).decode() if report.words else ""
    if json:
        show({"id": id, **asdict(report), "text": text})
        return
    _tell(id, report)
    if text:
        say(text)


def approve(id: Id, who: Who, db: Db = "", json: Json = False) -> None:
    """
    Agree to a draft, as another person than its writer.

    Examples:
        qingjian authority-report approve 01M854CSF8C02Z16B1VJYTG39R-1 --who "Wu Fang"
        qingjian authority-report approve 01M854CSF8C02Z16B1VJYTG39R-1 --who Wu --json
    """
    from qingjian.cases import authority as acts

    _acted(db, id, who, lambda case, number: acts.approve(case, number, who), json=json)


def submit(
    id: Id,
    who: Who,
    receipt: Annotated[
        str, typer.Option("--receipt", help="The authority's number; it may be given later.")
    ] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Say that an approved report was handed to the authority, and with which receipt.

    Nothing is sent by this verb: a person hands it over, then says so.

    Examples:
        qingjian authority-report submit 01M854CSF8C02Z16B1VJYTG39R-1 --who "Li Min"
        qingjian authority-report submit 01M854CSF8C02Z16B1VJYTG39R-1 --receipt "收文 88" --who Li
    """
    from qingjian.cases import authority as acts

    _acted(db, id, who, lambda case, number: acts.submit(case, number, receipt), json=json)


def _acted(
    db: str, id: str, who: str, act: Callable[[Case, int], list[Draft]], *, json: bool
) -> None:
    from qingjian.cases import authority as acts

    name, number = acts.named(id)
    case = opened(db).act(name, who, lambda one, _at: act(one, number))
    report = acts.report(case, number)
    show({"id": id, **asdict(report)}) if json else _tell(id, report)


def _tell(id: str, one: AuthorityReport) -> None:
    from qingjian.core.clock import iso

    told: list[Any] = [f"{word} by {by}" for word, by in _by(one) if by]
    receipt = f", receipt {one.receipt}" if one.receipt else ""
    say(f"{id}  {', '.join([one.state, f'due {iso(one.due_at)}', *told])}{receipt}")


def _by(one: AuthorityReport) -> tuple[tuple[str, str], ...]:
    return (
        ("drafted", one.drafted_by),
        ("approved", one.approved_by),
        ("submitted", one.submitted_by),
    )
