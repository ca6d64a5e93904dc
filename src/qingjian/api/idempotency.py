"""
`Idempotency-Key`: a request that is sent twice is done once, and answered the same.

Only what was done is kept, for a day. What was refused wrote nothing and may be asked again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.api.faults import Refused
from qingjian.core.clock import Clock, now
from qingjian.core.errors import Conflict
from qingjian.store.engine import writing
from qingjian.store.tables.api import IDEMPOTENCY

KEPT_S = 86_400.0
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before."""

    status: int
    body: bytes


class Once:
    """
    The requests of one tenant that carry a key.

    Args:
        engine: of the store.
        tenant: whose.
        clock: where times come from.
    """

    def __init__(self, engine: Engine, tenant: str, clock: Clock = now) -> None:
        self._engine, self._tenant, self._clock = engine, tenant, clock

    def begin(self, who: str, key: str, asked: str) -> Kept | None:
        """
        Give the answer that was given before, or None: then it is to be done now.

        Raises Conflict for another request with this key, or one that is at work or was broken off.
        """
        if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
            raise Refused(400, "usage", f"Idempotency-Key has 1 to {LONGEST} ASCII characters")
        row: dict[str, Any] = {"tenant": self._tenant, "who": who, "key": key, "asked": asked}
        row |= {"status": 0, "body": b"", "at": self._clock()}
        old = IDEMPOTENCY.c.at < self._clock() - KEPT_S
        try:
            with writing(self._engine) as db:
                db.execute(sa.delete(IDEMPOTENCY).where(old))
                had = db.execute(sa.select(IDEMPOTENCY).where(*self._same(who, key))).first()
                if had is None:
                    db.execute(sa.insert(IDEMPOTENCY).values(**row))
                    return None
        except sa.exc.IntegrityError:
            raise Conflict("the request with this Idempotency-Key is at work") from None
        if had.asked != asked:
            raise Conflict("this Idempotency-Key came with another request", "choose a new key")
        if not had.status:
            what = "the request with this Idempotency-Key is at work, or was broken off"
            raise Conflict(what, "see whether it was done before you choose a new key")
        return Kept(had.status, bytes(had.body))

    def done(self, who: str, key: str, status: int, body: bytes) -> None:
        """Keep the answer."""
        with writing(self._engine) as db:
            kept = sa.update(IDEMPOTENCY).where(*self._same(who, key))
            db.execute(kept.values(status=status, body=body))

    def forget(self, who: str, key: str) -> None:
        """Let the request be asked again: nothing was done."""
        with writing(self._engine) as db:
            db.execute(sa.delete(IDEMPOTENCY).where(*self._same(who, key)))

    def _same(self, who: str, key: str) -> tuple[sa.ColumnElement[bool], ...]:
        c = IDEMPOTENCY.c
        return c.tenant == self._tenant, c.who == who, c.key == key


def asked_of(method: str, path: str, query: str, body: bytes) -> str:
    """Give what tells a request from another: the SHA-256 of its parts."""
    head = f"{method} {path}?{query}\n".encode()
    return hashlib.sha256(head + body).hexdigest()
