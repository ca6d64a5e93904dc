"""
Webhooks: where messages about cases go, and which are still to be sent.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webhook_endpoint",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("secret", sa.String(80), nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("failing_since", sa.Float, nullable=True),
        sa.Column("rests_until", sa.Float, nullable=False),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("endpoint", sa.String(32), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("case", sa.String(26), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("last_status", sa.String(200), nullable=False),
        sa.Index("webhook_delivery_due", "tenant", "endpoint", "state", "seq"),
        sa.Index("webhook_delivery_case", "tenant", "endpoint", "case", "state", "seq"),
        sa.Index("webhook_delivery_old", "tenant", "state", "next_at"),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("webhook_delivery")
    op.drop_table("webhook_endpoint")
