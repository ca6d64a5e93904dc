"""
The proof: that no event was changed, and the events themselves.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from itertools import islice
from typing import Annotated

from fastapi import Query, Request, Response

from qingjian.access.person import Person
from qingjian.api import answers
from qingjian.api.desk import answer, asker, desk_of
from qingjian.api.routes.shared import router
from qingjian.cases.event import APART, Event
from qingjian.cases.sql import Cases

routes = router("audit")
MOST = 1_000


@routes.get("/audit/verify", response_model=answers.Proof, summary="Prove the chain")
def verify(request: Request) -> Response:
    """
    No event was changed, left out or put in; else HTTP 422 names the first that was.

    Keep the hash somewhere else: then nobody can write the whole chain anew unseen.
    """
    events, head = desk_of(request).cases.verify()
    return answer(request, {"events": events, "head": head})


@routes.get("/audit/events", response_model=answers.EventPage, summary="List events")
def events(
    request: Request,
    after: Annotated[int, Query(ge=0, lt=2**63, description="Number of the last one seen.")] = 0,
    most: Annotated[int, Query(ge=1, le=MOST)] = 200,
) -> Response:
    """Oldest first. A page may hold fewer than `most` where some are out of reach."""
    cases = desk_of(request).cases
    with closing(cases.events(after=after)) as left:
        page = list(islice(left, most + 1))
    shown, more = page[:most], page[most:]
    listed = [asdict(event) for event in _in_reach(asker(request), cases, shown)]
    return answer(request, {"events": listed, "next": shown[-1].seq if more else None})


def _in_reach(person: Person, cases: Cases, page: list[Event]) -> list[Event]:
    """Give the events of cases that a person sees; those of policies to whoever sees all."""
    if not person.queues and not person.subject_kinds:
        return page
    of_cases = {event.case for event in page if event.what not in APART}
    known = {id: cases.get(id) for id in of_cases}
    seen = {id for id, case in known.items() if person.sees(case.queue, case.subject.kind)}
    return [event for event in page if event.case in seen]
