"""
Failed sign-ins: ten within a quarter of an hour, and a name is refused for another.

A try is written down before the password is looked at, so that many at once are no way around the
count. Names that no user has are counted alike: what is refused tells nobody who is there.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.core.clock import Clock
from qingjian.core.errors import TooManyTries
from qingjian.core.hashing import sha256
from qingjian.store.engine import writing
from qingjian.store.tables.access import ATTEMPT

MOST = 10
WITHIN_S = 15 * 60
REFUSED_S = 15 * 60


class Attempts:
    """
    The failed sign-ins of a store.

    Args:
        engine: of the store.
        clock: where times come from.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def begin(self, tenant: str, name: str) -> bool:
        """
        Count a try as failed until `forget`; tell whether it is the last before a refusal.

        Raises TooManyTries; a try that is refused does not count.
        """
        at, of = self._clock(), _of(tenant, name)
        with writing(self._engine) as db:
            db.execute(sa.delete(ATTEMPT).where(ATTEMPT.c.at < at - WITHIN_S - REFUSED_S))
            made = db.execute(sa.insert(ATTEMPT).values(tenant=tenant, of=of, at=at))
            own = made.inserted_primary_key
        assert own is not None
        with writing(self._engine) as db:  # another: it sees every try that was written before
            chosen = sa.select(ATTEMPT.c.at).where(ATTEMPT.c.of == of, ATTEMPT.c.seq != own.seq)
            newest = chosen.order_by(ATTEMPT.c.at.desc()).limit(MOST)
            before: list[float] = list(db.scalars(newest))
            full = len(before) == MOST and before[0] - before[-1] < WITHIN_S
            refused = full and at < before[0] + REFUSED_S
            if refused:
                db.execute(sa.delete(ATTEMPT).where(ATTEMPT.c.seq == own.seq))
        if refused:
            raise TooManyTries("too many failed sign-ins", "try again in a quarter of an hour")
        return len([t for t in before if at - t < WITHIN_S]) == MOST - 1

    def forget(self, db: sa.Connection, tenant: str, name: str) -> None:
        """Forget the failures of a name."""
        db.execute(sa.delete(ATTEMPT).where(ATTEMPT.c.of == _of(tenant, name)))


def _of(tenant: str, name: str) -> str:
    return sha256(f"{tenant}\0{name}".encode("utf-8", "surrogatepass"))
