"""
The log of access: who changed which user, key or webhook when, and to what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from qingjian.core.clock import Clock
from qingjian.core.errors import UsageError
from qingjian.store.tables.access import ENTRY

MOST_WHO = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One change.

    Args:
        at: UTC epoch seconds.
        what: added, password, roles, deactivated, signed_in, locked, key_added, key_revoked,
            webhook_added, webhook_removed, webhook_resumed or webhook_replayed.
        of: id of the user, key or endpoint.
        row: what was set, without secrets.
    """

    seq: int
    at: float
    who: str
    what: str
    of: str
    row: Mapping[str, Any]


class Log:
    """
    The entries of a tenant; there is no way to change one.

    Args:
        clock: where times come from.
        tenant: whose they are.
    """

    def __init__(self, clock: Clock, tenant: str) -> None:
        self._clock, self._tenant = clock, tenant

    def write(
        self, db: sa.Connection, who: str, what: str, of: str, row: Mapping[str, Any] | None = None
    ) -> None:
        """Write an entry beside the change itself. Raises UsageError when nobody did it."""
        who = who.strip()
        if not who:
            raise UsageError("nobody says who does it", "add --who NAME")
        if len(who) > MOST_WHO:
            raise UsageError(f"who does it has at most {MOST_WHO} letters")
        entry = {"tenant": self._tenant, "at": self._clock(), "who": who, "what": what}
        db.execute(sa.insert(ENTRY).values(**entry, of=of, row=dict(row or {})))

    def read(self, db: sa.Connection, after: int, most: int) -> list[Entry]:
        """Give the entries whose number is above `after`, oldest first."""
        chosen = sa.select(ENTRY).where(ENTRY.c.tenant == self._tenant, ENTRY.c.seq > after)
        rows = db.execute(chosen.order_by(ENTRY.c.seq).limit(most))
        return [Entry(r.seq, r.at, r.who, r.what, r.of, r.row) for r in rows]
