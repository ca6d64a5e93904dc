"""
Reports to authorities: what is due, its draft, who approved it, that it was handed over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

from fastapi import Path, Query, Request, Response

from qingjian.api import kept
from qingjian.api.desk import answer, asker, desk_of, name_of, seen
from qingjian.api.routes.shared import Repeat, router
from qingjian.cases import authority as acts
from qingjian.cases.case import Case
from qingjian.cases.event import Draft
from qingjian.core.errors import NotFound

routes = router("reports to authorities")
MOST = 1_000
ReportId = Annotated[
    str, Path(min_length=1, max_length=40, description="Case and ruling, `CASE-1`.")
]
Act = Callable[[Case, int, str], list[Draft]]


@routes.get("/authority-reports", response_model=list[kept.Due], summary="List what is due")
def listed(
    request: Request,
    all: Annotated[bool, Query(description="Also what was submitted, or fell.")] = False,
    most: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> Response:
    """In the order it is due, with what is late; only what is in reach."""
    person = asker(request)
    rows = desk_of(request).services.submissions.listed(most, all=all, sees=person.sees)
    return answer(request, [asdict(one) for one in rows])


@routes.get("/authority-reports/{id}", response_model=kept.Report, summary="Give a report")
def one(request: Request, id: ReportId) -> Response:
    """With its text, which is content: that it was read is itself an event of the case."""
    name, number = acts.named(id)
    person, cases = asker(request), desk_of(request).cases
    report = acts.report(seen(person, cases.get(name)), number)
    if report.words:
        read = Draft("viewed", {"snapshot": report.words})
        cases.act(name, name_of(person), lambda _case, _at: [read])
    return _told(request, id, cases.get(name), number)


@routes.post("/authority-reports/{id}/draft", response_model=kept.Report, summary="Write a report")
def draft(request: Request, id: ReportId, body: kept.NewDraft, key: Repeat = None) -> Response:
    """In Chinese, from the facts of the case; one with a gap is refused."""
    filled = acts.Filled(body.authority, body.operator, body.remedy, body.facts)
    return _acted(request, id, lambda case, number, _who: acts.draft(case, number, filled))


@routes.post("/authority-reports/{id}/approve", response_model=kept.Report, summary="Approve it")
def approve(request: Request, id: ReportId, key: Repeat = None) -> Response:
    """By another person than its writer."""
    return _acted(request, id, acts.approve)


@routes.post(
    "/authority-reports/{id}/submit", response_model=kept.Report, summary="Say it was submitted"
)
def submit(request: Request, id: ReportId, body: kept.Receipt, key: Repeat = None) -> Response:
    """A person hands it over, then says so here; the receipt may be given later."""
    return _acted(request, id, lambda case, number, _who: acts.submit(case, number, body.receipt))


def _acted(request: Request, id: str, act: Act) -> Response:
    name, number = acts.named(id)
    person, cases = asker(request), desk_of(request).cases
    who = name_of(person)
    case = cases.act(name, who, lambda one, _at: act(seen(person, one), number, who))
    return _told(request, id, case, number)


def _told(request: Request, id: str, case: Case, number: int) -> Response:
    report = acts.report(case, number)
    try:
        text = desk_of(request).cases.snapshot(report.words).decode() if report.words else ""
    except NotFound:
        text = ""  # its time is over
    return answer(request, {"id": id, **asdict(report), "text": text})
