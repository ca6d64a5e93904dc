"""
The inventory of accounts that answer by themselves through an API: who runs which with what.

Every change is an event on the chain of the cases. Nothing is taken away here: an audit that fails
opens a case on the account, and people decide there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from sqlalchemy.engine import Engine

from qingjian.cases.event import OF_BOTS, Draft, Event
from qingjian.cases.register import Register, Written
from qingjian.cases.subject import LONGEST_ID
from qingjian.cases.versions import said
from qingjian.core.clock import Clock, now
from qingjian.core.errors import BadRow, Conflict, NotFound, UsageError

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
        self.clock = clock
        self._register = Register(engine, tenant, clock, OF_BOTS, bots)

    def add(self, rows: Iterable[Mapping[str, Any]], who: str) -> int:
        """
        Add accounts, or put down what changed of them; give how many that were.

        Args:
            rows: as `declared` gives them.
        """
        listed = {str(row["account"]): row for row in rows}

        def added(stand: dict[str, Bot], _at: float) -> Written:
            new = [row for id, row in listed.items() if not _same(stand.get(id), row)]
            return [(PLACE, Draft("bot_added", dict(row))) for row in new]

        return len(self._register.act(who, added))

    def audit(
        self, account: str, who: str, outcome: Outcome, sampled: int, labelled: int, reason: str
    ) -> Bot:
        """Put down what somebody saw in a sample of its replies. Raises UsageError, NotFound."""
        if not 0 <= labelled <= sampled or not sampled:
            raise UsageError("an audit reads a sample: at least one reply, and counts the labelled")
        data = {"account": account, "outcome": outcome, "sampled": sampled, "labelled": labelled}
        return self._open(account, who, Draft("bot_audited", {**data, "reason": said(reason)}))

    def close(self, account: str, who: str, reason: str) -> Bot:
        """Put down that it answers no more. Raises Conflict, NotFound."""
        told = {"account": account, "reason": said(reason)}
        return self._open(account, who, Draft("bot_closed", told))

    def get(self, account: str) -> Bot:
        """Give one by its account. Raises NotFound."""
        return _of(self.all(), account)

    def all(self) -> dict[str, Bot]:
        """Give all by account, oldest first."""
        return self._register.stand()

    def _open(self, account: str, who: str, draft: Draft) -> Bot:
        """Write down something of an account that is not closed. Raises Conflict, NotFound."""

        def done(stand: dict[str, Bot], _at: float) -> Written:
            if _of(stand, account).state == "closed":
                raise Conflict(f"{account} is closed", "add it again if it answers again")
            return [(PLACE, draft)]

        self._register.act(who, done)
        return self.get(account)


def _of(stand: dict[str, Bot], account: str) -> Bot:
    if account not in stand:
        raise NotFound(f"{account} is not in the inventory", "qingjian bot add")
    return stand[account]


def _same(one: Bot | None, row: Mapping[str, Any]) -> bool:
    names = {f.name for f in fields(Bot)} & set(row)
    return (
        one is not None and one.state != "closed" and all(getattr(one, n) == row[n] for n in names)
    )
