"""
Orders of authorities in the database: entered, their items in cases, over when their time is.
"""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.acts import MOST_WORDS, SHORTEST_REASON
from qingjian.cases.case import Case
from qingjian.cases.chain import Chain
from qingjian.cases.entered import PLACE, enter
from qingjian.cases.event import MACHINE, Draft
from qingjian.cases.fold import fold
from qingjian.cases.ids import new_id
from qingjian.cases.order import Order, order_of
from qingjian.cases.queue import HOUR_S, OTHER, REPORTED_HOURS
from qingjian.cases.sql import Cases
from qingjian.cases.standing import open_cases, write
from qingjian.cases.subject import LONGEST_ID
from qingjian.core.errors import Conflict, NotFound, UsageError
from qingjian.store.tables.order import ITEM, ORDER


@dataclass(frozen=True, slots=True)
class Entered:
    """
    An order as it stands.

    Args:
        cases: of its items, in their order.
        closed_at: UTC epoch seconds; None while it asks for something.
    """

    id: str
    order: Order
    entered_by: str
    entered_at: float
    cases: tuple[str, ...] = ()
    closed_by: str = ""
    closed_at: float | None = None
    reason: str = ""

    def state(self, at: float) -> str:
        """Whether it is open, expired or closed at a time."""
        if self.closed_at is not None:
            return "closed" if self.closed_by != MACHINE else "expired"
        return "open" if self.order.expires_at > at else "expired"


class Orders:
    """
    The orders of one tenant.

    Args:
        engine: of the store.
        cases: that items open or join.
    """

    def __init__(self, engine: Engine, cases: Cases) -> None:
        self._engine, self._cases = engine, cases
        self._read = engine.execution_options(reads=True)
        self.tenant, self.clock = cases.tenant, cases.clock

    def enter(self, order: Order, who: str) -> Entered:
        """
        Open a case for each item, or join its open one, all or none; a person rules on each.

        Raises Conflict for a document that was entered and is open, UsageError where it is over.
        """
        who = _who(who)
        with self._engine.begin() as db:
            chain, at = Chain(db, self.tenant), self.clock()
            if order.expires_at <= at:
                raise UsageError("the order is over", "an expired order asks for nothing")
            self._unknown(db, order)
            id = f"o_{secrets.token_hex(8)}"
            first = Draft("order_entered", {"order": id, "row": order.row})
            enter(db, self.tenant, chain.add(PLACE, who, [first], at))
            keys = [(one.kind, one.id) for one in order.items]
            stand, made = open_cases(db, self.tenant, keys), []
            for item in order.items:
                case = stand.get((item.kind, item.id))
                drafts = [_asks(id, order)]
                if case is None:
                    whose = {"kind": item.kind, "subject": item.id, "owner": item.owner}
                    due = {"queue": OTHER, "due_at": at + REPORTED_HOURS * HOUR_S}
                    drafts.insert(0, Draft("opened", {**whose, **due, "source": "order"}))
                of = case.id if case else new_id(at)
                changed = fold(chain.add(of, who, drafts, at), case)
                assert changed is not None  # events were added to it
                made.append(changed)
            write(db, self.tenant, made)
            chain.close()
        return Entered(id, order, who, at, tuple(case.id for case in made))

    def get(self, id: str) -> Entered:
        """Give an order with the cases of its items. Raises NotFound."""
        i = ITEM.c
        with self._read.connect() as db:
            row = self._row(db, id)
            mine = (i.tenant == self.tenant, i.order == id)
            of = {(r.kind, r.subject): r.case for r in db.execute(sa.select(ITEM).where(*mine))}
        order = order_of(row.row)
        return _entered(row, tuple(of[one.kind, one.id] for one in order.items))

    def listed(self, most: int = 100, *, all: bool = False) -> list[Entered]:
        """Give those that are open, or all, newest first; without their cases."""
        mine = [ORDER.c.tenant == self.tenant]
        mine += [] if all else [ORDER.c.closed_at.is_(None), ORDER.c.expires_at > self.clock()]
        chosen = sa.select(ORDER).where(*mine).order_by(ORDER.c.entered_at.desc(), ORDER.c.id)
        with self._read.connect() as db:
            return [_entered(row) for row in db.execute(chosen.limit(most))]

    def close(self, id: str, who: str, reason: str) -> Entered:
        """
        End an order before its time; owners who were not told are told now.

        Raises NotFound, Conflict where it is over.
        """
        who = _who(who)
        if not SHORTEST_REASON <= len(reason.strip()) <= MOST_WORDS:
            raise UsageError(f"a close has a reason of {SHORTEST_REASON} to {MOST_WORDS} letters")
        self._end(id, who, reason.strip())
        self.tick()
        return self.get(id)

    def tick(self) -> int:
        """
        End the orders whose time is over, and what they ask of cases; give how many cases.

        Broken off, the next turn goes on with the cases that are left.
        """
        o, i = ORDER.c, ITEM.c
        mine = (o.tenant == self.tenant, o.closed_at.is_(None), o.expires_at <= self.clock())
        with self._read.connect() as db:
            over = list(db.scalars(sa.select(o.id).where(*mine)))
        for id in over:
            self._end(id, MACHINE, "its time is over")
        joined = sa.and_(o.tenant == i.tenant, o.id == i.order)
        left = (i.tenant == self.tenant, i.over.is_(False), o.closed_at.is_not(None))
        chosen = sa.select(i.order, i.case).select_from(ITEM.join(ORDER, joined)).where(*left)
        with self._read.connect() as db:
            rows = db.execute(chosen.order_by(i.order, i.case)).all()
        for row in rows:
            self._cases.act(row.case, MACHINE, _ended(row.order))
        return len(rows)

    def counts(self) -> Counter[str]:
        """Give how many orders there are by state."""
        return Counter(one.state(self.clock()) for one in self.listed(1_000_000, all=True))

    def _end(self, id: str, who: str, reason: str) -> None:
        with self._engine.begin() as db:
            chain, at = Chain(db, self.tenant), self.clock()
            row = self._row(db, id)
            if row.closed_at is not None:
                if who == MACHINE:
                    return  # another process was faster
                raise Conflict(f"order {id} is over", "qingjian order list --all")
            said = {"order": id, "reason": reason}
            enter(db, self.tenant, chain.add(PLACE, who, [Draft("order_closed", said)], at))
            chain.close()

    def _row(self, db: sa.Connection, id: str) -> Any:
        mine = (ORDER.c.tenant == self.tenant, ORDER.c.id == id)
        row = db.execute(sa.select(ORDER).where(*mine)).first()
        if row is None:
            raise NotFound(f"no order {id!r}", "ids stand in `qingjian order list --all`")
        return row

    def _unknown(self, db: sa.Connection, order: Order) -> None:
        """Raise Conflict where the document was entered before and is not closed."""
        o = ORDER.c
        same = (o.issuer == order.issuer, o.number == order.number, o.closed_at.is_(None))
        id = db.scalar(sa.select(o.id).where(o.tenant == self.tenant, *same).limit(1))
        if id is not None:
            what = f"{order.issuer} {order.number} was entered as {id}"
            raise Conflict(what, f"close that one first: qingjian order close {id}")


def _asks(id: str, order: Order) -> Draft:
    times = {"due_at": order.due_at, "expires_at": order.expires_at}
    said = {"order": id, "named": order.named, "steps": list(order.steps)}
    return Draft("ordered", {**said, **times, "silence": order.silence})


def _ended(order: str) -> Any:
    """Give the act that ends what an order asks of a case."""

    def act(case: Case, _at: float) -> list[Draft]:
        return [Draft("order_over", {"order": order})] if case.order(order) else []

    return act


def _entered(row: Any, cases: tuple[str, ...] = ()) -> Entered:
    by = (row.entered_by, row.entered_at)
    closed = (row.closed_by, row.closed_at, row.reason)
    return Entered(row.id, order_of(row.row), *by, cases, *closed)


def _who(who: str) -> str:
    who = who.strip()
    if not 0 < len(who) <= LONGEST_ID:
        raise UsageError("nobody says who does it", "add --who NAME")
    return who
