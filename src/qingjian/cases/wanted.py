"""
Which cases somebody asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from qingjian.store.tables.case import CASE


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: empty means all; `kinds` are of subjects."""

    queues: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    owner: str = ""
    subject: str = ""

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
        return made + ([CASE.c.subject == self.subject] if self.subject else [])


ALL = Wanted()
