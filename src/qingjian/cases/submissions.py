"""
Reports to authorities in the database: which are due, late, submitted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.authority import OPEN, followed, pending, void
from qingjian.cases.case import AuthorityReport, Case
from qingjian.cases.chain import events, of_kinds
from qingjian.cases.event import OF_REPORTS
from qingjian.cases.fold import fold
from qingjian.core.clock import Clock, now


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


def _always(_queue: str, _kind: str) -> bool:
    return True


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

    def listed(
        self, most: int = 100, *, all: bool = False, sees: Callable[[str, str], bool] = _always
    ) -> list[Submission]:
        """
        Give those that are not submitted, or all, in the order they are due.

        Args:
            sees: whether queue and kind of subject are to be given; what is not, is not counted.
        """
        with self._read.connect() as db:
            wanted = (one for one in self._each(db, all=all) if sees(one.queue, one.kind))
            return list(islice(wanted, most))

    def counts(self) -> Counter[str]:
        """Give how many are due, late (and not submitted), and submitted."""
        told: Counter[str] = Counter()
        with self._read.connect() as db:
            for one in self._each(db, all=True):
                if one.state in OPEN:
                    told["late" if one.late else "due"] += 1
                elif one.state != "void":
                    told["submitted"] += 1
        return told

    def _each(self, db: sa.Connection, *, all: bool) -> Iterator[Submission]:
        at, known = self.clock(), dict[str, Case]()
        for id, one in _stand(db, self.tenant):
            if not all and one.state not in OPEN:
                continue
            if id not in known:
                known = {id: _case(db, self.tenant, id)}
            case = known[id]
            fell = void(case, one)
            if fell and not all:
                continue
            whose = (id, one.ruling, case.subject.kind, case.subject.id, case.queue)
            times = (one.since, one.due_at, one.submitted_at, one.receipt)
            late = not fell and (one.submitted_at or at) > one.due_at
            state = "void" if fell else one.state
            yield Submission(f"{id}-{one.ruling}", *whose, state, *times, late)


def unsent(db: sa.Connection, tenant: str) -> set[str]:
    """Give the ids of the cases of which an authority has still to be told."""
    waits = {id for id, one in _stand(db, tenant) if one.state in OPEN}
    return {id for id in waits if pending(_case(db, tenant, id))}


def _stand(db: sa.Connection, tenant: str) -> list[tuple[str, AuthorityReport]]:
    """Give reports, each with the id of its case, in the order they are due."""
    made: dict[str, tuple[AuthorityReport, ...]] = {}
    for event in of_kinds(db, tenant, OF_REPORTS):
        made[event.case] = followed(made.get(event.case, ()), event)
    listed = [(id, one) for id, reports in made.items() for one in reports]
    return sorted(listed, key=lambda told: (told[1].due_at, told[0], told[1].ruling))


def _case(db: sa.Connection, tenant: str, id: str) -> Case:
    case = fold(events(db, tenant, id))
    assert case is not None  # a report is of a case
    return case
