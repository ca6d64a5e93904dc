"""
The application: the API under /api/v1, and beside it what an operator asks of a process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import anyio.to_thread
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Request
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from qingjian.api.clockwork import Clockwork
from qingjian.api.desk import Desk
from qingjian.api.document import content_security_policy, document, page
from qingjian.api.faults import Refused, told, translate
from qingjian.api.guard import Guarded
from qingjian.api.limits import Limits, Plain
from qingjian.api.metrics import Measured
from qingjian.api.needs import METRICS
from qingjian.api.routes import (
    acts,
    audit,
    authority,
    blocked,
    cases,
    filed,
    holds,
    labels,
    orders,
    policies,
    scans,
    sessions,
    webhooks,
)
from qingjian.api.routes import told as in_force
from qingjian.api.sender import Sender
from qingjian.archive.records import Records

PREFIX = "/api/v1"
THREADS = 12
"""Requests that work on the database at a time; it has 15 connections."""
_ABOUT = (
    "Scans content, reads and writes AI labels, and works the cases that follow. Send a key or a "
    "session's token as `Authorization: Bearer`. Errors have one form. Fields that are hidden from "
    "a key are left out of its answers, and what is out of its reach is not there."
)
_NOUNS = (
    *(sessions, scans, labels, cases, acts, filed, in_force, policies),
    *(orders, authority, holds, blocked, webhooks, audit),
)


def api(desk: Desk) -> FastAPI:
    """Give the API alone, to be mounted at `PREFIX`."""
    app = FastAPI(
        title="qingjian API",
        version=version("qingjian"),
        description=_ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.desk = desk
    for noun in _NOUNS:
        app.include_router(noun.routes)
    made = app.state.document = document(app)
    shown = page(made)
    own = APIRouter(route_class=Guarded)

    @own.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> Response:
        return JSONResponse(made)

    @own.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        guard = {"Content-Security-Policy": content_security_policy()}
        return Response(shown, 200, guard, "text/html; charset=utf-8")

    app.include_router(own)
    settings = desk.services.settings
    app.add_middleware(
        Limits, most_bytes=settings.max_body_bytes, most_s=settings.request_timeout_s
    )
    app.add_middleware(Measured, metrics=desk.metrics)
    translate(app)
    return app


def application(desk: Desk) -> Starlette:
    """Give what a server serves: the API, and /healthz, /readyz, /metrics."""

    async def healthy(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    def ready(request: Request) -> Response:
        try:
            with desk.services.store.connect() as db:
                db.execute(sa.text("SELECT 1"))
        except sa.exc.SQLAlchemyError:
            return told(Refused(503, "unavailable", "the database does not answer"))
        if not desk.scanners.alive:
            return told(Refused(503, "unavailable", "no scanner is alive"))
        return PlainTextResponse("ok\n")

    def metrics(request: Request) -> Response:
        person = desk.admit(request, METRICS)
        waiting = {
            (queue, state): count
            for (queue, state), count in desk.cases.counts().items()
            if person is not None and (not person.queues or queue in person.queues)
        }
        sees_all = person is not None and not person.queues and not person.subject_kinds
        built = desk.services
        whole = (built.submissions.counts(), built.orders.counts()) if sees_all else ()
        text = desk.metrics.page(waiting, built.blocked.counts(), *whole)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    app = Starlette(
        routes=[
            Route("/healthz", healthy),
            Route("/readyz", ready),
            Route("/metrics", metrics),
            Mount(PREFIX, api(desk)),
        ],
        middleware=[Middleware(Plain)],
        lifespan=lambda _app: _alive(desk),
    )
    app.router.redirect_slashes = False
    translate(app)
    return app


@asynccontextmanager
async def _alive(desk: Desk) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    built = desk.services
    post = Sender(inside=bool(built.settings.webhook_private))
    timed = (desk.renew, built.retention.purge, built.orders.tick)
    clockwork = Clockwork(desk.cases, Records(built.store), built.webhooks, post, *timed)
    turning = asyncio.create_task(clockwork.run())
    try:
        yield
    finally:
        clockwork.stop()
        turning.cancel()
