"""
Whoever acts, a user or a key: what they may do and which part of the work they see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from qingjian.access.roles import PEOPLE_ONLY, TABLE, Permission, Role
from qingjian.core.errors import NotAllowed, UsageError

MOST = 64


@dataclass(frozen=True, slots=True)
class Reach:
    """
    Which part of the work somebody sees.

    Args:
        queues: names of queues; empty: all.
        subject_kinds: kinds of those a case is about; empty: all.
        masked: names of fields that are not shown; empty: none is hidden.
    """

    queues: tuple[str, ...] = ()
    subject_kinds: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()


EVERYTHING = Reach()


@dataclass(frozen=True, slots=True)
class Person:
    """
    A user or a key, as it was when it was asked for.

    Args:
        name: the login, folded; of a key its name.
        queues: as in `Reach`, and so are `subject_kinds` and `masked`.
        granted: permissions that this person has by name, beside the roles'.
    """

    id: str
    name: str
    tenant: str
    roles: tuple[Role, ...]
    queues: tuple[str, ...] = ()
    subject_kinds: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    active: bool = True
    kind: Literal["user", "key"] = "user"
    granted: tuple[Permission, ...] = ()

    def sees(self, queue: str, subject_kind: str) -> bool:
        """Tell whether a case of this queue and this kind of subject is in reach."""
        return (not self.queues or queue in self.queues) and (
            not self.subject_kinds or subject_kind in self.subject_kinds
        )


@dataclass(frozen=True, slots=True)
class Key:
    """
    An API key as it is listed, without the key itself.

    Args:
        person: who the key acts as; not active when it is revoked or expired.
        added_at: UTC epoch seconds, as are `expires_at` and `revoked_at`.
        used_on: UTC day of the last use, 2026-01-31; empty: never.
    """

    person: Person
    added_at: float
    expires_at: float | None
    used_on: str
    revoked_at: float | None


def may(person: Person, permission: Permission) -> bool:
    """Tell whether somebody may do something; where they may is told by `Person.sees`."""
    if not person.active or (person.kind == "key" and permission in PEOPLE_ONLY):
        return False
    return permission in person.granted or any(permission in TABLE[r] for r in person.roles)


def need(person: Person, permission: Permission) -> None:
    """Raise NotAllowed where somebody may not do something."""
    if not may(person, permission):
        raise NotAllowed(f"{person.name} may not do this: {permission}", "ask an admin for a role")


def reach_of(reach: Reach) -> Reach:
    """Give the reach with each word once, in order. Raises UsageError for what is no word."""
    return Reach(_words(reach.queues), _words(reach.subject_kinds), _words(reach.masked))


def person_of(row: Any) -> Person:
    """Give the person of a row of the table of users."""
    reach = (tuple(row.queues), tuple(row.subject_kinds), tuple(row.masked))
    return Person(
        row.id, row.name, row.tenant, tuple(row.roles), *reach, row.active, "user", (*row.granted,)
    )


def key_of(row: Any, at: float) -> Key:
    """Give the key of a row of the table of keys, as it is at a time in UTC epoch seconds."""
    over = row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= at)
    reach = (tuple(row.queues), tuple(row.subject_kinds), tuple(row.masked))
    person = Person(row.id, row.name, row.tenant, tuple(row.roles), *reach, not over, "key")
    return Key(person, row.added_at, row.expires_at, row.used_on, row.revoked_at)


def _words(words: Iterable[str]) -> tuple[str, ...]:
    kept = sorted(set(words))
    for word in kept:
        if not 0 < len(word) <= MOST or not word.isprintable() or word != word.strip():
            raise UsageError(f"{word!r} is no name of a queue, a kind or a field")
    return tuple(kept)
