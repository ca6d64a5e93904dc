"""
Around every route: who asks and whether they may, before the body is read; what is done but once.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from qingjian.api.desk import Desk, asker, desk_of
from qingjian.api.idempotency import asked_of
from qingjian.api.metrics import ROUTE
from qingjian.api.needs import NEEDS

Answering = Callable[[Request], Coroutine[Any, Any, Response]]
REPLAYED = "Idempotency-Replayed"
_READS = frozenset(
    {
        "/scan/stream",
        "/label/read",
        "/label/verify",
        "/label/write",
        "/sessions",
        "/blocked",
        "/blocked/withdraw",
        "/blocked/check",
    }
)


class Guarded(APIRoute):
    """A route that asks for the permission it has in the table of needs."""

    def get_route_handler(self) -> Answering:
        """Give what answers. Raises KeyError for a route that is not in the table."""
        inner = super().get_route_handler()
        method = min(self.methods or ())  # each route takes one
        needed = NEEDS[method, self.path_format]
        repeats = method == "POST" and self.path_format not in _READS

        async def guarded(request: Request) -> Response:
            request.scope.get(ROUTE, [""])[0] = self.path_format
            desk = desk_of(request)
            request.state.person = await run_in_threadpool(desk.admit, request, needed)
            key = request.headers.get("idempotency-key")
            if key is None or not repeats:
                return await inner(request)
            return await _once(desk, request, key, inner)

        return guarded


async def _once(desk: Desk, request: Request, key: str, inner: Answering) -> Response:
    """Answer a request with a key: as before, or by doing it now."""
    who, url = asker(request).id, request.url
    asked = asked_of(request.method, url.path, url.query, await request.body())
    kept = await run_in_threadpool(desk.once.begin, who, key, asked)
    if kept is not None:
        headers = {REPLAYED: "true"}
        return Response(kept.body, kept.status, headers, media_type="application/json")
    try:
        made = await inner(request)
    except Exception:
        await run_in_threadpool(desk.once.forget, who, key)
        raise
    unrepeated = getattr(request.state, "unrepeated", False)  # what is sealed is kept nowhere else
    if made.status_code < 300 and not unrepeated:
        status, body = made.status_code, bytes(made.body)
        await run_in_threadpool(desk.once.done, who, key, status, body)
    else:
        await run_in_threadpool(desk.once.forget, who, key)
    return made
