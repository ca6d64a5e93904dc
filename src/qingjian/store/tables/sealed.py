"""
Sealed cases: what they look at, apart from all else, so that nothing else comes upon it.
"""

from __future__ import annotations

import sqlalchemy as sa

from qingjian.store.tables import METADATA

CONTENT = sa.Table(
    "sealed_content",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("case", sa.String(26), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=True),
)
"""By SHA-256; `body` is encrypted, or null where only the hash is kept."""

TABLES = (CONTENT,)
