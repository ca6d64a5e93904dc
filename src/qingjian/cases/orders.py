"""
Orders of authorities in the database: entered, their items in cases, over when their time is.
"""

from __future__ import annotations

import secrets
from collections import Counter

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.acts import MOST_WORDS, SHORTEST_REASON
from qingjian.cases.case import Case
from qingjian.cases.chain import events, of_kinds, writing
from qingjian.cases.entered import Entered, entered, running
from qingjian.cases.event import MACHINE, OF_ORDERS, Draft
from qingjian.cases.fold import fold
from qingjian.cases.ids import new_id
from qingjian.cases.order import Order
from qingjian.cases.queue import HOUR_S, OTHER, REPORTED_HOURS
from qingjian.cases.sql import Act, Cases
from qingjian.cases.standing import open_cases, write
from qingjian.cases.subject import LONGEST_ID, Subject
from qingjian.core.errors import Conflict, NotFound, UsageError


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
        with writing(self._engine, self.tenant, self.clock) as (db, chain, at):
            if order.expires_at <= at:
                raise UsageError("the order is over", "an expired order asks for nothing")
            self._unknown(db, order, at)
            id, keys = f"o_{secrets.token_hex(8)}", [(one.kind, one.id) for one in order.items]
            stand = open_cases(db, self.tenant, keys)
            ids = [stand[key].id if key in stand else new_id(at) for key in keys]
            chain.add(id, who, [Draft("order_entered", {"row": order.row, "cases": ids})], at)
            made = []
            for item, key, case in zip(order.items, keys, ids, strict=True):
                before = stand.get(key)
                drafts = [*([] if before else [_opens(item, at)]), _asks(id, order)]
                changed = fold(chain.add(case, who, drafts, at), before)
                assert changed is not None  # events were added to it
                made.append(changed)
            write(db, self.tenant, made)
        return Entered(id, order, who, at, tuple(ids))

    def get(self, id: str) -> Entered:
        """Give an order by its id. Raises NotFound."""
        with self._read.connect() as db:
            return self._one(db, id)

    def listed(self, most: int = 100, *, all: bool = False) -> list[Entered]:
        """Give those that are open, or all, newest first."""
        at = self.clock()
        with self._read.connect() as db:
            stand = self._all(db) if all else running(db, self.tenant)
        chosen = [one for one in stand.values() if all or one.state(at) == "open"]
        return chosen[::-1][:most]

    def close(self, id: str, who: str, reason: str) -> Entered:
        """
        End an order before its time; owners who were not told are told now.

        Raises NotFound, Conflict where it is over.
        """
        who = _who(who)
        if not SHORTEST_REASON <= len(reason.strip()) <= MOST_WORDS:
            raise UsageError(f"a close has a reason of {SHORTEST_REASON} to {MOST_WORDS} letters")
        with writing(self._engine, self.tenant, self.clock) as (db, chain, at):
            if self._one(db, id).state(at) != "open":
                raise Conflict(f"order {id} is over", "qingjian order list --all")
            chain.add(id, who, [Draft("order_closed", {"reason": reason.strip()})], at)
        self.tick()
        return self.get(id)

    def tick(self) -> int:
        """
        End what orders ask of cases whose time is over, or that were closed; give how many cases.

        Broken off, the next turn goes on with the cases that are left.
        """
        at, count = self.clock(), 0
        with self._read.connect() as db:
            over = [o for o in running(db, self.tenant).values() if o.state(at) != "open"]
        for one in over:
            for id in one.cases:
                if self._cases.get(id).order(one.id) is not None:
                    self._cases.act(id, MACHINE, _ended(one.id))
                    count += 1
            with writing(self._engine, self.tenant, self.clock) as (db, chain, now):
                if self._one(db, one.id).ended_at is None:  # another process may be faster
                    chain.add(one.id, MACHINE, [Draft("order_ended", {})], now)
        return count

    def counts(self) -> Counter[str]:
        """Give how many orders there are by state."""
        at = self.clock()
        with self._read.connect() as db:
            return Counter(one.state(at) for one in self._all(db).values())

    def _all(self, db: sa.Connection) -> dict[str, Entered]:
        return entered(of_kinds(db, self.tenant, OF_ORDERS))

    def _one(self, db: sa.Connection, id: str) -> Entered:
        one = entered(events(db, self.tenant, id)).get(id) if id else None
        if one is None:
            raise NotFound(f"no order {id!r}", "ids stand in `qingjian order list --all`")
        return one

    def _unknown(self, db: sa.Connection, order: Order, at: float) -> None:
        """Raise Conflict where the document was entered before and is open."""
        for one in running(db, self.tenant).values():
            same = (one.order.issuer, one.order.number) == (order.issuer, order.number)
            if same and one.state(at) == "open":
                what = f"{order.issuer} {order.number} was entered as {one.id}"
                raise Conflict(what, f"close that one first: qingjian order close {one.id}")


def _opens(item: Subject, at: float) -> Draft:
    whose = {"kind": item.kind, "subject": item.id, "owner": item.owner}
    due = {"queue": OTHER, "due_at": at + REPORTED_HOURS * HOUR_S}
    return Draft("opened", {**whose, **due, "source": "order"})


def _asks(id: str, order: Order) -> Draft:
    times = {"due_at": order.due_at, "expires_at": order.expires_at}
    said = {"order": id, "named": order.named, "steps": list(order.steps)}
    return Draft("ordered", {**said, **times, "silence": order.silence})


def _ended(order: str) -> Act:
    """Give the act that ends what an order asks of a case."""

    def act(case: Case, _at: float) -> list[Draft]:
        return [Draft("order_over", {"order": order})] if case.order(order) else []

    return act


def _who(who: str) -> str:
    who = who.strip()
    if not 0 < len(who) <= LONGEST_ID:
        raise UsageError("nobody says who does it", "add --who NAME")
    return who
