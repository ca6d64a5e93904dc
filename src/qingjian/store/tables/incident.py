"""
The table of incident rooms: all that was done in them, in order.
"""

from __future__ import annotations

import sqlalchemy as sa

from qingjian.store.tables import METADATA

ENTRY = sa.Table(
    "incident_entry",
    METADATA,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("incident", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("of", sa.String(64), nullable=False, index=True, default=""),
    sa.Column("row", sa.JSON, nullable=False),
)
"""
Append-only: who opened, pinned, watched, checked or closed what when.

`of` is the record that was pinned or the hash of the post that was watched or checked; it is empty
for what concerns the incident as a whole.
"""
