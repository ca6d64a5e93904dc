"""
Tables of the archive: every version of every record, and the version in force.
"""

from __future__ import annotations

import sqlalchemy as sa

from qingjian.store.tables import METADATA

VERSION = sa.Table(
    "archive_version",
    METADATA,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("record", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("batch", sa.String(64), nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("row", sa.JSON, nullable=False),
)
"""Append-only: who did what to a record when, and the record as it was after that."""

RECORD = sa.Table(
    "archive_record",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False, index=True),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("batch", sa.String(64), nullable=False, index=True),
    sa.Column("entered_by", sa.String(200), nullable=False),
    sa.Column("row", sa.JSON, nullable=False),
)
"""The version in force of each record; it can be made again from the versions."""
