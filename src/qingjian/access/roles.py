"""
The words for what may be done, and the table of which role may do it.

Roles are narrow so that they can be held apart: who writes a policy does not publish it, who
decides a case does not judge its appeal, and the admin of users sees no content. One person may
hold several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from qingjian.core.errors import UsageError

Role = Literal[
    "admin",
    "policy_author",
    "publisher",
    "reviewer",
    "senior_reviewer",
    "sealed_reviewer",
    "auditor",
    "integration",
]
"""`integration` is a machine's: only a key holds it."""

Permission = Literal[
    "scan",
    "label",
    "ingest",
    "case.read",
    "case.claim",
    "case.decide",
    "case.approve",
    "case.appeal.judge",
    "appeal.file",
    "complaint.file",
    "content.read",
    "sealed.view",
    "sealed.read",
    "subject.read",
    "order.enter",
    "order.read",
    "hold.manage",
    "hash.review",
    "policy.read",
    "policy.write",
    "policy.publish",
    "report.read",
    "evidence.export",
    "webhook.manage",
    "user.manage",
    "audit.read",
]
"""
What may be done.

`ingest` keeps what it takes in and may open cases, `scan` keeps nothing. `case.approve` is the
second approval. `content.read` is of snapshots, `sealed.view` is of the cases of suspected
imagery of minors, `sealed.read` of what they look at, which needs both.
`hash.review` agrees to hashes that victims hand in.
"""

ROLES: tuple[Role, ...] = get_args(Role)
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

READS: frozenset[Permission] = frozenset(
    {
        "case.read",
        "content.read",
        "sealed.read",
        "subject.read",
        "policy.read",
        "report.read",
        "evidence.export",
        "audit.read",
        "order.read",
    }
)
"""What changes nothing; all else writes or spends."""

GRANTED: frozenset[Permission] = frozenset({"sealed.read"})
"""What no role has: it is granted to one person by another."""

PEOPLE_ONLY: frozenset[Permission] = frozenset(
    {
        "case.decide",
        "case.approve",
        "case.appeal.judge",
        "hash.review",
        "policy.publish",
        "sealed.view",
        "sealed.read",
    }
)
"""What no key may do, whatever its roles: a person decides."""

_REVIEWER: frozenset[Permission] = frozenset(
    {
        "scan",
        "label",
        "case.read",
        "case.claim",
        "case.decide",
        "appeal.file",
        "complaint.file",
        "content.read",
        "subject.read",
        "policy.read",
    }
)

_SENIOR: frozenset[Permission] = _REVIEWER | {
    "case.approve",
    "case.appeal.judge",
    "order.enter",
    "order.read",
    "hold.manage",
    "hash.review",
    "report.read",
    "evidence.export",
}

TABLE: Mapping[Role, frozenset[Permission]] = {
    "admin": frozenset(
        {
            "user.manage",
            "webhook.manage",
            "order.enter",
            "order.read",
            "policy.read",
            "report.read",
            "audit.read",
        }
    ),
    "policy_author": frozenset({"scan", "policy.read", "policy.write", "report.read"}),
    "publisher": frozenset({"policy.read", "policy.publish", "report.read"}),
    "reviewer": _REVIEWER,
    "senior_reviewer": _SENIOR,
    "sealed_reviewer": frozenset(
        {"case.read", "case.claim", "case.decide", "content.read", "sealed.view"}
    ),
    "auditor": READS - GRANTED,
    "integration": frozenset(
        {"scan", "label", "ingest", "appeal.file", "complaint.file", "webhook.manage"}
    ),
}
"""What each role may do."""
BY_ANOTHER: frozenset[Role] = frozenset({"sealed_reviewer"})
"""Roles that nobody takes for themselves."""


def roles_of(words: Iterable[str], kind: Literal["user", "key"]) -> tuple[Role, ...]:
    """
    Give roles by their names, each once, in the order of the table.

    Raises UsageError for none at all, one that is not there, and `integration` for a user.
    """
    asked = set(words)
    if not asked:
        raise UsageError("a role is missing", f"one of: {', '.join(ROLES)}")
    if unknown := sorted(asked - set(ROLES)):
        raise UsageError(f"no role {unknown[0]!r}", f"one of: {', '.join(ROLES)}")
    if kind == "user" and "integration" in asked:
        raise UsageError("integration is a role of keys", "make one: qingjian key add")
    return tuple(role for role in ROLES if role in asked)


def granted_of(words: Iterable[str]) -> tuple[Permission, ...]:
    """Give permissions that may be granted to one person, by their names. Raises UsageError."""
    asked = set(words)
    if unknown := sorted(asked - GRANTED):
        hint = f"only: {', '.join(sorted(GRANTED))}; all else comes with a role"
        raise UsageError(f"{unknown[0]!r} is not granted to one person", hint)
    return tuple(word for word in PERMISSIONS if word in asked)
