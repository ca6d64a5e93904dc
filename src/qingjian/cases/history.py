"""
Every case of a tenant with its events, one after the other, in one pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, takewhile
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.acts import DAY_S
from qingjian.cases.case import Case
from qingjian.cases.event import Event, read
from qingjian.cases.fold import fold
from qingjian.core.errors import UsageError
from qingjian.store.tables.case import EVENT

_BLOCK = 10_000


class History(NamedTuple):
    """A case, and the events that made it what it is."""

    case: Case
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """Days in UTC as epoch seconds: `start` belongs to it, `end` no longer does."""

    start: float = -math.inf
    end: float = math.inf

    def holds(self, at: float) -> bool:
        """Whether a time lies within."""
        return self.start <= at < self.end

    @property
    def before(self) -> Period:
        """The period of the same length that ends where this one begins."""
        return Period(self.start - (self.end - self.start), self.start)


ALWAYS = Period()


def period(first: str, last: str) -> Period:
    """Give the period of two days, `2026-01-31`, both within; empty is open. Raises UsageError."""
    start = midnight(first) if first else -math.inf
    end = midnight(last) + DAY_S if last else math.inf
    if end <= start:
        raise UsageError(f"{last} is before {first}", "the first day comes first")
    return Period(start, end)


def histories(
    engine: Engine, tenant: str, *, since: float = -math.inf, until: float = math.inf
) -> Iterator[History]:
    """
    Give the cases of a tenant in the order of their ids, with the events of one case in memory.

    Args:
        since: cases in which nothing happened from then on are left out.
        until: what happened from then on is left out, so a case stands as it stood then.

    Cost: every event is read once; about 0.1 ms a case.
    """
    e = EVENT.c
    chosen = sa.select(e.case, e.at, e.body).where(e.tenant == tenant).order_by(e.case, e.seq)
    with engine.execution_options(reads=True).connect() as db:
        rows = db.execute(chosen.execution_options(yield_per=_BLOCK))
        for _, group in groupby(rows, key=lambda row: row.case):
            lines = list(takewhile(lambda row: row.at < until, group))
            if not lines or max(row.at for row in lines) < since:
                continue
            events = tuple(read(row.body) for row in lines)
            case = fold(events)
            if case is not None:
                yield History(case, events)


def in_force(events: Iterable[Event]) -> dict[int, float]:
    """Give when each ruling came into force, by its number; one that waits or fell is not there."""
    told = {}
    for event in events:
        if event.what == "ruled" and not event.data["held"]:
            told[int(event.data["number"])] = event.at
        elif event.what == "approved":
            told[int(event.data["ruling"])] = event.at
    return told


def midnight(day: str) -> float:
    """Give when a day begins, UTC. Raises UsageError for what is no day."""
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise UsageError(f"{day!r} is no day", "write 2026-01-31") from None
