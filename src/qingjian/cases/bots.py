"""
The inventory of accounts that answer by themselves through an API: who runs which with what.

Every change is an event on the chain of the cases. Nothing is taken away here: an audit that fails
opens a case on the account, and people decide there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.cases.chain import Chain
from qingjian.cases.event import OF_BOTS, Draft, Event, read
from qingjian.cases.subject import LONGEST_ID
from qingjian.cases.versions import said
from qingjian.core.clock import Clock, now
from qingjian.core.errors import BadRow, Conflict, NotFound, UsageError
from qingjian.store.tables.case import EVENT

PLACE = "bots"
"""Where its events stand on the chain, in place of the id of a case."""
AUDIT_DAYS = 90
Outcome = Literal["passed", "failed"]


@dataclass(frozen=True, slots=True)
class Bot:
    """
    An account that answers through an API.

    Args:
        account: the platform's id of it.
        owner: who answers for it.
        model: the model or service behind it.
        filing: the number under which that is filed, empty where none was given.
        app: the API key or client it comes through.
        volume: replies a day that its owner declared, 0 unknown.
        added_at: UTC epoch seconds.
        audited_at: when somebody last read a sample of its replies; None: never.
        sampled, labelled: how many were read then, and how many of them said that AI wrote them.
    """

    account: str
    owner: str
    model: str
    filing: str = ""
    app: str = ""
    purpose: str = ""
    volume: int = 0
    added_at: float = 0.0
    added_by: str = ""
    state: Literal["registered", "closed"] = "registered"
    audited_at: float | None = None
    audited_by: str = ""
    outcome: str = ""
    sampled: int = 0
    labelled: int = 0

    def due(self, at: float, days: float = AUDIT_DAYS) -> bool:
        """Tell whether it is to be audited: it never was, or that is so many days ago."""
        last = self.added_at if self.audited_at is None else self.audited_at
        return self.state == "registered" and (self.audited_at is None or at - last > days * 86_400)


DECLARED = ("account", "owner", "model", "filing", "app", "purpose", "volume")
"""What an owner declares of one."""


def bots(events: Iterable[Event]) -> dict[str, Bot]:
    """Give the accounts as events make them, in the order they were first added."""
    made: dict[str, Bot] = {}
    for event in events:
        d = event.data
        if event.what == "bot_added":
            had = made.get(d["account"])
            first: dict[str, Any] = {"added_at": event.at, "added_by": event.who}
            made[d["account"]] = (
                Bot(**d, **first) if had is None else replace(had, **d, state="registered")
            )
        elif event.what == "bot_audited":
            read_ = {"sampled": d["sampled"], "labelled": d["labelled"], "outcome": d["outcome"]}
            seen: dict[str, Any] = {"audited_at": event.at, "audited_by": event.who, **read_}
            made[d["account"]] = replace(made[d["account"]], **seen)
        elif event.what == "bot_closed":
            made[d["account"]] = replace(made[d["account"]], state="closed")
    return made


def declared(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a row declares. Raises BadRow."""
    unknown = sorted(set(row) - set(DECLARED))
    if unknown:
        raise BadRow(f"no field {unknown[0]!r}", f"fields: {', '.join(DECLARED)}")
    made: dict[str, Any] = {}
    for name in DECLARED[:-1]:
        value = row.get(name) or ""
        if not isinstance(value, str) or len(value) > LONGEST_ID or not (value + "x").isprintable():
            raise BadRow(f"{name} is no text of up to {LONGEST_ID} characters")
        made[name] = value.strip()
    missing = [name for name in DECLARED[:3] if not made[name]]
    if missing:
        raise BadRow(f"{missing[0]} is missing", "each has an account, an owner and a model")
    try:
        volume = int(row.get("volume") or 0)
    except (TypeError, ValueError, OverflowError):
        volume = -1
    if not 0 <= volume < 2**53:
        raise BadRow(f"volume {row['volume']!r} is no count of replies a day")
    return {**made, "volume": volume}


class Bots:
    """
    The inventory of one tenant.

    Args:
        engine: of the store.
        tenant: whose.
        clock: where times come from.
    """

    def __init__(self, engine: Engine, tenant: str = "default", clock: Clock = now) -> None:
        self._engine, self.tenant, self.clock = engine, tenant, clock

    def add(self, rows: Iterable[Mapping[str, Any]], who: str) -> int:
        """
        Add accounts, or put down what changed of them; give how many that were.

        Args:
            rows: as `declared` gives them.
        """
        known = self.all()
        drafts = [
            Draft("bot_added", dict(row))
            for row in {row["account"]: row for row in rows}.values()
            if not _same(known.get(row["account"]), row)
        ]
        self._write(who, drafts)
        return len(drafts)

    def audit(
        self, account: str, who: str, outcome: Outcome, sampled: int, labelled: int, reason: str
    ) -> Bot:
        """Put down what somebody saw in a sample of its replies. Raises UsageError, NotFound."""
        one = self.get(account)
        if one.state == "closed":
            raise Conflict(f"{account} is closed", "add it again if it answers again")
        if not 0 <= labelled <= sampled or not sampled:
            raise UsageError("an audit reads a sample: at least one reply, and counts the labelled")
        data = {"account": account, "outcome": outcome, "sampled": sampled, "labelled": labelled}
        self._write(who, [Draft("bot_audited", {**data, "reason": said(reason)})])
        return self.get(account)

    def close(self, account: str, who: str, reason: str) -> Bot:
        """Put down that it answers no more. Raises Conflict, NotFound."""
        if self.get(account).state == "closed":
            raise Conflict(f"{account} is closed already")
        self._write(who, [Draft("bot_closed", {"account": account, "reason": said(reason)})])
        return self.get(account)

    def get(self, account: str) -> Bot:
        """Give one by its account. Raises NotFound."""
        try:
            return self.all()[account]
        except KeyError:
            raise NotFound(f"{account} is not in the inventory", "qingjian bot add") from None

    def all(self) -> dict[str, Bot]:
        """Give all by account, oldest first."""
        e = EVENT.c
        mine = (e.tenant == self.tenant, e.what.in_(OF_BOTS))
        with self._engine.execution_options(reads=True).connect() as db:
            return bots(
                read(body) for body in db.scalars(sa.select(e.body).where(*mine).order_by(e.seq))
            )

    def _write(self, who: str, drafts: list[Draft]) -> None:
        if not who.strip():
            raise UsageError("nobody says who does it", "add --who NAME")
        with self._engine.begin() as db:
            chain = Chain(db, self.tenant)
            chain.add(PLACE, who.strip(), drafts, self.clock())
            chain.close()


def _same(one: Bot | None, row: Mapping[str, Any]) -> bool:
    names = {f.name for f in fields(Bot)} & set(row)
    return (
        one is not None and one.state != "closed" and all(getattr(one, n) == row[n] for n in names)
    )
