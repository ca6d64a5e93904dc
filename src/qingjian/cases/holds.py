"""
Holds: what is kept beyond its time on somebody's word, until another person lets it go.

They stand on the chain of the cases: who wanted what kept, why, and who ended it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.chain import Chain
from qingjian.cases.event import OF_RETENTION, Draft, Event, read
from qingjian.cases.subject import KINDS
from qingjian.cases.versions import said, same
from qingjian.core.clock import Clock, now
from qingjian.core.errors import Conflict, NotAllowed, NotFound, UsageError
from qingjian.store.tables.case import EVENT

PLACE = "retention"
"""Where its events stand on the chain, in place of the id of a case."""
OF_WHAT = ("case", "owner", *KINDS)
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Hold:
    """
    Something that is kept.

    Args:
        id: number of the event that placed it.
        of: case, owner, or a kind of subject.
        value: the id of that.
        until: UTC epoch seconds, None until it is lifted.
    """

    id: int
    of: str
    value: str
    who: str
    reason: str
    at: float
    until: float | None = None
    lifted_by: str = ""

    def holds(self, at: float) -> bool:
        """Tell whether it is in force."""
        return not self.lifted_by and (self.until is None or at < self.until)


def holds(events: Iterable[Event]) -> dict[int, Hold]:
    """Give holds by number as events make them."""
    made: dict[int, Hold] = {}
    for event in events:
        d = event.data
        if event.what == "hold_placed":
            named = (d["of"], d["value"], event.who, d["reason"], event.at, d["until"])
            made[event.seq] = Hold(event.seq, *named)
        elif event.what == "hold_lifted":
            made[d["hold"]] = replace(made[d["hold"]], lifted_by=event.who)
    return made


def target(named: str) -> tuple[str, str]:
    """Give of what and which a hold is, from `case:ID`, `owner:NAME` or `KIND:ID`."""
    of, _, value = named.partition(":")
    if of not in OF_WHAT or not 0 < len(value) <= LONGEST or not value.isprintable():
        hint = "case:ID, owner:NAME, or a kind of subject and its id, as content:post-1"
        raise UsageError(f"{named!r} names nothing that can be held", hint)
    return of, value


class Holds:
    """
    The holds of one tenant.

    Args:
        engine: of the store.
        tenant: whose.
        clock: where times come from.
    """

    def __init__(self, engine: Engine, tenant: str = "default", clock: Clock = now) -> None:
        self._engine, self.tenant, self.clock = engine, tenant, clock

    def place(self, named: str, who: str, reason: str, until: float | None = None) -> Hold:
        """Keep what is named, though it need not be there yet. Raises UsageError."""
        of, value = target(named)
        at = self.clock()
        if until is not None and until <= at:
            raise UsageError("a hold ends in the future", "leave --until away, or name a later day")
        data = {"of": of, "value": value, "reason": said(reason), "until": until}
        seq = self._write(who, Draft("hold_placed", data), at)
        return self.get(seq)

    def lift(self, id: int, who: str, reason: str) -> Hold:
        """
        Let it go.

        Raises NotAllowed for whoever placed it, Conflict for one that is not in force, NotFound.
        """
        one = self.get(id)
        if not one.holds(self.clock()):
            raise Conflict(f"hold {id} is in force no more")
        if same(who, one.who):
            raise NotAllowed(f"{who} placed hold {id}", "another person lifts it")
        self._write(who, Draft("hold_lifted", {"hold": id, "reason": said(reason)}), self.clock())
        return self.get(id)

    def get(self, id: int) -> Hold:
        """Give a hold by its number. Raises NotFound."""
        try:
            return self.all()[id]
        except KeyError:
            raise NotFound(f"no hold {id}", "numbers stand in `qingjian hold list`") from None

    def all(self) -> dict[int, Hold]:
        """Give all holds by number, oldest first."""
        with self._engine.execution_options(reads=True).connect() as db:
            return stored(db, self.tenant)

    def _write(self, who: str, draft: Draft, at: float) -> int:
        if not who.strip():
            raise UsageError("nobody says who does it", "add --who NAME")
        with self._engine.begin() as db:
            chain = Chain(db, self.tenant)
            (event,) = chain.add(PLACE, who.strip(), [draft], at)
            chain.close()
        return event.seq


def stored(db: sa.Connection, tenant: str) -> dict[int, Hold]:
    """Give the holds of a tenant within a transaction."""
    e = EVENT.c
    mine = (e.tenant == tenant, e.what.in_(OF_RETENTION[:2]))
    return holds(read(body) for body in db.scalars(sa.select(e.body).where(*mine).order_by(e.seq)))
