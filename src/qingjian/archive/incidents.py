"""
Incident rooms: for the hours in which rumours spread and nothing official is known.

A room is opened on an incident, official bulletins are pinned as they come, posts that match it are
watched. All that is done is an entry of one log; what a room is now is folded from its entries. It
closes itself some days after the last bulletin or post.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.archive.entry import known_of
from qingjian.archive.incident import ITSELF, Basis, Bulletin, Entry, Incident, Watched, fold
from qingjian.archive.records import Held, held_of, lots, named
from qingjian.archive.topic import marks, matches
from qingjian.archive.watched import Post, Verdict, post_of, post_row, verdict_of
from qingjian.core.clock import Clock, now, today
from qingjian.core.errors import NotFound, UsageError
from qingjian.core.hashing import sha256
from qingjian.store.engine import alone
from qingjian.store.tables.archive import RECORD
from qingjian.store.tables.incident import ENTRY

LOT = 200
DAYS = 14
MOST_DAYS = 365
MOST_ABOUT = 100


class Incidents:
    """
    The rooms of a store.

    Args:
        engine: of the store.
        clock: where times come from.
        spelling: gives one spelling for many, before a post is held against `about`.
    """

    def __init__(
        self, engine: Engine, clock: Clock = now, spelling: Callable[[str], str] = str
    ) -> None:
        self._engine, self._clock, self._spelling = engine, clock, spelling
        self._read = engine.execution_options(reads=True)

    def open(self, name: str, about: str, who: str, days: int = DAYS) -> str:
        """Open a room and give its id. Raises UsageError where nothing tells what it is about."""
        named(who)
        name, about = name.strip(), about.strip()
        if not name or len(name) > 200:
            raise UsageError("a name has 1 to 200 characters")
        if len(about) > MOST_ABOUT or not marks(self._spelling(about)):
            hint = f"say what and where in at most {MOST_ABOUT} characters: 云岭 青石隧道 塌方"
            raise UsageError("nothing tells posts about it from others", hint)
        if not 1 <= days <= MOST_DAYS:
            raise UsageError(f"it is open for 1 to {MOST_DAYS} days, not {days}")
        at = self._clock()
        with self._engine.begin() as db:
            alone(db, "incidents")
            count = 0
            while True:
                digest = sha256(f"{name}\0{at}\0{count}".encode())
                id = f"{today(lambda: at).replace('-', '')}-{digest[:6]}"
                if not self._states(db, id):
                    break
                count += 1
            row = {"name": name, "about": about, "days": days}
            self._write(db, id, who, "opened", [("", row)])
        return id

    def pin(self, id: str, records: Iterable[str], who: str) -> list[str]:
        """
        Pin records as bulletins, all or none; give the ids of those that were not pinned yet.

        Raises NotFound, and UsageError for a record that is not in use.
        """
        with self._writing(id, who) as db:
            ids = list(dict.fromkeys(records))
            chosen = sa.select(RECORD).where(RECORD.c.id.in_(ids))
            there = {row.id: held_of(row) for row in db.execute(chosen)}
            for record in ids:
                if record not in there:
                    raise NotFound(f"no record {record}", "ids stand in `qingjian archive search`")
                if not self._used(there[record]):
                    hint = "a bulletin is a record that is approved, not retracted and not expired"
                    raise UsageError(f"record {record} is not in use", hint)
            pinned = self._of(db, id, "bulletin", ids)
            fresh = [record for record in ids if record not in pinned]
            self._write(db, id, who, "bulletin", [(r, {"seq": there[r].seq}) for r in fresh])
        return fresh

    def watch(self, id: str, posts: Iterable[Post], who: str) -> Iterator[Counter[str]]:
        """
        Keep the posts that match, and give after each lot how many were kept, known or other.

        A lot is there whole or not at all. Raises NotFound, UsageError when the room is closed.
        """
        about = self._spelling(self.show(id).about)
        for lot in lots(posts, LOT):
            match = {p.hash: p for p in lot if matches(about, self._spelling(p.text))}
            told = Counter(other=sum(p.hash not in match for p in lot))
            with self._writing(id, who) as db:
                have = self._of(db, id, "post", match)
                fresh = [(p.hash, post_row(p)) for p in match.values() if p.hash not in have]
                self._write(db, id, who, "post", fresh)
            told["kept"], told["known"] = len(fresh), len(lot) - told["other"] - len(fresh)
            yield told

    def checked(
        self, id: str, verdicts: Mapping[str, Verdict], basis: Basis, who: str
    ) -> dict[str, Verdict | None] | None:
        """
        Write the verdicts that changed; give for each post's hash the verdict before.

        Nothing is written, and None given, when a bulletin was pinned since `basis` was read: who
        pinned it checks again. Raises NotFound, UsageError when the room is closed.
        """
        with self._writing(id, who) as db:
            if self._pinned(db, id) != basis.pinned:
                return None
            before = self._verdicts(db, id, verdicts)
            rows = [(h, v.row) for h, v in verdicts.items() if before.get(h) != v]
            self._write(db, id, who, "checked", rows)
        return {hash: before.get(hash) for hash, _ in rows}

    def covered(self, id: str, basis: Basis, until: int, who: str) -> None:
        """Write that all posts up to a number were checked against `basis`."""
        with self._writing(id, who) as db:
            row = {"fingerprint": basis.fingerprint, "until": until}
            self._write(db, id, who, "checked", [("", row)])

    def unchecked(self, id: str, basis: Basis) -> int:
        """Give the number after which posts were not yet checked against `basis`."""
        chosen = self._entries(id, "checked").where(ENTRY.c.of == "")
        with self._read.connect() as db:
            last = db.execute(chosen.order_by(ENTRY.c.seq.desc()).limit(1)).first()
        same = last is not None and last.row["fingerprint"] == basis.fingerprint
        return int(last.row["until"]) if last is not None and same else 0

    def close(self, id: str, who: str) -> None:
        """Close a room. Raises NotFound, UsageError when it is closed."""
        with self._writing(id, who) as db:
            self._write(db, id, who, "closed", [("", {"at": self._clock()})])

    def writable(self, id: str) -> None:
        """Raise NotFound, or UsageError when a room is closed, as every write does."""
        with self._writing(id, ITSELF):
            pass

    def show(self, id: str) -> Incident:
        """Give a room. Raises NotFound."""
        with self._read.connect() as db:
            return self._one(db, id)

    def listed(self) -> list[Incident]:
        """Give all rooms, oldest first."""
        with self._read.connect() as db:
            return self._states(db)

    def bulletins(self, id: str) -> list[Bulletin]:
        """Give what is pinned, in the order it came, also what is no longer used."""
        pinned = self._entries(id, "bulletin").subquery()
        chosen = sa.select(pinned.c.at, pinned.c.who, RECORD)
        chosen = chosen.join(RECORD, RECORD.c.id == pinned.c.of).order_by(pinned.c.seq)
        with self._read.connect() as db:
            held = [(row.at, row.who, held_of(row)) for row in db.execute(chosen)]
        return [Bulletin(at, who, one, self._used(one)) for at, who, one in held]

    def basis(self, id: str) -> Basis:
        """Give what posts are checked against now. Raises NotFound."""
        with self._read.connect() as db:
            self._one(db, id)
            pinned = self._pinned(db, id)
        used = [b.held for b in self.bulletins(id) if b.used]
        versions = "\0".join(f"{held.id} {held.seq}" for held in used)
        known = tuple(known_of(held.row) for held in used)
        return Basis(known, sha256(versions.encode())[:32], pinned)

    def posts(self, id: str, after: int = 0, most: int = LOT) -> list[Watched]:
        """Give watched posts whose number is above `after`, oldest first."""
        chosen = self._entries(id, "post").where(ENTRY.c.seq > after)
        with self._read.connect() as db:
            rows = list(db.execute(chosen.order_by(ENTRY.c.seq).limit(most)))
            verdicts = self._verdicts(db, id, [row.of for row in rows])
        return [Watched(r.seq, post_of(r.of, r.row), verdicts.get(r.of)) for r in rows]

    def history(self, id: str, post: str) -> list[Mapping[str, Any]]:
        """Give every verdict on a post by its hash, oldest first: seq, at, who, row."""
        chosen = self._entries(id, "checked").where(ENTRY.c.of == post).order_by(ENTRY.c.seq)
        with self._read.connect() as db:
            return [{str(k): v for k, v in r._mapping.items()} for r in db.execute(chosen)]

    @contextmanager
    def _writing(self, id: str, who: str) -> Iterator[sa.Connection]:
        """Give a transaction on an open room; what is due to close is closed and refused."""
        named(who)
        with self._engine.begin() as db:
            alone(db, "incidents")
            one = self._one(db, id)
            if one.closed_at is None:
                yield db
                return
            chosen = self._entries(id, "closed").limit(1)
            if db.execute(chosen).first() is None:
                self._write(db, id, ITSELF, "closed", [("", {"at": one.closed_at})])
        raise UsageError(f"incident {id} is closed", "open a new one: qingjian incident open")

    def _one(self, db: sa.Connection, id: str) -> Incident:
        found = self._states(db, id)
        if not found:
            raise NotFound(f"no incident {id}", "ids stand in `qingjian incident list`")
        return found[0]

    def _states(self, db: sa.Connection, id: str = "") -> list[Incident]:
        """Give all rooms, or the one of an id."""
        only = [ENTRY.c.incident == id] if id else []
        marked = sa.select(ENTRY).where(ENTRY.c.what.in_(("opened", "closed")), *only)
        entries: defaultdict[str, list[Entry]] = defaultdict(list)
        for r in db.execute(marked.order_by(ENTRY.c.seq)):
            entries[r.incident].append(Entry(r.at, r.who, r.what, r.row))
        kept = (ENTRY.c.incident, ENTRY.c.what)
        grouped = sa.select(*kept, sa.func.count(), sa.func.max(ENTRY.c.at))
        grouped = grouped.where(ENTRY.c.what.in_(("bulletin", "post")), *only).group_by(*kept)
        counts: defaultdict[str, dict[str, tuple[int, float]]] = defaultdict(dict)
        for incident, what, count, last in db.execute(grouped):
            counts[incident][what] = (count, last)
        at = self._clock()
        return [fold(i, e, counts[i], at) for i, e in entries.items()]

    def _used(self, held: Held) -> bool:
        expires = held.row["expires_at"]
        return held.state == "approved" and not (expires and expires < today(self._clock))

    def _entries(self, id: str, what: str) -> sa.Select[Any]:
        return sa.select(ENTRY).where(ENTRY.c.incident == id, ENTRY.c.what == what)

    def _of(self, db: sa.Connection, id: str, what: str, of: Iterable[str]) -> set[str]:
        """Give those of some records or posts that have an entry."""
        chosen = self._entries(id, what).where(ENTRY.c.of.in_(list(of)))
        return set(db.scalars(chosen.with_only_columns(ENTRY.c.of)))

    def _pinned(self, db: sa.Connection, id: str) -> int:
        chosen = self._entries(id, "bulletin").with_only_columns(sa.func.max(ENTRY.c.seq))
        return int(db.scalar(chosen) or 0)

    def _verdicts(self, db: sa.Connection, id: str, of: Iterable[str]) -> dict[str, Verdict]:
        """Give the last verdict on each post that has one."""
        chosen = self._entries(id, "checked").where(ENTRY.c.of.in_(list(of)))
        return {r.of: verdict_of(r.row) for r in db.execute(chosen.order_by(ENTRY.c.seq))}

    def _write(
        self,
        db: sa.Connection,
        id: str,
        who: str,
        what: str,
        rows: Iterable[tuple[str, Mapping[str, Any]]],
    ) -> None:
        """Write an entry for each `(of, row)`."""
        entry = {"incident": id, "at": self._clock(), "who": who, "what": what}
        if made := [{**entry, "of": of, "row": dict(row)} for of, row in rows]:
            db.execute(sa.insert(ENTRY), made)
