"""
Tables of the API: answers that are given again when a request is repeated.
"""

from __future__ import annotations

import sqlalchemy as sa

from qingjian.store.tables import METADATA

IDEMPOTENCY = sa.Table(
    "api_idempotency",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("who", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("asked", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
"""By who asked and their key; `asked` is the SHA-256 of the request, `status` 0 while at work."""
