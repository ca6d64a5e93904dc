"""
The chain and what it names, read as they stand: for an auditor, and for whoever traces something.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.event import START, link
from qingjian.cases.queue import MINORS, SEALED
from qingjian.core.errors import DamagedFile
from qingjian.store.tables.case import CASE, EVENT, FOUND, HEAD, SNAPSHOT

_BLOCK = 5_000
_LOT = 200
_READ = 100
"""Snapshots read at once; each may be as large as the largest item."""
_HASH = re.compile(r"[0-9a-f]{64}")
_MENDED = "restore a copy of the database"


@dataclass(frozen=True, slots=True)
class Line:
    """An event as it is stored: its number, the hash before it, its own bytes as text, its hash."""

    seq: int
    before: str
    body: str
    hash: str


def named(what: str, data: Mapping[str, Any]) -> Iterator[str]:
    """Give the hashes of the snapshots that an event names."""
    keys = ("row", "item", "words") if what == "found" else ("words",)
    for key in keys:
        value = data.get(key)
        if isinstance(value, str) and _HASH.fullmatch(value):
            yield value
    yield from (m["evidence"] for m in data.get("members", ()) if what == "found")


class Proof:
    """
    What is stored of one tenant's chain.

    Args:
        engine: of the store.
        tenant: whose; nothing of another's is ever seen.
    """

    def __init__(self, engine: Engine, tenant: str) -> None:
        self._read, self.tenant = engine.execution_options(reads=True), tenant

    def end(self) -> tuple[int, str]:
        """Give how many events there are, and the hash of the last."""
        with self._read.connect() as db:
            row = db.execute(sa.select(HEAD).where(HEAD.c.tenant == self.tenant)).first()
        return (int(row.seq), row.hash) if row is not None else (0, START)

    def lines(self, until: int, cases: Collection[str] = ()) -> Iterator[Line]:
        """
        Give the events up to a number, of all cases or of some, each proven in itself.

        Raises DamagedFile at the first that was changed, or left out of the whole chain.
        """
        e = EVENT.c
        mine = [e.tenant == self.tenant, e.seq <= until]
        mine += [e.case.in_(list(cases))] if cases else []
        chosen = _with_before() if cases else sa.select(e.seq, e.body, e.hash)
        chosen = chosen.order_by(e.seq).limit(_BLOCK)
        last, hash = 0, START
        with self._read.connect() as db:
            while block := db.execute(chosen.where(*mine, e.seq > last)).all():
                for row in block:
                    before = hash if not cases else row.before or START
                    one = Line(int(row.seq), before, row.body, row.hash)
                    if not cases and one.seq != last + 1:
                        raise DamagedFile(f"event {last + 1} is missing", _MENDED)
                    if link(one.before, one.body.encode()) != one.hash:
                        raise DamagedFile(f"event {one.seq} was changed", _MENDED)
                    yield one
                    last, hash = one.seq, one.hash
        if not cases and last != until:
            raise DamagedFile(f"event {last + 1} is missing", _MENDED)

    def snapshots(self, hashes: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Give what is kept under each hash, None where it is kept no longer."""
        left = iter(hashes)
        with self._read.connect() as db:
            while lot := list(islice(left, _LOT)):
                mine = (SNAPSHOT.c.tenant == self.tenant, SNAPSHOT.c.hash.in_(lot))
                rows = db.execute(sa.select(SNAPSHOT.c.hash, SNAPSHOT.c.body).where(*mine))
                kept = {row.hash: bytes(row.body) for row in rows}
                yield from ((hash, kept.get(hash)) for hash in lot)

    def withheld(self) -> dict[str, str]:
        """Give the queue of each case, by id, whose content is never handed out."""
        mine = (CASE.c.tenant == self.tenant, CASE.c.queue.in_((MINORS, SEALED)))
        with self._read.connect() as db:
            return {
                r.id: r.queue for r in db.execute(sa.select(CASE.c.id, CASE.c.queue).where(*mine))
            }

    def mentioning(self, words: Collection[str]) -> list[str]:
        """
        Give the ids of cases whose subject is one of some words, or whose kept run mentions one.

        A mention is a whole word: `img-1` is not in `img-10`. Cost: reads every snapshot once.
        """
        if not words:
            return []
        found = set(self._saying(words))
        with self._read.connect() as db:
            mine = (CASE.c.tenant == self.tenant, CASE.c.subject.in_(list(words)))
            ids = set(db.scalars(sa.select(CASE.c.id).where(*mine)))
            listed = sorted(found)
            for start in range(0, len(listed), _LOT):
                lot = listed[start : start + _LOT]
                told = sa.or_(FOUND.c.item.in_(lot), FOUND.c.row.in_(lot))
                of = (FOUND.c.tenant == self.tenant, FOUND.c.case != "", told)
                ids.update(db.scalars(sa.select(FOUND.c.case).where(*of)))
        return sorted(ids)

    def _saying(self, words: Collection[str]) -> Iterator[str]:
        """Give the hashes of what was looked at, and of runs, that mention one of some words."""
        raws = [orjson.dumps(word)[1:-1] for word in words]
        one = "|".join(map(re.escape, words))
        whole = re.compile(rf"(?<![\w-])(?:{one})(?![\w-])", re.ASCII)
        s, last = SNAPSHOT.c, ""
        mine = (s.tenant == self.tenant, s.kind.in_(("item", "row")))
        chosen = sa.select(s.hash, s.body).where(*mine).order_by(s.hash).limit(_READ)
        with self._read.connect() as db:
            while block := db.execute(chosen.where(s.hash > last)).all():
                for row in block:
                    told = any(raw in row.body for raw in raws)
                    if told and _says(orjson.loads(row.body), whole):
                        yield row.hash
                last = block[-1].hash


def _with_before() -> sa.Select[Any]:
    """Give events, each with the hash of the one before it."""
    e, before = EVENT.c, EVENT.alias()
    joined = sa.and_(before.c.tenant == e.tenant, before.c.seq == e.seq - 1)
    chosen = sa.select(e.seq, e.body, e.hash, before.c.hash.label("before"))
    return chosen.select_from(EVENT.outerjoin(before, joined))


def _says(value: Any, whole: re.Pattern[str]) -> bool:
    """Whether a text anywhere in a JSON value, or the name of a field, holds a word."""
    if isinstance(value, str):
        return whole.search(value) is not None
    if isinstance(value, Mapping):
        return any(_says(k, whole) or _says(v, whole) for k, v in value.items())
    return isinstance(value, list) and any(_says(one, whole) for one in value)
