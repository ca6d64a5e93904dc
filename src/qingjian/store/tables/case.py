"""
Tables of cases: the chain of events, what was looked at, and what can be made again from both.
"""

from __future__ import annotations

import sqlalchemy as sa

from qingjian.store.tables import METADATA

EVENT = sa.Table(
    "case_event",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("case", sa.String(26), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("case_event_of", "tenant", "case", "seq"),
    sa.Index("case_event_what", "tenant", "what", "seq"),
)
"""Append-only: one chain a tenant; `body` is what `hash` was taken over, with the hash before."""

HEAD = sa.Table(
    "case_head",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
"""The end of each tenant's chain; whoever writes holds its row."""

SNAPSHOT = sa.Table(
    "case_snapshot",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""What was looked at and what a run gave, named by SHA-256; goes when it is kept long enough."""

FOUND = sa.Table(
    "case_found",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("subject", sa.String(200), primary_key=True),
    sa.Column("row", sa.String(64), primary_key=True),
    sa.Column("item", sa.String(64), nullable=False),
    sa.Column("case", sa.String(26), nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("do", sa.String(16), nullable=False),
)
"""Every run that was taken in; `case` is empty where it asked nothing of a person."""

CASE = sa.Table(
    "case_case",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("queue", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("waiting", sa.Boolean, nullable=False),
    sa.Column("rank", sa.Float, nullable=False),
    sa.Column("due_at", sa.Float, nullable=False),
    sa.Column("held_by", sa.String(200), nullable=False),
    sa.Column("held_until", sa.Float, nullable=False),
    sa.Column("later", sa.Float, nullable=False),
    sa.Column("opened_at", sa.Float, nullable=False),
    sa.Column("severity", sa.String(8), nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Index("case_case_next", "tenant", "waiting", "rank"),
    sa.Index("case_case_queue", "tenant", "waiting", "queue", "rank"),
    sa.Index("case_case_subject", "tenant", "kind", "subject"),
    sa.Index("case_case_owner", "tenant", "owner"),
)
"""Each case as it stands; made again from the events by `qingjian case rebuild`."""

DISPOSITION = sa.Table(
    "case_disposition",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("case", sa.String(26), primary_key=True),
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("starts_at", sa.Float, nullable=False),
    sa.Column("ends_at", sa.Float, nullable=True),
    sa.Index("case_disposition_due", "tenant", "state", "starts_at"),
)
"""Each step against a subject as it stands; made again from the events too."""

TABLES = (EVENT, HEAD, SNAPSHOT, FOUND, CASE, DISPOSITION)
