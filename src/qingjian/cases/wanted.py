"""
Which cases somebody asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from qingjian.cases.queue import SEALED
from qingjian.store.tables.case import CASE


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which cases: empty means all; `kinds` are of subjects.

    Args:
        sealed: also cases that are sealed.
        past: whether it waits, rank and id of the case after which to begin, in the order of lists.
    """

    queues: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    owner: str = ""
    subject: str = ""
    past: tuple[bool, float, str] | None = None
    sealed: bool = True

    @property
    def where(self) -> list[sa.ColumnElement[bool]]:
        """As conditions on the table of cases."""
        lists = (
            (CASE.c.queue, self.queues),
            (CASE.c.kind, self.kinds),
            (CASE.c.state, self.states),
        )
        made: list[sa.ColumnElement[bool]] = [c.in_(values) for c, values in lists if values]
        made += [CASE.c.owner == self.owner] if self.owner else []
        made += [CASE.c.subject == self.subject] if self.subject else []
        made += [] if self.sealed else [CASE.c.queue != SEALED]
        return made + ([_after(*self.past)] if self.past else [])


def _after(waiting: bool, rank: float, id: str) -> sa.ColumnElement[bool]:
    """Give what comes later in the order of lists: those that wait first, by rank, then by id."""
    c = CASE.c
    same = c.waiting.is_(waiting)
    later = [sa.and_(same, c.rank > rank), sa.and_(same, c.rank == rank, c.id > id)]
    return sa.or_(*later, *([c.waiting.is_(False)] if waiting else []))


ALL = Wanted()
