"""
Tables of orders of authorities, their items, and reports to authorities.
"""

from __future__ import annotations

import sqlalchemy as sa

from qingjian.store.tables import METADATA

ORDER = sa.Table(
    "order_entered",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("issuer", sa.String(200), nullable=False),
    sa.Column("number", sa.String(200), nullable=False),
    sa.Column("row", sa.JSON, nullable=False),
    sa.Column("entered_by", sa.String(200), nullable=False),
    sa.Column("entered_at", sa.Float, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Column("closed_by", sa.String(200), nullable=False),
    sa.Column("closed_at", sa.Float, nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("order_entered_number", "tenant", "issuer", "number"),
    sa.Index("order_entered_open", "tenant", "closed_at", "expires_at"),
)
"""`row` is the whole order; made again from the events, and so are its items."""

ITEM = sa.Table(
    "order_item",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("order", sa.String(20), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("subject", sa.String(200), primary_key=True),
    sa.Column("case", sa.String(26), nullable=False),
    sa.Column("over", sa.Boolean, nullable=False),
    sa.Index("order_item_subject", "tenant", "kind", "subject"),
    sa.Index("order_item_case", "tenant", "case"),
    sa.Index("order_item_over", "tenant", "over", "order"),
)

REPORT = sa.Table(
    "authority_report",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("case", sa.String(26), primary_key=True),
    sa.Column("ruling", sa.Integer, primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("since", sa.Float, nullable=False),
    sa.Column("due_at", sa.Float, nullable=False),
    sa.Column("submitted_at", sa.Float, nullable=True),
    sa.Column("receipt", sa.String(200), nullable=False),
    sa.Index("authority_report_due", "tenant", "state", "due_at"),
)
"""Reports to authorities as they stand; made again from the events."""

TABLES = (ORDER, ITEM, REPORT)
