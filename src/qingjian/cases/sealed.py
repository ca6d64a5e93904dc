"""
Sealed cases: suspected sexual imagery of minors.

What they look at leaves the contents that everything else reads, in the transaction that seals, and
with it previews, exports, replays and whatever learns or measures. Only the hash stays, or what the
safe keeps; only `look` gives that out, and writes down who looked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from qingjian.cases.acts import MOST_WORDS, SHORTEST_REASON
from qingjian.cases.case import Case
from qingjian.cases.event import Draft
from qingjian.cases.intake import Sighting
from qingjian.cases.queue import HOUR_S, SEALED
from qingjian.cases.safe import Safe
from qingjian.core.errors import Conflict, UsageError
from qingjian.store.tables.case import CASE, SNAPSHOT
from qingjian.store.tables.sealed import CONTENT

FLAGGED = "the finding, or what was looked at, is flagged as sealed"
_LOT = 200
_LONGEST = 200


def seal(case: Case, reason: str, at: float, hours: float) -> list[Draft]:
    """Seal a case; the clock of its report begins. Raises Conflict for one that is sealed."""
    if case.sealed is not None:
        raise Conflict(f"case {case.id} is sealed already")
    if not SHORTEST_REASON <= len(reason.strip()) <= MOST_WORDS:
        raise UsageError(f"a reason has {SHORTEST_REASON} to {MOST_WORDS} characters")
    return [Draft("sealed", {"reason": reason.strip(), "report_due_at": at + hours * HOUR_S})]


def reported(case: Case, to: str, number: str) -> list[Draft]:
    """Write down that an authority was told, and under which number; the clock stops."""
    if case.sealed is None:
        raise Conflict(f"case {case.id} is not sealed", "qingjian case seal")
    if case.sealed.told_at is not None:
        raise Conflict(f"case {case.id} was reported already, to {case.sealed.to}")
    named = {"to": to.strip(), "number": number.strip()}
    for name, value in named.items():
        if not 0 < len(value) <= _LONGEST or not value.isprintable():
            raise UsageError(f"{name} has 1 to {_LONGEST} characters")
    return [Draft("sealed_reported", named)]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is sealed already: items by hash, and subjects by kind and id."""

    items: frozenset[str]
    subjects: frozenset[tuple[str, str]]

    def over(self, one: Sighting) -> Sighting:
        """Give a sighting; of a copy of what is sealed, one that seals its case."""
        if not one.item or one.seen.item not in self.items:
            return one
        return replace(one, sealed=True, asks=True, step="", ground=None)

    def hides(self, one: Sighting) -> bool:
        """Tell whether what a sighting brings is not kept with all else."""
        return one.sealed or (one.subject.kind, one.subject.id) in self.subjects


def hidden(db: sa.Connection, tenant: str, lot: Sequence[Sighting]) -> Hidden:
    """Give what of a lot is sealed already."""
    items: set[str] = set()
    subjects: set[tuple[str, str]] = set()
    for start in range(0, len(lot), _LOT):
        part = lot[start : start + _LOT]
        hashes = {s.seen.item for s in part if s.item}
        mine = (CONTENT.c.tenant == tenant, CONTENT.c.hash.in_(hashes))
        items.update(db.scalars(sa.select(CONTENT.c.hash).where(*mine)))
        named = (CASE.c.tenant == tenant, CASE.c.queue == SEALED)
        ids = (CASE.c.subject.in_({s.subject.id for s in part}),)
        chosen = sa.select(CASE.c.kind, CASE.c.subject).where(*named, *ids)
        subjects.update((r.kind, r.subject) for r in db.execute(chosen))
    return Hidden(frozenset(items), frozenset(subjects))


def put_away(
    db: sa.Connection, tenant: str, case: str, bodies: Mapping[str, bytes], at: float, safe: Safe
) -> None:
    """Put contents, by hash, into the safe, each once."""
    mine = (CONTENT.c.tenant == tenant, CONTENT.c.hash.in_(list(bodies)))
    have = set(db.scalars(sa.select(CONTENT.c.hash).where(*mine)))
    rows = [
        {"tenant": tenant, "hash": h, "case": case, "at": at, "body": safe.shut(body, h)}
        for h, body in bodies.items()
        if h not in have
    ]
    if rows:
        db.execute(sa.insert(CONTENT), rows)


def take_away(db: sa.Connection, tenant: str, case: Case, at: float, safe: Safe) -> None:
    """Take what a case looks at out of the contents that everything reads, into the safe."""
    hashes = sorted(contents(case))
    for start in range(0, len(hashes), _LOT):
        part = hashes[start : start + _LOT]
        mine = (SNAPSHOT.c.tenant == tenant, SNAPSHOT.c.hash.in_(part))
        rows = db.execute(sa.select(SNAPSHOT.c.hash, SNAPSHOT.c.body).where(*mine)).all()
        put_away(db, tenant, case.id, {r.hash: bytes(r.body) for r in rows}, at, safe)
        db.execute(sa.delete(SNAPSHOT).where(*mine))


def contents(case: Case) -> frozenset[str]:
    """Give the hashes of what a case looks at, and of what runs gave."""
    found = {h for s in case.seen for h in (s.row, s.item) if h}
    return frozenset(found | {m.evidence for s in case.seen for m in s.members})


def stored(db: sa.Connection, tenant: str, hash: str) -> bytes | None:
    """Give what the safe has under a hash, encrypted; None where only the hash is kept."""
    mine = (CONTENT.c.tenant == tenant, CONTENT.c.hash == hash)
    body = db.scalar(sa.select(CONTENT.c.body).where(*mine))
    return bytes(body) if body is not None else None


def known(db: sa.Connection, tenant: str, hash: str) -> bool:
    """Tell whether contents are sealed."""
    mine = (CONTENT.c.tenant == tenant, CONTENT.c.hash == hash)
    return db.scalar(sa.select(CONTENT.c.hash).where(*mine)) is not None


def purge(db: sa.Connection, tenant: str, cutoff: float, alive: Iterable[str]) -> list[str]:
    """Empty the safe of what is older and no longer needed; give the hashes, which stay."""
    c = CONTENT.c
    mine = (c.tenant == tenant, c.at < cutoff, c.body.is_not(None))
    gone = sorted(set(db.scalars(sa.select(c.hash).where(*mine))) - set(alive))
    for start in range(0, len(gone), _LOT):
        lot = (c.tenant == tenant, c.hash.in_(gone[start : start + _LOT]))
        db.execute(sa.update(CONTENT).where(*lot).values(body=None))
    return gone
