"""
Contents go when their time is over: what was looked at, what a run gave, what people wrote.

The chain stays, and says which hashes went when. Contents are kept as long as anything happens in
a case that names them, and for the days of the setting after the last that did; with the shortest
setting that is also until nobody can appeal any more. What is held is kept, what an authority's
order names while it is open, and what an authority has still to be told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases import sealed
from qingjian.cases.chain import Chain, events, writing
from qingjian.cases.entered import running
from qingjian.cases.event import MACHINE, Draft
from qingjian.cases.holds import PLACE, Hold, stored
from qingjian.cases.proof import named
from qingjian.cases.submissions import unsent
from qingjian.core.clock import Clock, now
from qingjian.store.tables.case import CASE, EVENT, FOUND, SNAPSHOT

_T = TypeVar("_T")
DAY_S = 86_400.0
LOT = 5_000
_NAMED = 1_000
"""Hashes that one event names."""
_FEW = 200
_FOR_GOOD = ("policy",)
"""Kinds of contents that stay: which rules were in force can always be shown."""


@dataclass
class Purged:
    """What went: contents by kind, their bytes, and how many past their time were kept."""

    kinds: Counter[str] = field(default_factory=Counter)
    size_bytes: int = 0
    kept: int = 0


class Retention:
    """
    What lets the contents of one tenant go.

    Args:
        engine: of the store.
        tenant: whose.
        days: how long contents are kept after the last that happened in their case.
        clock: where times come from.
    """

    def __init__(
        self, engine: Engine, tenant: str = "default", days: int = 184, clock: Clock = now
    ) -> None:
        self._engine, self.tenant, self.days, self.clock = engine, tenant, days, clock

    def purge(self, who: str = MACHINE, *, dry: bool = False) -> Purged:
        """
        Delete contents whose time is over, a lot a transaction; broken off, it is called again.

        Args:
            dry: only count.
        """
        told, last = Purged(), ""
        while True:
            with writing(self._engine, self.tenant, self.clock) as (db, chain, at):
                cutoff = at - self.days * DAY_S
                lot = self._due(db, cutoff, last)
                alive = self._alive(db, cutoff)
                if not lot:
                    if not dry:
                        self._told(chain, sealed.purge(db, self.tenant, cutoff, alive), cutoff, who)
                    return told
                gone = [row for row in lot if row.hash not in alive]
                told.kept += len(lot) - len(gone)
                told.kinds.update(row.kind for row in gone)
                told.size_bytes += sum(row.size for row in gone)
                if not dry:
                    self._delete(db, chain, [row.hash for row in gone], cutoff, who)
                last = lot[-1].hash

    def _due(self, db: sa.Connection, cutoff: float, after: str) -> list[sa.Row[tuple[str, str]]]:
        s = SNAPSHOT.c
        mine = (s.tenant == self.tenant, s.at < cutoff, s.kind.not_in(_FOR_GOOD), s.hash > after)
        size = sa.func.length(s.body).label("size")
        chosen = sa.select(s.hash, s.kind, size).where(*mine).order_by(s.hash).limit(LOT)
        return list(db.execute(chosen))

    def _alive(self, db: sa.Connection, cutoff: float) -> set[str]:
        """Give the hashes of old contents that cases still need, or that are held."""
        c, e = CASE.c, EVENT.c
        of = (e.tenant == self.tenant, e.case == c.id, e.at >= cutoff)
        lives = sa.or_(c.waiting, sa.exists().where(*of))
        old = (c.tenant == self.tenant, c.opened_at < cutoff)
        at = self.clock()
        held = [one for one in stored(db, self.tenant).values() if one.holds(at)]
        ids = set(db.scalars(sa.select(c.id).where(*old, lives)))
        ordered = list(running(db, self.tenant).values())
        ids.update(id for one in ordered for id in one.cases)
        ids.update(unsent(db, self.tenant))
        for lot in _lots(held):
            ids.update(db.scalars(sa.select(c.id).where(*old, sa.or_(*map(_of, lot)))))
        alive = {
            h for id in ids for ev in events(db, self.tenant, id) for h in named(ev.what, ev.data)
        }
        subjects = {(one.of, one.value) for one in held}
        subjects.update((item.kind, item.id) for one in ordered for item in one.order.items)
        return alive | self._runs(db, subjects)

    def _runs(self, db: sa.Connection, subjects: set[tuple[str, str]]) -> set[str]:
        """Give the hashes of what was looked at of subjects, by kind and id, and of the runs."""
        f, made = FOUND.c, set[str]()
        runs = sa.select(f.row, f.item).where(f.tenant == self.tenant)
        for kind, group in groupby(sorted(subjects), key=itemgetter(0)):
            for lot in _lots(id for _, id in group):
                for row in db.execute(runs.where(f.kind == kind, f.subject.in_(lot))):
                    made.update((row.row, row.item))
        return made

    def _delete(
        self, db: sa.Connection, chain: Chain, hashes: list[str], cutoff: float, who: str
    ) -> None:
        f, s = FOUND.c, SNAPSHOT.c
        for lot in _lots(hashes):
            db.execute(sa.delete(SNAPSHOT).where(s.tenant == self.tenant, s.hash.in_(lot)))
            quiet = (f.tenant == self.tenant, f.case == "", f.at < cutoff, f.row.in_(lot))
            db.execute(sa.delete(FOUND).where(*quiet))
        self._told(chain, hashes, cutoff, who)

    def _told(self, chain: Chain, hashes: list[str], cutoff: float, who: str) -> None:
        """Write down which hashes went."""
        for start in range(0, len(hashes), _NAMED):
            data = {"hashes": hashes[start : start + _NAMED], "before": cutoff}
            chain.add(PLACE, who, [Draft("contents_purged", data)], self.clock())


def _of(one: Hold) -> sa.ColumnElement[bool]:
    """Give the condition of the cases that a hold keeps."""
    if one.of == "case":
        return CASE.c.id == one.value
    if one.of == "owner":
        return CASE.c.owner == one.value
    return sa.and_(CASE.c.kind == one.of, CASE.c.subject == one.value)


def _lots(listed: Iterable[_T]) -> Iterator[list[_T]]:
    left = iter(listed)
    while lot := list(islice(left, _FEW)):
        yield lot
