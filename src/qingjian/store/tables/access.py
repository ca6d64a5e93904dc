"""
Tables of access: users, keys, sessions, failed sign-ins, and the log of all that changed them.
"""

from __future__ import annotations

import sqlalchemy as sa

from qingjian.store.tables import METADATA

USER = sa.Table(
    "access_user",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True, default="default"),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(32), nullable=False, unique=True, index=True),
    sa.Column("password", sa.String(200), nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("granted", sa.JSON, nullable=False),
    sa.Column("queues", sa.JSON, nullable=False),
    sa.Column("subject_kinds", sa.JSON, nullable=False),
    sa.Column("masked", sa.JSON, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)
"""People; `password` is the argon2id hash, with its salt and cost."""

KEY = sa.Table(
    "access_key",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(32), nullable=False, unique=True, index=True),
    sa.Column("tenant", sa.String(64), nullable=False, index=True, default="default"),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("queues", sa.JSON, nullable=False),
    sa.Column("subject_kinds", sa.JSON, nullable=False),
    sa.Column("masked", sa.JSON, nullable=False),
    sa.Column("added_at", sa.Float, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=True),
    sa.Column("used_on", sa.String(10), nullable=False, default=""),
    sa.Column("revoked_at", sa.Float, nullable=True),
)
"""API keys by the SHA-256 of the key; `used_on` is the day of the last use, empty for never."""

SESSION = sa.Table(
    "access_session",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False, default="default"),
    sa.Column("user", sa.String(32), nullable=False, index=True),
    sa.Column("until", sa.Float, nullable=False, index=True),
)
"""Who is signed in until when, by the SHA-256 of the token; signing out takes the row away."""

ATTEMPT = sa.Table(
    "access_attempt",
    METADATA,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False, default="default"),
    sa.Column("of", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
"""
Failed sign-ins of the last half hour.

`of` is a SHA-256 of tenant and name: people type passwords where the name belongs.
"""

ENTRY = sa.Table(
    "access_entry",
    METADATA,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False, index=True, default="default"),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("of", sa.String(32), nullable=False, index=True),
    sa.Column("row", sa.JSON, nullable=False),
)
"""Append-only: who changed which user or key when, and to what; `row` holds no secret."""
