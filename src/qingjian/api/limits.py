"""
Limits of a request: how large its body is, how long its answer may take, what browsers make of it.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qingjian.api.faults import Refused, told

ENDLESS = ("/scan/stream",)
"""Routes whose body has no end; each line of it is bounded instead."""


PLAIN = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class Plain:
    """Has every answer say that it is what it says, and is kept by nobody on the way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *PLAIN]
            await send(message)

        await self._app(scope, receive, sent)


class Limits:
    """
    Refuses bodies that are too large before they are read whole, and answers in time.

    What is at work when its time is over goes on to its end, as it may be writing; its answer is
    dropped.

    Args:
        most_bytes: of a body.
        most_s: until an answer begins.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, most_s: float) -> None:
        self._app, self._most_bytes, self._most_s = app, most_bytes, most_s
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, bounded."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused: list[Refused] = []
        if not scope["path"].endswith(ENDLESS):
            length = next((v for k, v in scope["headers"] if k == b"content-length"), b"")
            if length.isdigit() and int(length) > self._most_bytes:
                await told(self._too_large())(scope, receive, send)
                return
            receive = self._counted(receive, refused)
        await self._in_time(scope, receive, send, refused)

    async def _in_time(
        self, scope: Scope, receive: Receive, send: Send, refused: list[Refused]
    ) -> None:
        began = over = False

        async def sent(message: Message) -> None:
            nonlocal began
            if not over and not refused:
                began = True
                await send(message)

        work = asyncio.ensure_future(self._app(scope, receive, sent))
        await asyncio.wait({work}, timeout=self._most_s)
        if work.done() or began:
            try:
                await work
            except Refused:
                if not refused:
                    raise
            if refused and not began:
                await told(refused[0])(scope, receive, send)
            return
        over = True
        self._late.add(work)
        work.add_done_callback(self._ended)
        what = f"no answer within {self._most_s:g} s"
        late = Refused(504, "timeout", what, "ask for less at once, or see whether it was done")
        await told(late)(scope, receive, send)

    def _ended(self, work: asyncio.Task[None]) -> None:
        self._late.discard(work)
        if not work.cancelled():
            work.exception()  # it was told as a timeout already

    def _counted(self, receive: Receive, refused: list[Refused]) -> Receive:
        """Give a `receive` that refuses what goes over, and notes that it did."""
        count = 0

        async def counted() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > self._most_bytes:
                refused.append(self._too_large())
                raise refused[0]
            return message

        return counted

    def _too_large(self) -> Refused:
        what = f"the body has more than {self._most_bytes:,} bytes"
        return Refused(413, "body_too_large", what, "send less at once, or raise max_body_bytes")
