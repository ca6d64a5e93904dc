"""
What orders of authorities are tested with: a desk with a clock, and an order of two items.
"""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.cases.desk import DAY_S, Hands

from qingjian.cases.order import Order, checked
from qingjian.cases.retention import Retention
from qingjian.cases.sql import Cases
from qingjian.store.tables.case import SNAPSHOT

YEAR_S = 366 * DAY_S


class Keeping:
    """Cases and what is kept of them, under one clock."""

    def __init__(self, engine: Engine, tenant: str = "default") -> None:
        self.engine, self.clock = engine, Hands()
        self.cases = Cases(engine, tenant, clock=self.clock)
        self.retention = Retention(engine, tenant, clock=self.clock)

    def kept(self) -> Counter[str]:
        """Give how many snapshots there are by kind."""
        s = SNAPSHOT.c
        chosen = sa.select(s.kind).where(s.tenant == self.cases.tenant)
        with self.engine.connect() as db:
            return Counter(db.scalars(chosen))


def order(at: float, *ids: str, **other: object) -> Order:
    """Give an order that names posts, received now and over in 30 days."""
    items = [{"kind": "content", "id": id, "owner": "user-9"} for id in ids or ("post-1", "post-2")]
    named = {"issuer": "某市网信办", "number": "〔2026〕12号", "basis": "网络安全法 第四十七条"}
    times = {"received_at": at, "expires_at": at + 30 * DAY_S}
    rest = {"scope": "所列仿冒内容", "steps": ["remove"], "items": items}
    return checked({**named, **times, **rest, **other})
