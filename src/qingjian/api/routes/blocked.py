"""
Hashes that victims of intimate imagery hand in: anybody may, and a person agrees.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path, Request, Response

from qingjian.api import asked, in_force
from qingjian.api.desk import answer, asker, desk_of, name_of
from qingjian.api.routes.shared import Repeat, router
from qingjian.cases.blocked import Blocked

routes = router("blocked")
HashId = Annotated[int, Path(ge=1, lt=2**63, description="Number of a hash.")]


@routes.post("/blocked", response_model=in_force.Ticket, summary="Hand a hash in")
def submit(request: Request, body: asked.NewHash) -> Response:
    """
    Of a picture that shows whoever sends it; the picture stays where it is.

    Needs no key. Nothing is blocked before a person has agreed. The ticket takes it back.
    """
    _slowly(request)
    _, ticket = desk_of(request).services.blocked.submit(body.sha256, body.perceptual)
    return answer(request, {"ticket": ticket})


@routes.post("/blocked/withdraw", status_code=204, response_class=Response, summary="Take it back")
def withdraw(request: Request, body: asked.Ticket) -> Response:
    """By the ticket number alone: copies are found no more."""
    _slowly(request)
    desk = desk_of(request)
    desk.services.blocked.withdraw(body.ticket)
    desk.renew_copies()
    return Response(status_code=204)


@routes.post("/blocked/check", response_model=in_force.Copy, summary="Check a hash")
def check(request: Request, body: asked.NewHash) -> Response:
    """Before a file is published: is it a copy of what a victim had blocked."""
    desk = desk_of(request)
    found = bool(desk.services.blocked.check(body.sha256, body.perceptual))
    if found:
        desk.metrics.copies.inc()
    return answer(request, {"blocked": found})


@routes.get("/blocked", response_model=list[in_force.Blocked], summary="List hashes")
def listed(request: Request) -> Response:
    """All that were handed in, oldest first."""
    return answer(request, [_told(b) for b in desk_of(request).services.blocked.all().values()])


@routes.post("/blocked/{id}/approve", response_model=in_force.Blocked, summary="Agree to a hash")
def approve(request: Request, id: HashId, body: asked.Why, key: Repeat = None) -> Response:
    """By another person than handed it in; copies are found from now on."""
    desk, who = desk_of(request), name_of(asker(request))
    made = desk.services.blocked.approve(id, who, body.reason)
    desk.renew_copies()
    return answer(request, _told(made))


@routes.post("/blocked/{id}/refuse", response_model=in_force.Blocked, summary="Refuse a hash")
def refuse(request: Request, id: HashId, body: asked.Why, key: Repeat = None) -> Response:
    """By another person than handed it in."""
    who = name_of(asker(request))
    return answer(request, _told(desk_of(request).services.blocked.refuse(id, who, body.reason)))


def _told(one: Blocked) -> dict[str, Any]:
    """Give a hash without what its ticket is known by."""
    return {name: value for name, value in asdict(one).items() if name != "ticket"}


def _slowly(request: Request) -> None:
    """Take a token of the address. Raises Refused, HTTP 429."""
    desk_of(request).handed_in.take(request.client.host if request.client else "")
