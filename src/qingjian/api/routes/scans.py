"""
Scans: items in, rows out, by the contract of `qingjian scan`; kept in the cases on request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import Query, Request, Response
from starlette.concurrency import run_in_threadpool

from qingjian.access.person import Person, need
from qingjian.api import answers
from qingjian.api.desk import Desk, asker, desk_of, name_of, without
from qingjian.api.items import ITEM, ITEMS, entries_of, entry_at, only_given, parsed
from qingjian.api.needs import STORES
from qingjian.api.routes.shared import Repeat, router
from qingjian.api.stream import Both, lines_of, ordered
from qingjian.batch.entry import Entry
from qingjian.batch.readers.jsonl import parse
from qingjian.batch.readers.rows import Reading
from qingjian.cases.intake import flagged
from qingjian.core.errors import BadEncoding, InputError, TooLarge
from qingjian.flows.copies import copied, marked
from qingjian.flows.ingest import ingest
from qingjian.reports.row import dumps
from qingjian.reports.sink import Line, line_of

routes = router("scans")
NDJSON = "application/x-ndjson"
_AHEAD = 2
_AT_ONCE = 65_536
"""Bodies up to this many bytes are parsed on the loop, larger ones beside it."""


@routes.post(
    "/scan",
    response_model=answers.Row | list[answers.Row] | answers.Stored,
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": ITEMS}}}
    },
    summary="Scan items",
)
async def scan(
    request: Request,
    store: Annotated[bool, Query(description="Take the rows into the cases, too.")] = False,
    act: Annotated[
        bool, Query(description="With `store`: do what the policy lets the machine do alone.")
    ] = False,
    key: Repeat = None,
) -> Response:
    """
    One item gives its row, a list of up to 1,000 the list of rows, in order.

    In a list an item that cannot be read is a row with its error; alone it is HTTP 422. With
    `store`, which needs the permission `ingest` too, each item needs an id, and the answer has the
    rows and what became of them.
    """
    desk, person = desk_of(request), asker(request)
    if store:
        need(person, STORES)
    body = await request.body()
    if len(body) > _AT_ONCE:
        asked, entries = await run_in_threadpool(_entries, body, _reading(desk))
    else:
        asked, entries = _entries(body, _reading(desk))
    items = asked if isinstance(asked, list) else [asked]
    if store:
        only_given(items, entries)
    if not isinstance(asked, list) and entries[0].error is not None:
        raise entries[0].error
    lines = _with_copies(desk, entries, await desk.scanners.scan(entries))
    desk.metrics.scanned(lines)
    rows = [_shown(line, person) for line in lines]
    if store:
        told = await run_in_threadpool(_stored, request, person, items, lines, act)
        made = b'{"rows":[' + b",".join(rows) + b'],"stored":' + dumps(told) + b"}"
    elif isinstance(asked, list):
        made = b"[" + b",".join(rows) + b"]"
    else:
        made = rows[0]
    return Response(made, media_type="application/json")


@routes.post(
    "/scan/stream",
    response_class=Response,
    openapi_extra={"requestBody": {"required": True, "content": {NDJSON: {"schema": ITEM}}}},
    responses={
        200: {
            "description": "A row a line, in the order of the items.",
            "content": {NDJSON: {"schema": {"type": "string"}}},
        }
    },
    summary="Scan a stream of items",
)
async def stream(request: Request) -> Response:
    """
    JSON Lines in, JSON Lines out, without end and in bounded memory.

    Read while you write: rows wait for their reader, and then items wait too. An id that stands
    twice stays as it is.
    """
    desk, person = desk_of(request), asker(request)
    reading = _reading(desk)
    lots = lines_of(request.stream(), reading.max_item_bytes)

    async def work(lot: Sequence[tuple[int, bytes | None]]) -> bytes:
        entries = [_at(number, raw, reading) for number, raw in lot]
        lines = _with_copies(desk, entries, await desk.scanners.scan(entries))
        desk.metrics.scanned(lines)
        return b"".join(_shown(line, person) + b"\n" for line in lines)

    rows: AsyncIterator[bytes] = ordered(lots, work, _AHEAD * desk.scanners.count)
    return Both(rows, NDJSON)


def _with_copies(desk: Desk, entries: Sequence[Entry], lines: Sequence[Line]) -> list[Line]:
    """Give the lines, those of copies of what is blocked with that finding."""
    blocked = desk.copies
    return [
        _marked(desk, line, digest) if (digest := copied(entry.item, blocked)) else line
        for entry, line in zip(entries, lines, strict=True)
    ]


def _marked(desk: Desk, line: Line, digest: str) -> Line:
    desk.metrics.copies.inc()
    pack = desk.services.pack
    made = marked(orjson.loads(line.data), digest, pack.surface, f"{pack.name} {pack.version}")
    return replace(line_of(made, dumps(made)), failed=line.failed)


def _reading(desk: Desk) -> Reading:
    return Reading(max_item_bytes=desk.services.settings.max_item_bytes)


def _entries(body: bytes, reading: Reading) -> tuple[Any, list[Entry]]:
    """Give what a body asks, and its entries."""
    asked = parsed(body)
    return asked, entries_of(asked if isinstance(asked, list) else [asked], reading)


def _at(number: int, raw: bytes | None, reading: Reading) -> Entry:
    """Give the entry of a line of a stream; None is one that was too long."""
    where = f"line#{number}"
    if raw is None:
        most = f"{reading.max_item_bytes:,} bytes"
        return Entry(where, error=TooLarge(f"{where} has more than {most}", "split the item"))
    try:
        return entry_at(parse(raw.decode("utf-8")), where, reading)
    except UnicodeDecodeError:
        return Entry(where, error=BadEncoding(f"{where} is not UTF-8"))
    except InputError as error:
        return Entry(where, error=error)


def _shown(line: Line, person: Person) -> bytes:
    """Give a row without its line end, and without what is hidden from who asks."""
    row = line.data
    if person.masked:
        row = dumps(without(orjson.loads(row), person.masked))
    return row.rstrip(b"\n")


def _stored(
    request: Request, person: Person, items: Sequence[Any], lines: Sequence[Line], act: bool
) -> dict[str, Any]:
    """Take rows into the cases and give what became of them."""
    desk = desk_of(request)
    by_id = {line.id: item for line, item in zip(lines, items, strict=True)}
    rows = [(line.id, orjson.loads(line.data)) for line in lines]
    if any(flagged(row, by_id[id]) for id, row in rows):
        request.state.unrepeated = True
    told: Counter[str] = Counter()
    refused = []
    pack = desk.services.pack if act else None
    known, watch = (lambda id: by_id.get(id, {})), desk.services.watch
    for lot in ingest(desk.cases, rows, known, name_of(person), pack=pack, watch=watch):
        told.update(lot.told)
        refused += [{"id": note.what, "reason": note.reason} for note in lot.refused]
    counts = {word: told[word] for word in ("opened", "joined", "quiet", "known")}
    return {**counts, "refused": refused}
