"""
What happened: one line of an append-only chain.

The hash of an event is SHA-256 over the hash of the one before and the event's own bytes, so a line
that was changed, left out or put in shows. There is one chain a tenant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from qingjian.core.errors import DamagedFile

START = "0" * 64
MACHINE = "qingjian"
"""Who does what nobody did by hand."""

OF_REPORTS = (
    "report_due",
    "report_drafted",
    "report_approved",
    "report_submitted",
    "report_receipted",
)
"""What happens to what authorities have to be told of rulings in a case."""
WHATS = (
    "opened",
    "found",
    "reported",
    "claimed",
    "released",
    "skipped",
    "snoozed",
    "ruled",
    "approved",
    "refused",
    "started",
    "expired",
    "reversed",
    "noticed",
    "notice_held",
    "appealed",
    "judged",
    "reopened",
    "severed",
    "sealed",
    "sealed_reported",
    "viewed",
    "purged",
    "ordered",
    "order_over",
    *OF_REPORTS,
)

OF_POLICIES = (
    "policy_added",
    "policy_shadowed",
    "policy_published",
    "policy_retired",
    "policy_suspended",
    "policy_resumed",
)
"""What happens to versions of policies; they stand on the chain between the events of cases."""
OF_RETENTION = ("hold_placed", "hold_lifted", "contents_purged")
"""What happens to contents: kept on somebody's word, let go again, deleted in the end."""
OF_BOTS = ("bot_added", "bot_audited", "bot_closed")
"""What happens in the inventory of accounts that answer by themselves."""
OF_ORDERS = ("order_entered", "order_closed", "order_ended")
"""What happens to orders of authorities; what they ask stands in the cases of their items."""
OF_HASHES = ("hash_submitted", "hash_approved", "hash_refused", "hash_withdrawn")
"""What happens to hashes that victims hand in, so that copies are found."""
APART = (*OF_POLICIES, *OF_RETENTION, *OF_BOTS, *OF_ORDERS, *OF_HASHES)
"""What is of no case."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that is about to be written down of a case."""

    what: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """
    Something that happened in a case.

    Args:
        seq: its number in the chain, from 1.
        at: UTC epoch seconds.
        who: a person, a key or MACHINE.
        case: id of the case; else `policy:HASH`, `retention`, `bots`, `blocked` or an order's id.
        what: one of WHATS, or of APART.
        data: what there is to say of it; names, numbers and hashes, never content.
    """

    seq: int
    case: str
    at: float
    who: str
    what: str
    data: Mapping[str, Any]


def written(event: Event) -> bytes:
    """Give the bytes of an event, the same for the same event."""
    listed = [event.seq, event.case, event.at, event.who, event.what, dict(event.data)]
    return orjson.dumps(listed, option=orjson.OPT_SORT_KEYS)


def read(body: bytes | str) -> Event:
    """Give the event of its bytes."""
    seq, case, at, who, what, data = orjson.loads(body)
    return Event(seq, case, at, who, what, data)


def link(before: str, body: bytes) -> str:
    """Give the hash of an event after the one whose hash is `before`."""
    return hashlib.sha256(before.encode() + body).hexdigest()


def proven(lines: Iterable[tuple[int, bytes, str]], before: str = START) -> Iterator[int]:
    """
    Give the number of each event of a chain, `(seq, body, hash)`, that is proven.

    Raises DamagedFile at the first that is not, with its number.
    """
    expected = None
    for seq, body, hash in lines:
        if expected is not None and seq != expected:
            raise DamagedFile(f"event {expected} is missing", "restore a copy of the database")
        if link(before, body) != hash or not body.startswith(b"[%d," % seq):
            raise DamagedFile(f"event {seq} was changed", "restore a copy of the database")
        before, expected = hash, seq + 1
        yield seq
