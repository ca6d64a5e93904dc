"""
Records in the database: entered, approved by another person, retracted; every version is kept.

A claim is `pending` until somebody else than who entered it approves it; only approved records are
used. What is written is written in lots; a lot is there whole or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.archive.entry import Entry
from qingjian.core.clock import Clock, now
from qingjian.core.errors import NotFound, UsageError
from qingjian.store.engine import alone
from qingjian.store.tables.archive import RECORD, VERSION

LOT = 1_000
MOST_BATCH = 64
MOST_WHO = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held:
    """A record in force: `row` as `Entry.row` has it, `state` pending, approved or retracted."""

    id: str
    seq: int
    state: str
    batch: str
    entered_by: str
    row: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """
    A record that is no longer what decisions may rest on.

    Args:
        seq: number of the version that changed it.
        at: UTC epoch seconds.
        what: retracted, or changed: entered again with other content.
        before: the row as it was in force until then.
    """

    seq: int
    at: float
    who: str
    what: str
    reason: str
    record: str
    before: Mapping[str, str]


class Records:
    """
    The archive's rows.

    Args:
        engine: of the store.
        clock: where times come from.
    """

    def __init__(self, engine: Engine, clock: Clock = now) -> None:
        self._engine, self._clock = engine, clock
        self._read = engine.execution_options(reads=True)

    def enter(self, entries: Iterable[Entry], who: str, batch: str) -> Iterator[Counter[str]]:
        """
        Enter records, and give after each lot how many were new, changed or known already.

        A claim begins as pending, and again when it comes with other content. Raises UsageError
        when nobody says who enters, or for a batch with a long name.
        """
        named(who)
        if len(batch) > MOST_BATCH:
            raise UsageError(f"the name of a batch has at most {MOST_BATCH} characters")
        for lot in lots(entries):
            told: Counter[str] = Counter()
            last = {e.id: e for e in lot}
            with self._writing() as db:
                have = {r.id: r for r in db.execute(sa.select(RECORD).where(RECORD.c.id.in_(last)))}
                fresh = []
                for id, one in last.items():
                    if id in have and have[id].row == one.row and have[id].state != "retracted":
                        continue
                    what = "changed" if id in have else "entered"
                    told[what] += 1
                    fresh.append((one, what))
                told["known"] = len(lot) - len(fresh)
                self._write(
                    db,
                    [
                        (e.id, what, "pending" if e.known.kind == "claim" else "approved", e.row)
                        for e, what in fresh
                    ],
                    who,
                    batch,
                )
            yield told

    def approve(self, ids: Iterable[str], who: str) -> int:
        """
        Approve pending records by id, or all of a batch by its name; give how many.

        Raises NotFound, and UsageError when `who` entered one of them.
        """
        named(who)
        with self._writing() as db:
            held = [h for h in self._named_by(db, ids) if h.state == "pending"]
            own = next((h for h in held if h.entered_by == who), None)
            if own:
                raise UsageError(
                    f"{who} entered {own.id}; a second person approves", "name who else: --who"
                )
            for lot in lots(held):
                rows = [(h.id, "approved", "approved", h.row) for h in lot]
                self._write(db, rows, who, "", keep=lot)
            return len(held)

    def retract(self, ids: Iterable[str], who: str, reason: str) -> int:
        """Take records out of use; give how many. Raises NotFound, UsageError without a reason."""
        named(who)
        if not reason.strip():
            raise UsageError("a retraction needs a reason", 'add --reason "…"')
        with self._writing() as db:
            held = [h for h in self._named_by(db, ids) if h.state != "retracted"]
            for lot in lots(held):
                rows = [(h.id, "retracted", "retracted", h.row) for h in lot]
                self._write(db, rows, who, "", reason=reason.strip(), keep=lot)
            return len(held)

    def after(self, seq: int, most: int = 10_000) -> list[Held]:
        """Give records whose version in force is newer than `seq`, oldest first."""
        chosen = sa.select(RECORD).where(RECORD.c.seq > seq).order_by(RECORD.c.seq).limit(most)
        with self._read.connect() as db:
            return [held_of(r) for r in db.execute(chosen)]

    def approved(self, kind: str) -> Iterator[Held]:
        """Give the approved records of a kind, oldest first."""
        seq = 0
        while lot := self.after(seq):
            yield from (h for h in lot if h.state == "approved" and h.row["kind"] == kind)
            seq = lot[-1].seq

    def newest(self) -> int:
        """Give the number of the newest version, 0 for an empty archive."""
        with self._read.connect() as db:
            return int(db.scalar(sa.select(sa.func.max(RECORD.c.seq))) or 0)

    def get(self, id: str) -> Held:
        """Give a record in force. Raises NotFound."""
        with self._read.connect() as db:
            row = db.execute(sa.select(RECORD).where(RECORD.c.id == id)).first()
        if row is None:
            raise NotFound(f"no record {id}", "ids stand in `qingjian archive search`")
        return held_of(row)

    def history(self, id: str) -> list[Mapping[str, Any]]:
        """Give every version of a record, oldest first: seq, at, who, what, batch, reason, row."""
        chosen = sa.select(VERSION).where(VERSION.c.record == id).order_by(VERSION.c.seq)
        with self._read.connect() as db:
            return [{str(k): v for k, v in r._mapping.items()} for r in db.execute(chosen)]

    def changes(
        self,
        after_seq: int = 0,
        what: Iterable[str] = ("retracted", "changed"),
        most: int = LOT,
    ) -> list[Change]:
        """
        Give retractions and changes numbered above `after_seq`, oldest first.

        Whoever keeps what was decided on records asks again with the last `seq` it has seen.
        """
        old = VERSION.alias("old")
        last = sa.select(sa.func.max(old.c.seq)).where(
            old.c.record == VERSION.c.record, old.c.seq < VERSION.c.seq
        )
        before = VERSION.alias("before")
        chosen = (
            sa.select(VERSION, before.c.row.label("before"))
            .select_from(VERSION.join(before, before.c.seq == last.scalar_subquery()))
            .where(VERSION.c.seq > after_seq, VERSION.c.what.in_(list(what)))
            .order_by(VERSION.c.seq)
            .limit(most)
        )
        with self._read.connect() as db:
            return [
                Change(int(r.seq), r.at, r.who, r.what, r.reason, r.record, r.before)
                for r in db.execute(chosen)
            ]

    def expired(self, on: date, since: date, after_seq: int = 0, most: int = LOT) -> list[Held]:
        """
        Give approved records that were in use on the day `since` and have expired by the day `on`.

        A record is used on its last day too. Of more than `most` the rest comes with `after_seq`.
        """
        last_day = RECORD.c.row["expires_at"].as_string()
        chosen = (
            sa.select(RECORD)
            .where(RECORD.c.seq > after_seq, RECORD.c.state == "approved")
            .where(last_day >= since.isoformat(), last_day < on.isoformat())
            .order_by(RECORD.c.seq)
            .limit(most)
        )
        with self._read.connect() as db:
            return [held_of(r) for r in db.execute(chosen)]

    def counts(self) -> Mapping[tuple[str, str], int]:
        """Give how many records there are by kind and state."""
        by = sa.select(RECORD.c.kind, RECORD.c.state, sa.func.count()).group_by(
            RECORD.c.kind, RECORD.c.state
        )
        with self._read.connect() as db:
            return {(r[0], r[1]): int(r[2]) for r in db.execute(by)}

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """Give a transaction in which nobody else numbers versions."""
        with self._engine.begin() as db:
            alone(db, "archive")
            yield db

    def _named_by(self, db: sa.Connection, names: Iterable[str]) -> list[Held]:
        held: dict[str, Held] = {}
        for name in names:
            either = sa.or_(RECORD.c.id == name, RECORD.c.batch == name)
            found = [held_of(r) for r in db.execute(sa.select(RECORD).where(either))]
            if not found:
                raise NotFound(f"no record and no batch {name}")
            held |= {h.id: h for h in found}
        return list(held.values())

    def _write(
        self,
        db: sa.Connection,
        rows: Iterable[tuple[str, str, str, Mapping[str, str]]],
        who: str,
        batch: str,
        *,
        reason: str = "",
        keep: Iterable[Held] = (),
    ) -> None:
        """Write a version of each record `(id, what, state, row)` and put it in force."""
        listed = list(rows)
        if not listed:
            return
        before = {h.id: h for h in keep}
        at = self._clock()
        seq = int(db.scalar(sa.select(sa.func.max(VERSION.c.seq))) or 0)
        numbered = [(seq + n, *row) for n, row in enumerate(listed, 1)]
        db.execute(
            sa.insert(VERSION),
            [
                {"seq": n, "record": id, "at": at, "who": who, "what": what}
                | {"batch": batch, "reason": reason, "row": dict(row)}
                for n, id, what, _, row in numbered
            ],
        )
        db.execute(sa.delete(RECORD).where(RECORD.c.id.in_([id for _, id, *_ in numbered])))
        db.execute(
            sa.insert(RECORD),
            [
                {"id": id, "seq": n, "kind": row["kind"], "state": state, "row": dict(row)}
                | {"batch": before[id].batch if id in before else batch}
                | {"entered_by": before[id].entered_by if id in before else who}
                for n, id, _, state, row in numbered
            ],
        )


def lots(many: Iterable[T], most: int = LOT) -> Iterator[list[T]]:
    """Give what is many in lists of at most `most`."""
    left = iter(many)
    while lot := list(islice(left, most)):
        yield lot


def named(who: str) -> None:
    """Raise UsageError where nobody says who does something, or at too great length."""
    if not who.strip():
        raise UsageError("nobody says who does it", "add --who NAME")
    if len(who) > MOST_WHO:
        raise UsageError(f"a name has at most {MOST_WHO} characters", "shorten --who")


def held_of(row: Any) -> Held:
    """Give the record of a row of its table."""
    return Held(row.id, int(row.seq), row.state, row.batch, row.entered_by, row.row)
