"""
Incident rooms: the log of all that was done in them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "incident_entry",
        sa.Column("seq", number, primary_key=True),
        sa.Column("incident", sa.String(64), nullable=False, index=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("of", sa.String(64), nullable=False, index=True),
        sa.Column("row", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("incident_entry")
