"""
How cases and steps stand, in the tables that can be made again from the events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from qingjian.cases.case import Case
from qingjian.cases.chain import events
from qingjian.cases.fold import fold
from qingjian.cases.intake import Sighting
from qingjian.cases.queue import rank
from qingjian.core.types import SEVERITIES
from qingjian.store.tables.case import CASE, DISPOSITION, FOUND, SNAPSHOT

_LOT = 200
"""Values of one condition; SQLite takes up to 32,766 in a statement."""


def case_row(tenant: str, case: Case) -> dict[str, Any]:
    """Give a case's row."""
    task = case.task
    subject = case.subject
    whose = {"kind": subject.kind, "subject": subject.id, "owner": subject.owner}
    waits = {
        "waiting": task is not None,
        "rank": rank(case) if task else 0.0,
        "due_at": task.due_at if task else 0.0,
        "held_by": task.by if task else "",
        "held_until": task.until if task else 0.0,
        "later": task.later if task else 0.0,
    }
    severity = max((s.severity for s in case.seen), key=_order, default="info")
    said = {"queue": case.queue, "state": case.state, "opened_at": case.opened_at}
    told = {"severity": severity, "events": case.events}
    return {"tenant": tenant, "id": case.id, **whose, **waits, **said, **told}


def disposition_rows(tenant: str, case: Case) -> list[dict[str, Any]]:
    """Give the rows of a case's steps."""
    return [
        {"tenant": tenant, "case": case.id, "id": d.id, "step": d.step, "state": d.state}
        | {"starts_at": d.starts_at, "ends_at": d.ends_at}
        for d in case.dispositions
    ]


def write(db: sa.Connection, tenant: str, cases: Iterable[Case]) -> None:
    """Put cases and their steps down as they stand, in place of how they stood."""
    listed = list(cases)
    for start in range(0, len(listed), _LOT):
        lot = listed[start : start + _LOT]
        ids = [case.id for case in lot]
        db.execute(sa.delete(CASE).where(CASE.c.tenant == tenant, CASE.c.id.in_(ids)))
        db.execute(sa.insert(CASE), [case_row(tenant, case) for case in lot])
        steps = [row for case in lot for row in disposition_rows(tenant, case)]
        if steps:
            of = DISPOSITION.c
            db.execute(sa.delete(DISPOSITION).where(of.tenant == tenant, of.case.in_(ids)))
            db.execute(sa.insert(DISPOSITION), steps)


def known(db: sa.Connection, tenant: str, lot: Sequence[Sighting]) -> set[tuple[str, str, str]]:
    """Give kind, subject and row of each sighting that was taken in before."""
    f = FOUND.c
    have: set[tuple[str, str, str]] = set()
    for start in range(0, len(lot), _LOT):
        part = lot[start : start + _LOT]
        mine = (f.tenant == tenant, f.subject.in_({s.subject.id for s in part}))
        chosen = sa.select(f.kind, f.subject, f.row).where(*mine)
        rows = (f.row.in_({s.seen.row for s in part}),)
        have.update((r.kind, r.subject, r.row) for r in db.execute(chosen.where(*rows)))
    return have


def bodies(lot: Iterable[Sighting]) -> dict[str, tuple[str, bytes]]:
    """Give what was looked at and what the runs gave, with its kind, by hash."""
    made: dict[str, tuple[str, bytes]] = {}
    for one in lot:
        made[one.seen.row] = ("row", one.row)
        if one.item:
            made[one.seen.item] = ("item", one.item)
        made.update({hash: ("evidence", body) for hash, body in one.evidence.items()})
    return made


def keep(
    db: sa.Connection, tenant: str, bodies: Mapping[str, tuple[str, bytes]], at: float
) -> None:
    """Keep contents, `(kind, bytes)` by hash, each once; those kept already count as new."""
    hashes = list(bodies)
    for start in range(0, len(hashes), _LOT):
        part = hashes[start : start + _LOT]
        mine = (SNAPSHOT.c.tenant == tenant, SNAPSHOT.c.hash.in_(part))
        have = set(db.scalars(sa.select(SNAPSHOT.c.hash).where(*mine)))
        rows = [
            {"tenant": tenant, "hash": h, "at": at, "kind": bodies[h][0], "body": bodies[h][1]}
            for h in part
            if h not in have
        ]
        if have:
            again = sa.update(SNAPSHOT).where(*mine, SNAPSHOT.c.at < at)
            db.execute(again.values(at=at))
        if rows:
            db.execute(sa.insert(SNAPSHOT), rows)


def open_cases(
    db: sa.Connection, tenant: str, subjects: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Case]:
    """Give the open case of each subject, by kind and id, that has one."""
    wanted = set(subjects)
    listed = sorted({id for _, id in wanted})
    made = {}
    for start in range(0, len(listed), _LOT):
        part = listed[start : start + _LOT]
        mine = (CASE.c.tenant == tenant, CASE.c.waiting, CASE.c.subject.in_(part))
        chosen = sa.select(CASE.c.id, CASE.c.kind, CASE.c.subject).where(*mine)
        for row in db.execute(chosen.order_by(CASE.c.id.desc())).all():
            if (row.kind, row.subject) in wanted:
                case = fold(events(db, tenant, row.id))
                if case is not None:
                    made[row.kind, row.subject] = case
    return made


def _order(severity: str) -> int:
    return [str(s) for s in SEVERITIES].index(severity)
