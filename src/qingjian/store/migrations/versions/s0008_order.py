"""
Orders of authorities, and reports to them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    _orders()
    _reports()


def _orders() -> None:
    op.create_table(
        "order_entered",
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
    op.create_table(
        "order_item",
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


def _reports() -> None:
    op.create_table(
        "authority_report",
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


def downgrade() -> None:
    """Take the tables away."""
    for name in ("authority_report", "order_item", "order_entered"):
        op.drop_table(name)
