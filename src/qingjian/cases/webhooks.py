"""
Endpoints that are told of what happens in cases, and what each is still to be told.

Deliveries are made from the chain, in its order. Whoever sends one takes it for a minute first;
when the sender dies, it is due again after that. It is sent at least once, under one id.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.access.log import Log
from qingjian.cases.chain import events
from qingjian.cases.event import Event
from qingjian.cases.fold import fold
from qingjian.cases.message import TYPES, message, new_secret
from qingjian.core.address import private, web
from qingjian.core.clock import Clock, now
from qingjian.core.errors import Conflict, NotFound, UsageError
from qingjian.store.engine import alone, writing
from qingjian.store.tables.case import EVENT, HEAD, SNAPSHOT
from qingjian.store.tables.webhook import DELIVERY, ENDPOINT

RETRIES_S = (5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0)
"""How long after each failure it is tried again; after the last it is dead."""
LEASE_S = 60.0
LEAST_REST_S, MOST_REST_S = 5.0, 300.0
PER_ENDPOINT = 4
"""Messages under way to one endpoint; to one where nobody answered, one."""
KEPT_S = 30 * 86_400.0
LOT = 1_000
GONE = 410
_WHATS: Mapping[str, str] = {told: what for what, told in TYPES.items()}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    Where messages go.

    Args:
        events: types of messages it wants.
        failing_since: when the first of the failures since the last success was.
    """

    id: str
    url: str
    events: tuple[str, ...]
    active: bool
    made_by: str
    made_at: float
    failing_since: float | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    A message to one endpoint.

    Args:
        seq: number of the event it tells of.
        tries: how often it was tried.
        at: when it is tried next, or was sent or given up.
        last: what came of the last try: `HTTP 500`, or why there was no answer.
    """

    endpoint: str
    seq: int
    case: str
    state: str
    tries: int
    at: float
    last: str

    @property
    def id(self) -> str:
        """The same at every try, so that the receiver can drop doubles."""
        return f"{self.endpoint}-{self.seq}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery that was taken, with all that is needed to send it."""

    delivery: Delivery
    url: str
    secret: str
    body: bytes


class Webhooks:
    """
    The endpoints of one tenant.

    Args:
        engine: of the store.
        tenant: whose cases are told of.
        clock: where times come from.
    """

    def __init__(self, engine: Engine, tenant: str = "default", clock: Clock = now) -> None:
        self._engine, self.tenant, self.clock = engine, tenant, clock
        self._read = engine.execution_options(reads=True)
        self._log = Log(clock, tenant)

    def add(
        self, url: str, wanted: Iterable[str], who: str, *, inside: bool = False
    ) -> tuple[Endpoint, str]:
        """
        Add an endpoint, told from now on, and give it with its secret, which is shown this once.

        Args:
            wanted: types of messages; all where there is none.
            inside: whether an address of this machine or a private network will do.

        Raises UsageError.
        """
        types = tuple(t for t in _WHATS if t in set(wanted)) or tuple(_WHATS)
        if unknown := sorted(set(wanted) - set(_WHATS)):
            raise UsageError(f"no event {unknown[0]!r}", f"one of: {', '.join(_WHATS)}")
        if private(web(url)) and not inside:
            raise UsageError(f"{url} is not public", "set webhook_private = 1 to allow it")
        secret, id, at = new_secret(), f"w_{secrets.token_hex(8)}", self.clock()
        with writing(self._engine) as db:
            end = db.scalar(sa.select(HEAD.c.seq).where(HEAD.c.tenant == self.tenant)) or 0
            row = {"id": id, "url": url, "events": types, "active": True, "made_by": who.strip()}
            row |= {"tenant": self.tenant, "made_at": at, "seen": end, "rests_until": 0.0}
            self._log.write(db, who, "webhook_added", id, {"url": url, "events": types})
            db.execute(sa.insert(ENDPOINT).values(**row, secret=secret))
        return Endpoint(id, url, types, True, who.strip(), at), secret

    def listed(self) -> list[Endpoint]:
        """Give all endpoints, oldest first."""
        e = ENDPOINT.c
        chosen = sa.select(ENDPOINT).where(e.tenant == self.tenant).order_by(e.made_at, e.id)
        with self._read.connect() as db:
            return [_endpoint(row) for row in db.execute(chosen)]

    def counts(self) -> Mapping[tuple[str, str], int]:
        """Give how many deliveries there are by endpoint and state."""
        by = (DELIVERY.c.endpoint, DELIVERY.c.state)
        chosen = sa.select(*by, sa.func.count()).where(DELIVERY.c.tenant == self.tenant)
        with self._read.connect() as db:
            return {(r[0], r[1]): int(r[2]) for r in db.execute(chosen.group_by(*by))}

    def dead(self, most: int = 100) -> list[Delivery]:
        """Give deliveries that were given up, oldest event first."""
        d = DELIVERY.c
        chosen = sa.select(DELIVERY).where(d.tenant == self.tenant, d.state == "dead")
        with self._read.connect() as db:
            rows = db.execute(chosen.order_by(d.seq, d.endpoint).limit(most))
            return [_delivery(row) for row in rows]

    def remove(self, id: str, who: str) -> None:
        """Take an endpoint away with all that it was still to be told. Raises NotFound."""
        with writing(self._engine) as db:
            self._begin(db)
            self._log.write(db, who, "webhook_removed", id)
            mine = (ENDPOINT.c.tenant == self.tenant, ENDPOINT.c.id == id)
            if not db.execute(sa.delete(ENDPOINT).where(*mine)).rowcount:
                raise _no(id)
            of = (DELIVERY.c.tenant == self.tenant, DELIVERY.c.endpoint == id)
            db.execute(sa.delete(DELIVERY).where(*of))

    def resume(self, id: str, who: str) -> None:
        """Switch an endpoint on that had gone; it is told all it missed. Raises NotFound."""
        with writing(self._engine) as db:
            self._begin(db)
            self._log.write(db, who, "webhook_resumed", id)
            self._set(db, id, active=True, failing_since=None, rests_until=0.0)

    def replay(self, id: str, who: str) -> int:
        """Make one delivery due again, by its id, and give 1. Raises NotFound, Conflict."""
        endpoint, _, seq = id.rpartition("-")
        d = DELIVERY.c
        with writing(self._engine) as db:
            self._begin(db)
            number = int(seq) if seq.isdecimal() and len(seq) < 19 else 0
            mine = (d.tenant == self.tenant, d.endpoint == endpoint, d.seq == number)
            if not db.execute(sa.update(DELIVERY).where(*mine).values(**self._anew)).rowcount:
                raise NotFound(f"no delivery {id}", "ids stand in `qingjian webhook dead`")
            self._woken(db, [endpoint], who, {"seq": number})
        return 1

    def replay_since(self, seq: int, who: str, endpoint: str = "") -> int:
        """
        Make due again whatever the endpoints want from an event on; give how many that is.

        Args:
            endpoint: only to this one.

        Raises NotFound, Conflict for one that is switched off.
        """
        count = 0
        with writing(self._engine) as db:
            self._begin(db)
            rows = [r for r in self._active(db) if endpoint in ("", r.id)]
            if not rows:
                raise _no(endpoint) if endpoint else NotFound("no endpoint is switched on")
            for row in rows:
                old = (DELIVERY.c.tenant == self.tenant, DELIVERY.c.endpoint == row.id)
                db.execute(sa.delete(DELIVERY).where(*old, DELIVERY.c.seq >= seq))
                after = seq - 1
                while lot := self._wanted(db, row, after, row.seen):
                    db.execute(sa.insert(DELIVERY), lot)
                    count, after = count + len(lot), lot[-1]["seq"]
            self._woken(db, [row.id for row in rows], who, {"since": seq})
        return count

    def enlist(self) -> int:
        """Make deliveries of what was written since; give how many. One transaction a lot."""
        with self._read.connect() as db:
            end = db.scalar(sa.select(HEAD.c.seq).where(HEAD.c.tenant == self.tenant)) or 0
            behind = any(row.seen < end for row in self._active(db))
        count, more = 0, behind
        while more:
            more = False
            with writing(self._engine) as db:
                self._begin(db)
                for row in self._active(db):
                    if row.seen >= end:
                        continue
                    lot = self._wanted(db, row, row.seen, end)
                    if lot:
                        db.execute(sa.insert(DELIVERY), lot)
                    full = len(lot) == LOT
                    self._set(db, row.id, seen=lot[-1]["seq"] if full else end)
                    count, more = count + len(lot), more or full
                d, old = DELIVERY.c, self.clock() - KEPT_S
                gone = (d.tenant == self.tenant, d.state == "sent", d.next_at < old)
                db.execute(sa.delete(DELIVERY).where(*gone))
        return count

    def take(self, most: int, busy: Mapping[str, int]) -> list[Outgoing]:
        """
        Take deliveries that are due, in the order of their events, for a minute.

        One waits for an earlier one of its case to the same endpoint, and for no other.

        Args:
            busy: how many are under way already, by endpoint.
        """
        with self._read.connect() as db:
            if not self._due(db, most, busy):
                return []
        with writing(self._engine) as db:
            self._begin(db)
            taken = self._due(db, most, busy)
            for _, one in taken:
                self._mark(db, _delivery(one), next_at=self.clock() + LEASE_S)
            return [
                Outgoing(_delivery(one), row.url, row.secret, self._body(db, one))
                for row, one in taken
            ]

    def record(self, delivery: Delivery, status: int, why: str = "") -> str:
        """
        Write down what came of a try and give the state of the delivery then.

        Args:
            status: of the answer, 0 where there was none; any 2xx is a success.
            why: there was no answer.
        """
        at, tries = self.clock(), delivery.tries + 1
        last = (f"HTTP {status}" if status else why)[:200]
        with writing(self._engine) as db:
            self._begin(db)
            mine = (ENDPOINT.c.tenant == self.tenant, ENDPOINT.c.id == delivery.endpoint)
            row = db.execute(sa.select(ENDPOINT).where(*mine)).first()
            if row is None:
                return "removed"
            state, next_at = "due", at
            if 200 <= status < 300:
                state, changed = "sent", {"failing_since": None, "rests_until": 0.0}
            elif status == GONE:
                changed = {"active": False, "failing_since": row.failing_since or at}
            else:
                since = row.failing_since or at
                rest = min(max(at - since, LEAST_REST_S), MOST_REST_S)
                changed = {"failing_since": since, "rests_until": 0.0 if status else at + rest}
                dead = tries > len(RETRIES_S)
                state, next_at = ("dead", at) if dead else ("due", at + RETRIES_S[tries - 1])
            self._set(db, delivery.endpoint, **changed)
            self._mark(db, delivery, state=state, tries=tries, next_at=next_at, last_status=last)
        return state

    @property
    def _anew(self) -> dict[str, Any]:
        return {"state": "due", "tries": 0, "next_at": self.clock()}

    def _begin(self, db: sa.Connection) -> None:
        """Wait until nobody else makes, takes or marks deliveries of this tenant."""
        alone(db, f"webhooks {self.tenant}")

    def _active(self, db: sa.Connection) -> list[Any]:
        mine = (ENDPOINT.c.tenant == self.tenant, ENDPOINT.c.active)
        return list(db.execute(sa.select(ENDPOINT).where(*mine).order_by(ENDPOINT.c.id)))

    def _wanted(self, db: sa.Connection, row: Any, after: int, last: int) -> list[dict[str, Any]]:
        """Give a lot of new deliveries of the events above a number that an endpoint wants."""
        e = EVENT.c
        mine = (e.tenant == self.tenant, e.what.in_([_WHATS[t] for t in row.events]))
        chosen = sa.select(e.seq, e.case).where(*mine, e.seq > after, e.seq <= last)
        new = {"tenant": self.tenant, "endpoint": row.id, **self._anew, "last_status": ""}
        found = db.execute(chosen.order_by(e.seq).limit(LOT))
        return [{**new, "seq": r.seq, "case": r.case} for r in found]

    def _due(
        self, db: sa.Connection, most: int, busy: Mapping[str, int]
    ) -> list[tuple[Any, sa.Row[Any]]]:
        at = self.clock()
        found: list[tuple[Any, sa.Row[Any]]] = []
        d, before = DELIVERY.c, DELIVERY.alias()
        same = [before.c[name] == d[name] for name in ("tenant", "endpoint", "case")]
        waits = sa.exists().where(*same, before.c.state == "due", before.c.seq < d.seq)
        for row in self._active(db):
            room = (1 if row.rests_until else PER_ENDPOINT) - busy.get(row.id, 0)
            room = min(room, most - len(found))
            if row.rests_until > at or room < 1:
                continue
            mine = (d.tenant == self.tenant, d.endpoint == row.id, d.state == "due")
            chosen = sa.select(DELIVERY).where(*mine, d.next_at <= at, ~waits)
            found += [(row, one) for one in db.execute(chosen.order_by(d.seq).limit(room))]
        return found

    def _body(self, db: sa.Connection, row: Any) -> bytes:
        told = [e for e in events(db, self.tenant, row.case) if e.seq <= row.seq]
        case = fold(told)
        assert case is not None  # the delivery was made from its events
        return message(told[-1], case, self._words(db, told[-1]))

    def _words(self, db: sa.Connection, event: Event) -> str:
        """Give the text of a notice, empty where it is kept no longer."""
        mine = (SNAPSHOT.c.tenant == self.tenant, SNAPSHOT.c.hash == event.data.get("words", ""))
        body = db.scalar(sa.select(SNAPSHOT.c.body).where(*mine))
        return bytes(body).decode() if body is not None and event.what == "noticed" else ""

    def _mark(self, db: sa.Connection, one: Delivery, **values: Any) -> None:
        d = DELIVERY.c
        mine = (d.tenant == self.tenant, d.endpoint == one.endpoint, d.seq == one.seq)
        db.execute(sa.update(DELIVERY).where(*mine).values(**values))

    def _set(self, db: sa.Connection, id: str, **values: Any) -> None:
        mine = (ENDPOINT.c.tenant == self.tenant, ENDPOINT.c.id == id)
        if not db.execute(sa.update(ENDPOINT).where(*mine).values(**values)).rowcount:
            raise _no(id)

    def _woken(self, db: sa.Connection, ids: list[str], who: str, what: Mapping[str, Any]) -> None:
        """Let endpoints rest no longer. Raises Conflict for one that is switched off."""
        active = {row.id for row in self._active(db)}
        for id in ids:
            if id not in active:
                raise Conflict(f"endpoint {id} is switched off", f"qingjian webhook resume {id}")
            self._log.write(db, who, "webhook_replayed", id, what)
            self._set(db, id, rests_until=0.0)


def _no(id: str) -> NotFound:
    return NotFound(f"no endpoint {id!r}", "ids stand in `qingjian webhook list`")


def _endpoint(row: Any) -> Endpoint:
    made = (row.made_by, row.made_at, row.failing_since)
    return Endpoint(row.id, row.url, tuple(row.events), row.active, *made)


def _delivery(row: Any) -> Delivery:
    how = (row.state, row.tries, row.next_at, row.last_status)
    return Delivery(row.endpoint, row.seq, row.case, *how)
