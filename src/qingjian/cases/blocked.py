"""
Hashes that victims of intimate imagery hand in, so that copies of a picture are found by them.

Whoever is shown hashes the picture where it is; it is never sent. Kept are the hash, the hash of a
ticket number, and who agreed: no name, no contact, no picture. Nothing is blocked before a person
has agreed, and whoever holds the ticket may take the hash back.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.event import OF_HASHES, Draft, Event
from qingjian.cases.register import Register, Written
from qingjian.cases.versions import said, same
from qingjian.core.clock import Clock, now
from qingjian.core.errors import Conflict, NotAllowed, NotFound, UsageError
from qingjian.core.hashing import sha256
from qingjian.store.tables.case import EVENT

PLACE = "blocked"
"""Where its events stand on the chain, in place of the id of a case."""
PUBLIC = "public"
"""Who hands in what nobody signed in for."""
MOST_WAITING = 10_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PERCEPTUAL = re.compile(r"[a-z][a-z0-9]{1,15}:[0-9a-f]{16,64}")
_OF_NOTHING = sha256(b"")
_TICKET_BYTES = 16
State = Literal["waiting", "approved", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Blocked:
    """
    A hash that was handed in.

    Args:
        id: number of the event that brought it.
        sha256: of the bytes of a file.
        perceptual: the name of a perceptual hash and its hex digits, `dhash:0f…`; empty: none. Only
            the very same digits are found by it, not near ones.
        ticket: SHA-256 of the ticket number.
        by: who handed it in.
        judged_by: who agreed or refused.
    """

    id: int
    sha256: str
    perceptual: str
    ticket: str
    by: str
    at: float
    state: State = "waiting"
    judged_by: str = ""
    reason: str = ""


def blocked(events: Iterable[Event]) -> dict[int, Blocked]:
    """Give what was handed in by number, oldest first, as events make it."""
    made: dict[int, Blocked] = {}
    for event in events:
        d = event.data
        if event.what == "hash_submitted":
            named = (d["sha256"], d["perceptual"], d["ticket"], event.who, event.at)
            made[event.seq] = Blocked(event.seq, *named)
        elif event.what == "hash_withdrawn":
            made[d["hash"]] = replace(made[d["hash"]], state="withdrawn")
        elif event.what in ("hash_approved", "hash_refused"):
            state: State = "approved" if event.what == "hash_approved" else "refused"
            told = {"judged_by": event.who, "reason": d["reason"]}
            made[d["hash"]] = replace(made[d["hash"]], state=state, **told)
    return made


def digest_of(text: str) -> str:
    """Give a SHA-256 as it is kept. Raises UsageError for what is none, or that of nothing."""
    digest = text.strip().lower()
    if not _SHA256.fullmatch(digest):
        raise UsageError("a SHA-256 has 64 hex digits", "hash the file: sha256sum FILE")
    if digest == _OF_NOTHING:
        raise UsageError("this is the SHA-256 of no bytes at all", "the file was not read")
    return digest


class Blocklist:
    """
    The hashes of one tenant.

    Args:
        engine: of the store.
        tenant: whose.
        clock: where times come from.
    """

    def __init__(self, engine: Engine, tenant: str = "default", clock: Clock = now) -> None:
        self._read, self._tenant = engine.execution_options(reads=True), tenant
        self._register = Register(engine, tenant, clock, OF_HASHES, blocked)

    def submit(
        self, digest: str, perceptual: str = "", who: str = PUBLIC, most: int = MOST_WAITING
    ) -> tuple[Blocked, str]:
        """
        Hand a hash in; give it with the ticket number, which is told this once.

        Raises UsageError, and Conflict where `most` wait already.
        """
        found = digest_of(digest)
        near = perceptual.strip().lower()
        if near and not _PERCEPTUAL.fullmatch(near):
            hint = "its name and 16 to 64 hex digits, dhash:0f1e2d3c4b5a6978 for one"
            raise UsageError("this is no perceptual hash", hint)
        ticket = secrets.token_hex(_TICKET_BYTES)
        data = {"sha256": found, "perceptual": near, "ticket": sha256(ticket.encode())}

        def submitted(stand: dict[int, Blocked], _at: float) -> Written:
            if sum(one.state == "waiting" for one in stand.values()) >= most:
                raise Conflict(f"{most:,} hashes wait for somebody to look", "try again later")
            return [(PLACE, Draft("hash_submitted", data))]

        (event,) = self._register.act(who, submitted)
        return self.get(event.seq), ticket

    def approve(self, id: int, who: str, reason: str) -> Blocked:
        """
        Agree: copies are found from now on.

        Raises NotAllowed for whoever handed it in, Conflict for one that does not wait, NotFound.
        """
        return self._judge(id, who, reason, "hash_approved")

    def refuse(self, id: int, who: str, reason: str) -> Blocked:
        """Disagree. Raises as `approve`."""
        return self._judge(id, who, reason, "hash_refused")

    def withdraw(self, ticket: str, who: str = PUBLIC) -> Blocked:
        """Take a hash back by its ticket number. Raises NotFound, Conflict."""
        name = sha256(ticket.strip().encode())

        def withdrawn(stand: dict[int, Blocked], _at: float) -> Written:
            one = next((b for b in stand.values() if b.ticket == name), None)
            if one is None:
                raise NotFound("no hash has this ticket", "it was told when the hash was handed in")
            if one.state == "withdrawn":
                raise Conflict("this hash was withdrawn already")
            return [(PLACE, Draft("hash_withdrawn", {"hash": one.id}))]

        (event,) = self._register.act(who, withdrawn)
        return self.get(event.data["hash"])

    def check(self, digest: str, perceptual: str = "") -> list[Blocked]:
        """Give what a person agreed to block that is this very file, or has this very hash."""
        found, near = digest_of(digest), perceptual.strip().lower()
        return [
            one
            for one in self.all().values()
            if one.state == "approved"
            and (one.sha256 == found or (near and one.perceptual == near))
        ]

    def approved(self) -> frozenset[str]:
        """Give the SHA-256 of each file whose copies are to be found."""
        return frozenset(b.sha256 for b in self.all().values() if b.state == "approved")

    def counts(self) -> Counter[str]:
        """Give how many hashes there are by state."""
        return Counter(str(one.state) for one in self.all().values())

    def last(self) -> int:
        """Give the number of the last event about hashes, 0 without one; cheap to ask often."""
        e = EVENT.c
        mine = (e.tenant == self._tenant, e.what.in_(OF_HASHES))
        with self._read.connect() as db:
            return db.scalar(sa.select(sa.func.max(e.seq)).where(*mine)) or 0

    def get(self, id: int) -> Blocked:
        """Give one by its number. Raises NotFound."""
        return _of(self.all(), id)

    def all(self) -> dict[int, Blocked]:
        """Give all by number, oldest first."""
        return self._register.stand()

    def _judge(self, id: int, who: str, reason: str, what: str) -> Blocked:
        def judged(stand: dict[int, Blocked], _at: float) -> Written:
            one = _of(stand, id)
            if one.state != "waiting":
                raise Conflict(f"hash {id} is {one.state}")
            if same(who, one.by):
                raise NotAllowed(f"{who} handed hash {id} in", "another person looks at it")
            return [(PLACE, Draft(what, {"hash": id, "reason": said(reason)}))]

        self._register.act(who, judged)
        return self.get(id)


def _of(stand: dict[int, Blocked], id: int) -> Blocked:
    if id not in stand:
        raise NotFound(f"no hash {id}", "numbers stand in `qingjian blocked list`")
    return stand[id]
