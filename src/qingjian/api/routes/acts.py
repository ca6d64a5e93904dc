"""
What a person does in a case: claim, rule, approve, take back; every act is an event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Query, Request, Response

from qingjian.api import answers, asked
from qingjian.api.desk import answer, asker, desk_of, name_of, seen, within
from qingjian.api.routes.cases import shown
from qingjian.api.routes.shared import CaseId, Repeat, router
from qingjian.cases import acts, appeals, sealed
from qingjian.cases.case import Case
from qingjian.cases.event import Draft
from qingjian.cases.wanted import Wanted
from qingjian.core.errors import UsageError

routes = router("cases")
Act = Callable[[Case, str, float], list[Draft]]


def acted(request: Request, id: str, act: Act) -> Response:
    """Do something in a case as who asks, and give the case. Raises NotFound out of reach."""
    person = asker(request)
    who = name_of(person)
    case = desk_of(request).cases.act(id, who, lambda case, at: act(seen(person, case), who, at))
    return answer(request, shown(case))


@routes.post(
    "/cases/claim",
    response_model=answers.Case,
    responses={204: {"description": "Nothing waits."}},
    summary="Take the case that comes first",
)
def claim_next(
    request: Request,
    queue: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006  it is never changed
    state: Annotated[list[str], Query(max_length=3)] = [],  # noqa: B006  it is never changed
    key: Repeat = None,
) -> Response:
    """What is due first, earlier the more severe, certain and far-reaching; minors before all."""
    person = asker(request)
    wanted = within(person, Wanted(tuple(queue), (), tuple(state)))
    case = desk_of(request).cases.claim(name_of(person), wanted) if wanted else None
    return answer(request, shown(case)) if case else Response(status_code=204)


@routes.post("/cases/{id}/claim", response_model=answers.Case, summary="Take a case")
def claim(request: Request, id: CaseId, key: Repeat = None) -> Response:
    """For a quarter of an hour; claiming it again prolongs that."""
    return acted(request, id, acts.claim)


@routes.post("/cases/{id}/release", response_model=answers.Case, summary="Give a case back")
def release(request: Request, id: CaseId, key: Repeat = None) -> Response:
    """To its queue, for anybody."""
    return acted(request, id, acts.release)


@routes.post("/cases/{id}/skip", response_model=answers.Case, summary="Pass a case on")
def skip(request: Request, id: CaseId, body: asked.Why, key: Repeat = None) -> Response:
    """It is not offered to this person again."""
    return acted(request, id, lambda case, who, at: acts.skip(case, who, body.reason, at))


@routes.post("/cases/{id}/snooze", response_model=answers.Case, summary="Put a case off")
def snooze(request: Request, id: CaseId, body: asked.Snooze, key: Repeat = None) -> Response:
    """Until it is due at the latest."""
    until, why = body.until, body.reason
    return acted(request, id, lambda case, who, at: acts.snooze(case, who, until, why, at))


@routes.post("/cases/{id}/rulings", response_model=answers.Case, summary="Rule on a case")
def rule(request: Request, id: CaseId, body: asked.NewRuling, key: Repeat = None) -> Response:
    """
    By whoever has claimed it. Without steps nothing was violated, and what stands is taken back.

    Steps that take away much wait for a second person.
    """
    records = tuple(body.records)
    ground = acts.Ground(
        body.row, body.ground, body.reason, records, facts=body.facts, illegal=body.illegal
    )
    steps = [acts.Asked(s.step, s.days, s.starts_at) for s in body.steps]
    return acted(request, id, lambda case, who, at: acts.rule(case, who, ground, steps, at))


@routes.post("/cases/{id}/approve", response_model=answers.Case, summary="Agree to a ruling")
def approve(request: Request, id: CaseId, key: Repeat = None) -> Response:
    """As a second person, who has claimed it."""
    return acted(request, id, acts.approve)


@routes.post("/cases/{id}/refuse", response_model=answers.Case, summary="Disagree with a ruling")
def refuse(request: Request, id: CaseId, body: asked.Why, key: Repeat = None) -> Response:
    """As a second person, who has claimed it; the case is reviewed again."""
    return acted(request, id, lambda case, who, at: acts.refuse(case, who, body.reason, at))


@routes.post("/cases/{id}/reopen", response_model=answers.Case, summary="Look at a case again")
def reopen(request: Request, id: CaseId, body: asked.Reopening, key: Repeat = None) -> Response:
    """With the number of a ruling, that falls and what it did is taken back."""

    def reopened(case: Case, who: str, at: float) -> list[Draft]:
        if body.overturns and body.overturns > len(case.rulings):
            raise UsageError(f"case {case.id} has no ruling {body.overturns}")
        return acts.reopen(case, body.reason, at, overturns=body.overturns)

    return acted(request, id, reopened)


@routes.post("/cases/{id}/lift", response_model=answers.Case, summary="Take a step back")
def lift(request: Request, id: CaseId, body: asked.Lifting, key: Repeat = None) -> Response:
    """Before its end; the owner is told."""
    step, why = body.disposition, body.reason
    return acted(request, id, lambda case, _who, _at: acts.lift(case, step, why))


@routes.post("/cases/{id}/seal", status_code=204, response_class=Response, summary="Seal a case")
def seal(request: Request, id: CaseId, body: asked.Why, key: Repeat = None) -> Response:
    """
    For suspected sexual imagery of minors; what it looks at is shown to nobody from now on.

    From then on the case is in reach of the role for it alone, and is to be reported in time.
    """
    person, cases = asker(request), desk_of(request).cases
    seen(person, cases.get(id))
    cases.seal(id, name_of(person), body.reason)
    return Response(status_code=204)


@routes.post(
    "/cases/{id}/sealed-report", response_model=answers.Case, summary="Report a sealed case"
)
def sealed_report(request: Request, id: CaseId, body: asked.Told, key: Repeat = None) -> Response:
    """Write down to which authority it was reported, and under which number."""
    return acted(request, id, lambda case, _who, _at: sealed.reported(case, body.to, body.number))


@routes.post("/cases/{id}/judgement", response_model=answers.Case, summary="Judge an appeal")
def judge(request: Request, id: CaseId, body: asked.Judgement, key: Repeat = None) -> Response:
    """By somebody who had no hand in the ruling, and has claimed the case."""
    outcome, why, keep = body.outcome, body.reason, body.keep
    return acted(request, id, lambda c, who, at: appeals.judge(c, who, outcome, why, at, keep))
