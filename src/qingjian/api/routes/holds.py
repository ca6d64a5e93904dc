"""
What is kept beyond its time, until another person lets it go.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import Path, Request, Response

from qingjian.api import asked, in_force
from qingjian.api.desk import answer, asker, desk_of, name_of
from qingjian.api.routes.shared import Repeat, router

routes = router("holds")
HoldId = Annotated[int, Path(ge=1, lt=2**63, description="Number of a hold.")]


@routes.get("/holds", response_model=list[in_force.Hold], summary="List holds")
def holds(request: Request) -> Response:
    """Also those that are in force no more, oldest first."""
    return answer(request, [asdict(one) for one in desk_of(request).services.holds.all().values()])


@routes.post("/holds", response_model=in_force.Hold, summary="Place a hold")
def place(request: Request, body: asked.NewHold, key: Repeat = None) -> Response:
    """Contents of what is named are not deleted while it is in force."""
    who = name_of(asker(request))
    made = desk_of(request).services.holds.place(body.target, who, body.reason, body.until)
    return answer(request, asdict(made))


@routes.post("/holds/{id}/lift", response_model=in_force.Hold, summary="Lift a hold")
def lift(request: Request, id: HoldId, body: asked.Why, key: Repeat = None) -> Response:
    """By another person than placed it."""
    who = name_of(asker(request))
    return answer(request, asdict(desk_of(request).services.holds.lift(id, who, body.reason)))
