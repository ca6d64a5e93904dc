"""
Rows while items still come in: a request and its answer at the same time, in bounded memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MOST_LINES = 64
T = TypeVar("T")
R = TypeVar("R")


class Both(Response):
    """
    An answer that is sent while the request is still read.

    Args:
        parts: its body.
        media_type: what the body is.
    """

    def __init__(self, parts: AsyncIterable[bytes], media_type: str) -> None:
        super().__init__(None, media_type=media_type)
        self._parts = parts
        self.raw_headers = [h for h in self.raw_headers if h[0] != b"content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it part by part, as parts come."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        async for part in self._parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def lines_of(
    parts: AsyncIterable[bytes], most_bytes: int
) -> AsyncIterator[list[tuple[int, bytes | None]]]:
    """
    Give the lines that each part ends, with their numbers from 1; None for one that is too long.

    No more than `MOST_LINES` are given at a time, and none that is blank.
    """
    rest, number, skipping = b"", 0, False
    lot: list[tuple[int, bytes | None]] = []
    async for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            number += 1
            if skipping or len(line) > most_bytes:
                lot.append((number, None))
            elif line.strip():
                lot.append((number, line))
            skipping = False
            if len(lot) == MOST_LINES:
                yield lot
                lot = []
        if len(rest) > most_bytes:
            rest, skipping = b"", True
        if lot:
            yield lot
            lot = []
    if skipping:
        yield [(number + 1, None)]
    elif rest.strip():
        yield [(number + 1, rest)]


async def ordered(
    lots: AsyncIterable[T], work: Callable[[T], Awaitable[R]], ahead: int
) -> AsyncIterator[R]:
    """
    Give what work makes of each lot, in order; at most `ahead` lots are read before their turn.

    A request that breaks off ends what is given.
    """
    due: asyncio.Queue[asyncio.Future[R] | None] = asyncio.Queue(ahead)

    async def read() -> None:
        with suppress(ClientDisconnect):
            async for lot in lots:
                await due.put(asyncio.ensure_future(work(lot)))
        await due.put(None)

    reading = asyncio.ensure_future(read())
    try:
        while (one := await due.get()) is not None:
            yield await one
        await reading
    finally:
        reading.cancel()
        while not due.empty():
            left = due.get_nowait()
            if left is not None:
                left.cancel()
