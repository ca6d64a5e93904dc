"""
What an incident room is, folded from the entries of its log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from qingjian.archive.records import Held
from qingjian.archive.watched import Post, Verdict
from qingjian.core.known import Known

ITSELF = "itself"
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Incident:
    """
    A room; times are UTC epoch seconds.

    Args:
        about: what and where, in a few words; what is watched matches it.
        days: it closes itself so many days after `last_at`.
        bulletins, posts: how many were pinned and are watched.
        last_at: of the last bulletin or post, or when it was opened.
        closed_at: None while it is open.
        closed_by: a name, or `ITSELF`.
    """

    id: str
    name: str
    about: str
    days: int
    opened_at: float
    opened_by: str
    bulletins: int
    posts: int
    last_at: float
    closed_at: float | None = None
    closed_by: str = ""


class Entry(NamedTuple):
    """An entry of the log that opens or closes a room."""

    at: float
    who: str
    what: str
    row: Mapping[str, Any]


class Bulletin(NamedTuple):
    """A pinned record as it is now; `used` unless it was taken out of use or has expired."""

    at: float
    who: str
    held: Held
    used: bool


class Basis(NamedTuple):
    """What posts are checked against, and its fingerprint; `pinned` numbers the last bulletin."""

    known: tuple[Known, ...]
    fingerprint: str
    pinned: int


class Watched(NamedTuple):
    """A post, its number in the log, and its verdict; None until it is checked."""

    seq: int
    post: Post
    verdict: Verdict | None


def fold(
    id: str, entries: Iterable[Entry], counts: Mapping[str, tuple[int, float]], now: float
) -> Incident:
    """
    Give a room as it is at a time.

    Args:
        id: its id.
        entries: what opened it, and what closed it, in order.
        counts: of bulletins and posts: how many there are, and the time of the last.
        now: a room whose days have passed by then has closed itself.
    """
    opened, *closed = entries
    last = max((at for _, at in counts.values()), default=opened.at)
    last_at, days = max(last, opened.at), int(opened.row["days"])
    due = last_at + days * _DAY_S
    closed_at, closed_by = (due, ITSELF) if now >= due else (None, "")
    if closed:
        closed_at, closed_by = closed[0].row["at"], closed[0].who
    return Incident(
        id,
        opened.row["name"],
        opened.row["about"],
        days,
        opened.at,
        opened.who,
        counts.get("bulletin", (0, 0.0))[0],
        counts.get("post", (0, 0.0))[0],
        last_at,
        closed_at,
        closed_by,
    )
