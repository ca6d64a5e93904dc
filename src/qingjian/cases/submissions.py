"""
Reports to authorities in the database: which are due, late, submitted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.authority import OPEN
from qingjian.core.clock import Clock, now
from qingjian.store.tables.case import CASE
from qingjian.store.tables.order import REPORT


@dataclass(frozen=True, slots=True)
class Submission:
    """
    A report as it stands.

    Args:
        state: one of STATES of `cases.authority`; void when the ruling fell before.
        late: it was submitted after it was due, or is due and was not.
        receipt: the authority's number.
    """

    id: str
    case: str
    ruling: int
    kind: str
    subject: str
    queue: str
    state: str
    since: float
    due_at: float
    submitted_at: float | None
    receipt: str
    late: bool


class Submissions:
    """
    The reports of one tenant.

    Args:
        engine: of the store.
        tenant: whose.
        clock: where times come from.
    """

    def __init__(self, engine: Engine, tenant: str = "default", clock: Clock = now) -> None:
        self._read, self.tenant = engine.execution_options(reads=True), tenant
        self.clock = clock

    def listed(self, most: int = 100, *, all: bool = False, case: str = "") -> list[Submission]:
        """Give those that are not submitted, or all, in the order they are due."""
        r, c, at = REPORT.c, CASE.c, self.clock()
        mine = [r.tenant == self.tenant]
        mine += [] if all else [r.state.in_(OPEN)]
        mine += [r.case == case] if case else []
        joined = REPORT.join(CASE, sa.and_(c.tenant == r.tenant, c.id == r.case))
        chosen = sa.select(REPORT, c.kind, c.subject, c.queue).select_from(joined).where(*mine)
        with self._read.connect() as db:
            rows = db.execute(chosen.order_by(r.due_at, r.case, r.ruling).limit(most)).all()
        made = []
        for row in rows:
            whose = (row.case, row.ruling, row.kind, row.subject, row.queue)
            times = (row.since, row.due_at, row.submitted_at, row.receipt)
            done = row.submitted_at or at
            late = row.state != "void" and done > row.due_at
            made.append(Submission(f"{row.case}-{row.ruling}", *whose, row.state, *times, late))
        return made

    def counts(self) -> Counter[str]:
        """Give how many are due, late (and not submitted), and submitted."""
        r = REPORT.c
        late = sa.case((r.due_at < self.clock(), 1), else_=0)
        chosen = sa.select(r.state, late.label("late"), sa.func.count().label("n"))
        chosen = chosen.where(r.tenant == self.tenant).group_by(r.state, late)
        told: Counter[str] = Counter()
        with self._read.connect() as db:
            for row in db.execute(chosen):
                word = "submitted" if row.state in ("submitted", "receipted") else "due"
                if row.state != "void":
                    told["late" if word == "due" and row.late else word] += row.n
        return told
