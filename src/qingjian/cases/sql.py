"""
Cases in the database: every change is events on the chain, and tables that say how things stand.

A transaction writes events and tables together, or nothing. What stands in the tables beside the
chain can be made again from it (`rebuild`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases import acts, authority, notices, sealed, siblings
from qingjian.cases.case import Case
from qingjian.cases.chain import Chain, events, verify, writing
from qingjian.cases.event import MACHINE, Draft, Event
from qingjian.cases.fold import fold
from qingjian.cases.ids import new_id
from qingjian.cases.intake import Sighting
from qingjian.cases.queue import HOUR_S, MINORS, OTHER, REPORTED_HOURS
from qingjian.cases.safe import HASHES, Safe
from qingjian.cases.standing import bodies, keep, known, open_cases, write
from qingjian.cases.subject import Subject
from qingjian.cases.wanted import ALL, Wanted
from qingjian.core.clock import Clock, now
from qingjian.core.errors import NotFound, UsageError
from qingjian.core.hashing import sha256
from qingjian.store.tables.case import CASE, DISPOSITION, EVENT, FOUND, SNAPSHOT

Act = Callable[[Case, float], list[Draft]]
Beside = Callable[[sa.Connection, Chain, float, list[Sighting]], None]
"""What else is done with runs that were not known, in the transaction that keeps them."""
LOT = 500
_LOOKED = 50


class Cases:
    """
    The cases of one tenant.

    Args:
        engine: of the store.
        tenant: whose; nothing of another's is ever seen.
        clock: where times come from.
        lang: zh or en, in which owners and reporters are told.
        report_days: within which an authority is told of a step that has to be reported.
        safe: keeps what sealed cases look at.
    """

    def __init__(
        self,
        engine: Engine,
        tenant: str = "default",
        clock: Clock = now,
        lang: str = "zh",
        report_days: int = authority.DAYS,
        safe: Safe = HASHES,
    ) -> None:
        self._engine, self.tenant, self.clock, self._lang = engine, tenant, clock, lang
        self._report_days, self._safe = report_days, safe
        self._read = engine.execution_options(reads=True)

    def take_in(
        self, sightings: Iterable[Sighting], who: str = MACHINE, beside: Beside | None = None
    ) -> Counter[str]:
        """
        Keep a lot of runs, all or none; give how many opened, joined, acted, were quiet or known.

        One subject has at most one open case. A run that was taken in before is known. What the
        policy lets the machine do alone is done, told to the owner, and can be appealed.
        """
        lot = list({_key(s): s for s in sightings}.values())
        told: Counter[str] = Counter()
        with self._writing() as (db, chain, at):
            have = known(db, self.tenant, lot)
            new = [s for s in lot if _key(s) not in have]
            hide = sealed.hidden(db, self.tenant, new)
            fresh = [hide.over(s) for s in new]
            told["known"] = len(lot) - len(fresh)
            keep(db, self.tenant, bodies(s for s in fresh if not hide.hides(s)), at)
            asking = {(s.subject.kind, s.subject.id) for s in fresh if s.asks}
            stand = open_cases(db, self.tenant, asking)
            changed: dict[str, Case] = {}
            rows = []
            for one in fresh:
                key = _key(one)
                case = stand.get(key[:2])
                word = "quiet" if not one.asks else "joined" if case else "opened"
                if one.asks:
                    made = self._sealed(chain, _joined(chain, case, one, who, at), one, who, at)
                    if case is None and one.ground is not None:
                        made, word = self._alone(db, chain, made, one, at), "acted"
                    stand[key[:2]] = changed[made.id] = made
                    if made.task is None:
                        del stand[key[:2]]
                told[word] += 1
                if hide.hides(one):
                    apart = {h: body for h, (_, body) in bodies([one]).items()}
                    of = made.id if one.asks else ""
                    sealed.put_away(db, self.tenant, of, apart, at, self._safe)
                said = dict(zip(("kind", "subject", "row"), key, strict=True))
                said |= {"item": one.seen.item, "do": one.seen.do, "tenant": self.tenant}
                rows.append({**said, "case": made.id if one.asks else "", "at": at})
            if rows:
                db.execute(sa.insert(FOUND), rows)
            write(db, self.tenant, changed.values())
            for case in changed.values():
                if case.sealed is not None:
                    sealed.take_away(db, self.tenant, case, at, self._safe)
            told_of = [s for s in fresh if not hide.hides(s)]
            if beside is not None and told_of:
                beside(db, chain, at, told_of)
        return told

    def report(
        self, kind: str, subject: str, owner: str, voice: str, words: str, who: str = ""
    ) -> str:
        """
        Take in what somebody reports and give the case's id; one voice counts once a case.

        Args:
            voice: who reports, or the cluster that reports together; a brigade is one.
            who: who passes it on; whoever reports by default.
        """
        Subject(kind, subject, owner)  # refuses what no subject can be
        with self._writing() as (db, chain, at):
            case = open_cases(db, self.tenant, [(kind, subject)]).get((kind, subject))
            drafts = [Draft("reported", {"voice": voice, "words": words[: acts.MOST_WORDS]})]
            if case is None:
                due = at + REPORTED_HOURS * HOUR_S
                opened = {"kind": kind, "subject": subject, "owner": owner, "queue": OTHER}
                drafts.insert(0, Draft("opened", {**opened, "due_at": due, "source": "report"}))
            id = case.id if case else new_id(at)
            made = fold(chain.add(id, who or voice, self._kept(db, drafts, at), at), case)
            write(db, self.tenant, [made] if made else [])
        return id

    def claim(self, who: str, wanted: Wanted = ALL, lease_s: float = acts.LEASE_S) -> Case | None:
        """Give `who` the case that comes first, None where nothing waits."""
        with self._writing() as (db, chain, at):
            free = sa.and_(CASE.c.held_until <= at, CASE.c.later <= at)
            chosen = sa.select(CASE.c.id).where(
                CASE.c.tenant == self.tenant, CASE.c.waiting, free, *wanted.where
            )
            skip = 0
            while ids := list(
                db.scalars(chosen.order_by(CASE.c.rank, CASE.c.id).offset(skip).limit(_LOOKED))
            ):
                for id in ids:
                    case = self._one(db, id)
                    if case.task is None or who in case.task.barred:
                        continue
                    drafts = acts.claim(case, who, at, lease_s)
                    return self._add(db, chain, case, who, drafts, at)
                skip += _LOOKED
        return None

    def act(self, id: str, who: str, act: Act) -> Case:
        """
        Do something in a case and give it as it stands then.

        Raises NotFound, and whatever the act refuses with; then nothing is written.
        """
        if not who.strip():
            raise UsageError("nobody says who does it", "add --who NAME")
        with self._writing() as (db, chain, at):
            case = self._one(db, id)
            drafts = act(case, at)
            case = self._add(db, chain, case, who, drafts, at)
            if any(d.what == "sealed" for d in drafts):
                sealed.take_away(db, self.tenant, case, at, self._safe)
            for other in siblings.shared(db, self.tenant, case, drafts):
                self._add(db, chain, other, MACHINE, siblings.again(other, case, at), at)
            return self._add(db, chain, case, MACHINE, acts.due(case, at), at)

    def seal(self, id: str, who: str, reason: str) -> Case:
        """Seal a case, and take what it looks at away. Raises NotFound, Conflict, UsageError."""
        hours = self._safe.report_hours
        return self.act(id, who, lambda one, at: sealed.seal(one, reason, at, hours))

    def look(self, id: str, who: str, hash: str) -> bytes:
        """
        Give what a sealed case looks at; that `who` looked is written down with it.

        Whether somebody may is asked at the door. Raises NotFound where only the hash is kept.
        """
        with self._writing() as (db, chain, at):
            case = self._one(db, id)
            body = sealed.stored(db, self.tenant, hash)
            if case.sealed is None or hash not in sealed.contents(case) or body is None:
                raise NotFound(f"no snapshot {hash} in case {id}", "only its hash is kept")
            self._add(db, chain, case, who, [Draft("viewed", {"snapshot": hash})], at)
        return self._safe.open(body, hash)

    def tick(self, most: int = LOT) -> int:
        """Begin and end the steps whose time has come; give how many events that were."""
        d = DISPOSITION.c
        starts = sa.and_(d.state == "scheduled", d.starts_at <= self.clock())
        ends = sa.and_(d.state == "active", d.ends_at <= self.clock())
        count = 0
        with self._writing() as (db, chain, at):
            chosen = sa.select(d.case).where(d.tenant == self.tenant, sa.or_(starts, ends))
            for id in list(db.scalars(chosen.distinct().order_by(d.case).limit(most))):
                case = self._one(db, id)
                drafts = acts.due(case, at)
                count += len(drafts)
                self._add(db, chain, case, MACHINE, drafts, at)
        return count

    def get(self, id: str) -> Case:
        """Give a case. Raises NotFound."""
        with self._read.connect() as db:
            return self._one(db, id)

    def listed(
        self, wanted: Wanted = ALL, most: int = 50, after: int = 0
    ) -> list[Mapping[str, Any]]:
        """Give how cases stand, in the order they are taken, the closed ones last."""
        chosen = sa.select(CASE).where(CASE.c.tenant == self.tenant, *wanted.where)
        order = (CASE.c.waiting.desc(), CASE.c.rank, CASE.c.id)
        with self._read.connect() as db:
            rows = db.execute(chosen.order_by(*order).offset(after).limit(most))
            return [{str(k): v for k, v in r._mapping.items() if k != "tenant"} for r in rows]

    def of_owner(self, owner: str) -> list[Case]:
        """Give all cases of an owner, oldest first."""
        mine = (CASE.c.tenant == self.tenant, CASE.c.owner == owner)
        with self._read.connect() as db:
            ids = list(db.scalars(sa.select(CASE.c.id).where(*mine).order_by(CASE.c.id)))
            return [self._one(db, id) for id in ids]

    def counts(self) -> Mapping[tuple[str, str], int]:
        """Give how many cases there are by queue and state."""
        by = (CASE.c.queue, CASE.c.state)
        chosen = sa.select(*by, sa.func.count()).where(CASE.c.tenant == self.tenant)
        with self._read.connect() as db:
            return {(r[0], r[1]): int(r[2]) for r in db.execute(chosen.group_by(*by))}

    def events(self, id: str = "", after: int = 0) -> Generator[Event, None, None]:
        """Give the events of a case, or of all, whose number is above `after`, oldest first."""
        with self._read.connect() as db:
            yield from events(db, self.tenant, id, after)

    def resting_on(self, record: str) -> list[str]:
        """Give the ids of cases with a ruling that rests on a record of the archive."""
        e = EVENT.c
        mine = (e.tenant == self.tenant, e.what == "ruled", e.body.contains(f'"{record}"'))
        with self._read.connect() as db:
            chosen = sa.select(e.case).where(*mine).distinct()
            return list(db.scalars(chosen.order_by(e.case)))

    def snapshot(self, hash: str) -> bytes:
        """Give what was kept under a hash. Raises NotFound where it is kept no longer."""
        mine = (SNAPSHOT.c.tenant == self.tenant, SNAPSHOT.c.hash == hash)
        with self._read.connect() as db:
            body = db.scalar(sa.select(SNAPSHOT.c.body).where(*mine))
            apart = body is None and sealed.known(db, self.tenant, hash)
        if apart:
            raise NotFound(f"snapshot {hash} is sealed", "nobody is given it here")
        if body is None:
            raise NotFound(f"no snapshot {hash}", "it was never kept, or its time is over")
        return bytes(body)

    def verify(self) -> tuple[int, str]:
        """Prove the chain; give how many events and the last hash. Raises DamagedFile."""
        with self._read.connect() as db:
            return verify(db, self.tenant)

    def rebuild(self) -> int:
        """Make the tables of cases and steps again from the events; give how many cases."""
        with self._writing() as (db, _, _at):
            for table in (CASE, DISPOSITION):
                db.execute(sa.delete(table).where(table.c.tenant == self.tenant))
            made: dict[str, Case] = {}
            for event in events(db, self.tenant):
                case = fold([event], made.get(event.case))
                if case is not None:
                    made[event.case] = case
            write(db, self.tenant, made.values())
        return len(made)

    def _writing(self) -> AbstractContextManager[tuple[sa.Connection, Chain, float]]:
        return writing(self._engine, self.tenant, self.clock)

    def _one(self, db: sa.Connection, id: str) -> Case:
        case = fold(events(db, self.tenant, id))
        if case is None:
            raise NotFound(f"no case {id}", "ids stand in `qingjian case list`")
        return case

    def _add(
        self, db: sa.Connection, chain: Chain, case: Case, who: str, drafts: list[Draft], at: float
    ) -> Case:
        if not drafts:
            return case
        made = fold(chain.add(case.id, who, self._kept(db, drafts, at), at), case)
        assert made is not None  # events were added to a case
        begun = any(d.what in ("started", "order_over") for d in drafts)
        told = notices.due(made, drafts, self._whys(db, made) if begun else (), self._lang)
        listed = self._kept(db, [one.draft for one in told], at)
        listed += authority.due(made, drafts, at, self._report_days)
        made = fold(chain.add(case.id, MACHINE, listed, at), made) or made
        write(db, self.tenant, [made])
        return made

    def _sealed(self, chain: Chain, case: Case, one: Sighting, who: str, at: float) -> Case:
        """Give a case that a sighting joined, sealed where that asks for it."""
        if not one.sealed or case.sealed is not None:
            return case
        drafts = sealed.seal(case, sealed.FLAGGED, at, self._safe.report_hours)
        return fold(chain.add(case.id, who, drafts, at), case) or case

    def _alone(self, db: sa.Connection, chain: Chain, case: Case, one: Sighting, at: float) -> Case:
        """Give a new case with what the machine may do alone done."""
        assert one.ground is not None  # asked before
        drafts = acts.ruling(case, one.ground, [acts.Asked(one.step)], at, automated=True)
        case = self._add(db, chain, case, MACHINE, drafts, at)
        return self._add(db, chain, case, MACHINE, acts.due(case, at), at)

    def _kept(self, db: sa.Connection, drafts: list[Draft], at: float) -> list[Draft]:
        """Give drafts with the hash of what people wrote; the words are kept apart, and can go."""
        words = {d.data["words"]: sha256(d.data["words"].encode()) for d in drafts if _worded(d)}
        keep(db, self.tenant, {h: ("words", w.encode()) for w, h in words.items()}, at)
        return [
            Draft(d.what, {**d.data, "words": words[d.data["words"]]}) if _worded(d) else d
            for d in drafts
        ]

    def _whys(self, db: sa.Connection, case: Case) -> list[str]:
        """Give what the last run that hit says, as far as it is still kept."""
        if not case.seen:
            return []
        mine = (SNAPSHOT.c.tenant == self.tenant, SNAPSHOT.c.hash == case.seen[-1].row)
        body = db.scalar(sa.select(SNAPSHOT.c.body).where(*mine))
        findings = orjson.loads(body)["findings"] if body is not None else ()
        return [f["why"] for f in findings if not f["against"]]


def _worded(draft: Draft) -> bool:
    return bool(draft.data.get("words"))


def _key(one: Sighting) -> tuple[str, str, str]:
    return (one.subject.kind, one.subject.id, one.seen.row)


def _joined(chain: Chain, case: Case | None, one: Sighting, who: str, at: float) -> Case:
    """Give the case that a sighting joins, or the one that it opens."""
    drafts = []
    due_at = at + one.due_in_s
    if case is None:
        whose = {"kind": one.subject.kind, "subject": one.subject.id, "owner": one.subject.owner}
        said = {"queue": one.queue, "due_at": due_at, "source": "scan", "reach": one.reach}
        of = {"cluster": one.cluster} if one.cluster else {}
        drafts.append(Draft("opened", {**whose, **said, **of}))
    found = {**one.found, "due_at": due_at}
    if case is not None and one.queue == MINORS:
        found["queue"] = MINORS
    drafts.append(Draft("found", found))
    made = fold(chain.add(case.id if case else new_id(at), who, drafts, at), case)
    assert made is not None  # an event always makes a case
    return made
