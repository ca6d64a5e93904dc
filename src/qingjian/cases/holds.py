"""
Holds: what is kept beyond its time on somebody's word, until another person lets it go.

They stand on the chain of the cases: who wanted what kept, why, and who ended it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.chain import of_kinds
from qingjian.cases.event import Draft, Event
from qingjian.cases.register import Register, Written
from qingjian.cases.subject import KINDS
from qingjian.cases.versions import said, same
from qingjian.core.clock import Clock, now
from qingjian.core.errors import Conflict, NotAllowed, NotFound, UsageError

PLACE = "retention"
"""Where its events stand on the chain, in place of the id of a case."""
OF_WHAT = ("case", "owner", *KINDS)
LONGEST = 200
_WHATS = ("hold_placed", "hold_lifted")


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
        self.clock = clock
        self._register = Register(engine, tenant, clock, _WHATS, holds)

    def place(self, named: str, who: str, reason: str, until: float | None = None) -> Hold:
        """Keep what is named, though it need not be there yet. Raises UsageError."""
        of, value = target(named)
        data = {"of": of, "value": value, "reason": said(reason), "until": until}

        def placed(_: dict[int, Hold], at: float) -> Written:
            if until is not None and until <= at:
                hint = "leave --until away, or name a later day"
                raise UsageError("a hold ends in the future", hint)
            return [(PLACE, Draft("hold_placed", data))]

        (event,) = self._register.act(who, placed)
        return self.get(event.seq)

    def lift(self, id: int, who: str, reason: str) -> Hold:
        """
        Let it go.

        Raises NotAllowed for whoever placed it, Conflict for one that is not in force, NotFound.
        """

        def lifted(stand: dict[int, Hold], at: float) -> Written:
            one = _of(stand, id)
            if not one.holds(at):
                raise Conflict(f"hold {id} is in force no more")
            if same(who, one.who):
                raise NotAllowed(f"{who} placed hold {id}", "another person lifts it")
            return [(PLACE, Draft("hold_lifted", {"hold": id, "reason": said(reason)}))]

        self._register.act(who, lifted)
        return self.get(id)

    def get(self, id: int) -> Hold:
        """Give a hold by its number. Raises NotFound."""
        return _of(self.all(), id)

    def all(self) -> dict[int, Hold]:
        """Give all holds by number, oldest first."""
        return self._register.stand()


def stored(db: sa.Connection, tenant: str) -> dict[int, Hold]:
    """Give the holds of a tenant within a transaction."""
    return holds(of_kinds(db, tenant, _WHATS))


def _of(stand: dict[int, Hold], id: int) -> Hold:
    if id not in stand:
        raise NotFound(f"no hold {id}", "numbers stand in `qingjian hold list`")
    return stand[id]
