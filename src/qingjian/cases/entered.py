"""
The table of orders, made from the events that enter and close them.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from qingjian.cases.chain import of_kinds
from qingjian.cases.event import OF_ORDERS, Event
from qingjian.store.tables.order import ORDER

PLACE = "orders"
"""Where their events stand on the chain, in place of the id of a case."""


def enter(db: sa.Connection, tenant: str, events: Iterable[Event]) -> None:
    """Put down what events say of orders."""
    for event in events:
        d = event.data
        if event.what == "order_entered":
            row = d["row"]
            named = {name: row[name] for name in ("issuer", "number", "expires_at")}
            by = {"entered_by": event.who, "entered_at": event.at, "closed_by": "", "reason": ""}
            new = {"tenant": tenant, "id": d["order"], "row": row, **named, **by}
            db.execute(sa.insert(ORDER).values(**new, closed_at=None))
        elif event.what == "order_closed":
            mine = (ORDER.c.tenant == tenant, ORDER.c.id == d["order"])
            by = {"closed_by": event.who, "closed_at": event.at, "reason": d["reason"]}
            db.execute(sa.update(ORDER).where(*mine).values(**by))


def again(db: sa.Connection, tenant: str) -> None:
    """Make the table of orders again from the chain."""
    db.execute(sa.delete(ORDER).where(ORDER.c.tenant == tenant))
    enter(db, tenant, of_kinds(db, tenant, OF_ORDERS))
