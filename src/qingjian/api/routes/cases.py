"""
Cases as they stand: lists, one case with its events, what was kept of it, a subject.
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Annotated, Any, Literal

import orjson
from fastapi import Path, Query, Request, Response

from qingjian.access.person import need
from qingjian.api import answers
from qingjian.api.asked import Kind
from qingjian.api.desk import answer, asker, desk_of, loaded, name_of, seen, within
from qingjian.api.faults import Refused
from qingjian.api.needs import SEALED_CONTENTS
from qingjian.api.routes.shared import CaseId, router
from qingjian.cases.case import Case
from qingjian.cases.event import Draft
from qingjian.cases.proof import named
from qingjian.cases.subject import LONGEST_ID
from qingjian.cases.wanted import Wanted
from qingjian.core.errors import NotFound

routes = router("cases")
MOST = 200
_NO_PREVIEW = {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": "attachment",
}
Names = Annotated[list[Annotated[str, Query(max_length=64)]], Query(max_length=50)]
State = Literal["review", "approval", "appeal", "closed"]


def shown(case: Case) -> dict[str, Any]:
    """Give a case as JSON values."""
    return {**asdict(case), "state": case.state}


@routes.get("/cases", response_model=answers.CasePage, summary="List cases")
def listed(
    request: Request,
    queue: Names = [],  # noqa: B006  it is never changed
    state: Annotated[list[State], Query(max_length=4)] = [],  # noqa: B006  it is never changed
    kind: Annotated[list[Kind], Query(max_length=10)] = [],  # noqa: B006  it is never changed
    owner: Annotated[str, Query(max_length=LONGEST_ID)] = "",
    subject: Annotated[str, Query(max_length=LONGEST_ID)] = "",
    most: Annotated[int, Query(ge=1, le=MOST)] = 50,
    cursor: Annotated[str, Query(max_length=200, description="`next` of the page before.")] = "",
) -> Response:
    """In the order they are taken, those that are closed last; only what is in reach."""
    past = _past(cursor) if cursor else None
    asked = Wanted(tuple(queue), tuple(kind), tuple(state), owner, subject, past)
    wanted = within(asker(request), asked)
    rows = list(desk_of(request).cases.listed(wanted, most + 1)) if wanted else []
    more = _cursor(rows[most - 1]) if len(rows) > most else None
    return answer(request, {"cases": rows[:most], "next": more})


@routes.get("/cases/{id}", response_model=answers.Case, summary="Give a case")
def one(
    request: Request,
    id: CaseId,
    events: Annotated[bool, Query(description="Also every event of it, as `history`.")] = False,
) -> Response:
    """What was seen, reported, ruled, done, appealed and told, and what comes next."""
    cases = desk_of(request).cases
    person = asker(request)
    stands = seen(person, cases.get(id))
    if stands.sealed is not None:
        stands = cases.act(id, name_of(person), lambda *_: [Draft("viewed", {"case": id})])
    case = shown(stands)
    if events:
        case["history"] = [asdict(event) for event in cases.events(id)]
    return answer(request, case)


@routes.get(
    "/cases/{id}/snapshots/{hash}",
    response_class=Response,
    responses={
        200: {
            "description": "An item or a row as JSON, or what somebody wrote as text.",
            "content": {"application/json": {}, "text/plain": {"schema": {"type": "string"}}},
        }
    },
    summary="Read what was kept of a case",
)
def snapshot(
    request: Request,
    id: CaseId,
    hash: Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of it.")],
) -> Response:
    """Content: that it was read, and by whom, is itself an event of the case."""
    person, cases = asker(request), desk_of(request).cases
    if seen(person, cases.get(id)).sealed is not None:
        need(person, SEALED_CONTENTS)
        return Response(cases.look(id, name_of(person), hash), headers=_NO_PREVIEW)
    if hash not in {h for e in cases.events(id) for h in named(e.what, e.data)}:
        raise NotFound(f"no snapshot {hash} in case {id}")
    body = cases.snapshot(hash)

    def viewed(case: Case, _at: float) -> list[Draft]:
        seen(person, case)
        return [Draft("viewed", {"snapshot": hash})]

    cases.act(id, name_of(person), viewed)
    try:
        return answer(request, orjson.loads(body))
    except orjson.JSONDecodeError:
        hidden = "words" in person.masked
        text = "" if hidden else body.decode("utf-8", "replace")
        return Response(text, media_type="text/plain; charset=utf-8")


@routes.get(
    "/subjects/{kind}/{id:path}", response_model=answers.SubjectPage, summary="Give a subject"
)
def subject(
    request: Request,
    kind: Kind,
    id: Annotated[str, Path(min_length=1, max_length=LONGEST_ID)],
) -> Response:
    """Its cases, and the steps that stand against it, as far as they are in reach."""
    cases = desk_of(request).cases
    wanted = within(asker(request), Wanted(kinds=(kind,), subject=id))
    rows = list(cases.listed(wanted, MOST)) if wanted else []
    standing = [
        {"case": row["id"], **asdict(one)}
        for row in rows
        for one in cases.get(str(row["id"])).dispositions
        if one.standing
    ]
    return answer(request, {"kind": kind, "id": id, "cases": rows, "standing": standing})


def _cursor(row: Any) -> str:
    """Give where the next page begins."""
    place = orjson.dumps([bool(row["waiting"]), row["rank"], row["id"]])
    return base64.urlsafe_b64encode(place).decode()


def _past(cursor: str) -> tuple[bool, float, str]:
    """Give the place that a cursor names. Raises Refused."""
    wrong = Refused(400, "usage", "the cursor is none of ours", "take `next` of the page before")
    try:
        place = loaded(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, Refused):
        raise wrong from None
    match place:
        case [bool(waiting), float() | int() as rank, str(id)] if not isinstance(rank, bool):
            return waiting, float(rank), id
    raise wrong
