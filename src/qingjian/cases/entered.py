"""
Orders of authorities as they stand, made of nothing but their events.

Each stands on the chain under its own id, so those that still run are found by an index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from qingjian.cases.event import Event, read
from qingjian.cases.order import Order, order_of
from qingjian.store.tables.case import EVENT


@dataclass(frozen=True, slots=True)
class Entered:
    """
    An order as it stands.

    Args:
        cases: of its items, in their order.
        closed_at: UTC epoch seconds; None unless a person closed it before its time.
        ended_at: when the last of its cases was rid of it; until then it keeps their contents.
    """

    id: str
    order: Order
    entered_by: str
    entered_at: float
    cases: tuple[str, ...]
    closed_by: str = ""
    closed_at: float | None = None
    reason: str = ""
    ended_at: float | None = None

    def state(self, at: float) -> str:
        """Whether it is open, expired or closed at a time."""
        if self.closed_at is not None:
            return "closed"
        return "open" if self.order.expires_at > at else "expired"


def entered(events: Iterable[Event]) -> dict[str, Entered]:
    """Give orders by id as events make them, in the order they were entered."""
    made: dict[str, Entered] = {}
    for event in events:
        d, id = event.data, event.case
        if event.what == "order_entered":
            made[id] = Entered(id, order_of(d["row"]), event.who, event.at, tuple(d["cases"]))
        elif event.what == "order_closed":
            by = (event.who, event.at, d["reason"])
            made[id] = replace(made[id], closed_by=by[0], closed_at=by[1], reason=by[2])
        elif event.what == "order_ended":
            made[id] = replace(made[id], ended_at=event.at)
    return made


def running(db: sa.Connection, tenant: str) -> dict[str, Entered]:
    """Give the orders of which a case is not rid yet: open, or over and not ended."""
    e, x = EVENT.c, EVENT.alias().c
    ended = (x.tenant == tenant, x.case == e.case, x.what == "order_ended")
    of = (e.tenant == tenant, e.what.in_(("order_entered", "order_closed")))
    chosen = sa.select(e.body).where(*of, ~sa.exists().where(*ended)).order_by(e.seq)
    return entered(map(read, db.scalars(chosen)))
