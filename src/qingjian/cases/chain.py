"""
Writing to a tenant's chain: whoever writes holds its end until the transaction is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.event import START, Draft, Event, link, proven, read, written
from qingjian.core.clock import Clock
from qingjian.store.engine import writing as alone_here
from qingjian.store.tables.case import EVENT, HEAD

_BLOCK = 10_000


class Chain:
    """
    The end of a chain within a transaction.

    Args:
        db: a transaction that writes; it waits until nobody else writes to this chain.
    """

    def __init__(self, db: sa.Connection, tenant: str) -> None:
        self._db, self._tenant = db, tenant
        self._lines: list[dict[str, object]] = []
        end = sa.select(HEAD).where(HEAD.c.tenant == tenant).with_for_update()
        row = db.execute(end).first()
        if row is None:
            _begin(db, tenant)
            row = db.execute(end).one()
        self.seq, self.hash = int(row.seq), row.hash

    def add(self, case: str, who: str, drafts: Iterable[Draft], at: float) -> list[Event]:
        """Give the events that drafts become; `close` writes them."""
        made = []
        for draft in drafts:
            self.seq += 1
            event = Event(self.seq, case, at, who, draft.what, draft.data)
            body = written(event)
            self.hash = link(self.hash, body)
            line = {"tenant": self._tenant, "seq": self.seq, "case": case, "at": at}
            line |= {"what": draft.what, "body": body.decode(), "hash": self.hash}
            self._lines.append(line)
            made.append(read(body))
        return made

    def close(self) -> None:
        """Write the events and the new end."""
        if self._lines:
            self._db.execute(sa.insert(EVENT), self._lines)
            new = sa.update(HEAD).where(HEAD.c.tenant == self._tenant)
            self._db.execute(new.values(seq=self.seq, hash=self.hash))
            self._lines = []


@contextmanager
def writing(
    engine: Engine, tenant: str, clock: Clock
) -> Iterator[tuple[sa.Connection, Chain, float]]:
    """Give a transaction in which nobody else writes to this tenant, its chain, and the time."""
    with alone_here(engine) as db:
        chain = Chain(db, tenant)
        yield db, chain, clock()
        chain.close()


def of_kinds(db: sa.Connection, tenant: str, whats: Iterable[str]) -> Iterator[Event]:
    """Give the events of some kinds, oldest first."""
    mine = (EVENT.c.tenant == tenant, EVENT.c.what.in_(list(whats)))
    for body in db.scalars(sa.select(EVENT.c.body).where(*mine).order_by(EVENT.c.seq)):
        yield read(body)


def verify(db: sa.Connection, tenant: str) -> tuple[int, str]:
    """
    Prove a chain from its first event to its end; give how many events and the last hash.

    Raises DamagedFile at the first event that was changed, left out or cut off at the end.
    """
    count, last = 0, START
    for block in _blocks(db, tenant):
        for seq in proven(((r.seq, r.body.encode(), r.hash) for r in block), last):
            if seq != count + 1:
                raise _missing(count + 1)
            count = seq
        last = block[-1].hash
    end = db.execute(sa.select(HEAD).where(HEAD.c.tenant == tenant)).first()
    if end is not None and (int(end.seq), end.hash) != (count, last):
        raise _missing(count + 1)
    return count, last


def events(db: sa.Connection, tenant: str, case: str = "", after: int = 0) -> Iterator[Event]:
    """Give the events of a case, or of all, whose number is above `after`, oldest first."""
    for block in _blocks(db, tenant, case, after):
        for row in block:
            yield read(row.body)


def _blocks(
    db: sa.Connection, tenant: str, case: str = "", seq: int = 0
) -> Iterator[list[sa.Row[tuple[int]]]]:
    columns = sa.select(EVENT.c.seq, EVENT.c.body, EVENT.c.hash).where(EVENT.c.tenant == tenant)
    chosen = columns.where(EVENT.c.case == case) if case else columns
    while block := list(
        db.execute(chosen.where(EVENT.c.seq > seq).order_by(EVENT.c.seq).limit(_BLOCK))
    ):
        yield block  # type: ignore[misc]  # rows have the three columns
        if len(block) < _BLOCK:
            return
        seq = int(block[-1].seq)


def _begin(db: sa.Connection, tenant: str) -> None:
    """Make the end of a new chain; another writer may have been faster."""
    try:
        with db.begin_nested():
            db.execute(sa.insert(HEAD).values(tenant=tenant, seq=0, hash=START))
    except sa.exc.IntegrityError:
        return


def _missing(seq: int) -> Exception:
    from qingjian.core.errors import DamagedFile

    return DamagedFile(f"event {seq} is missing", "restore a copy of the database")
