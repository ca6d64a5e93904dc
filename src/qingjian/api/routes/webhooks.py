"""
Who is told of what happens: endpoints, what was given up, and what is sent again.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from qingjian.api import asked, in_force
from qingjian.api.desk import answer, asker, desk_of, name_of
from qingjian.api.routes.shared import Repeat, router
from qingjian.cases.webhooks import Endpoint, Webhooks

routes = router("webhooks")
EndpointId = Annotated[str, Path(min_length=1, max_length=64, description="Id of an endpoint.")]


@routes.get("/webhooks", response_model=list[in_force.Endpoint], summary="List endpoints")
def endpoints(request: Request) -> Response:
    """With how many messages were sent to each, are due, and were given up."""
    hooks = desk_of(request).services.webhooks
    return answer(request, [_told(hooks, one) for one in hooks.listed()])


@routes.post("/webhooks", response_model=in_force.NewEndpoint, summary="Add an endpoint")
def add(request: Request, body: asked.NewEndpoint, key: Repeat = None) -> Response:
    """
    It is told of what happens from now on.

    Messages are signed with the secret (Standard Webhooks), which is shown this once.
    """
    desk = desk_of(request)
    hooks, inside = desk.services.webhooks, bool(desk.services.settings.webhook_private)
    made, secret = hooks.add(body.url, body.events, name_of(asker(request)), inside=inside)
    return answer(request, {**_told(hooks, made), "secret": secret})


@routes.get("/webhooks/dead", response_model=list[in_force.Dead], summary="List what was given up")
def dead(
    request: Request, most: Annotated[int, Query(ge=1, le=1_000, description="At most.")] = 100
) -> Response:
    """Messages that eight tries over 31 hours or more did not bring, oldest event first."""
    found = desk_of(request).services.webhooks.dead(most)
    return answer(request, [{"id": one.id, **asdict(one)} for one in found])


@routes.post("/webhooks/replay", response_model=in_force.Due, summary="Send one message again")
def replay(request: Request, body: asked.Again, key: Repeat = None) -> Response:
    """It keeps its id, so that whoever has it already drops it."""
    hooks = desk_of(request).services.webhooks
    return answer(request, {"due": hooks.replay(body.message, name_of(asker(request)))})


@routes.post("/webhooks/{id}/replay", response_model=in_force.Due, summary="Send all again")
def replay_since(
    request: Request, id: EndpointId, body: asked.Since, key: Repeat = None
) -> Response:
    """Whatever the endpoint wants from an event on."""
    hooks = desk_of(request).services.webhooks
    due = hooks.replay_since(body.since, name_of(asker(request)), id)
    return answer(request, {"due": due})


@routes.post("/webhooks/{id}/resume", response_model=in_force.Done, summary="Switch one on again")
def resume(request: Request, id: EndpointId, key: Repeat = None) -> Response:
    """One that answered 410 Gone; it is told all it missed."""
    desk_of(request).services.webhooks.resume(id, name_of(asker(request)))
    return answer(request, {"done": True})


@routes.delete("/webhooks/{id}", response_model=in_force.Done, summary="Remove an endpoint")
def remove(request: Request, id: EndpointId) -> Response:
    """With all that it was still to be told."""
    desk_of(request).services.webhooks.remove(id, name_of(asker(request)))
    return answer(request, {"done": True})


def _told(hooks: Webhooks, one: Endpoint) -> dict[str, Any]:
    counts = hooks.counts()
    return {**asdict(one), **{s: counts.get((one.id, s), 0) for s in ("sent", "due", "dead")}}
