"""
Policies: what versions would have done, counted.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "policy_tally",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("what", sa.String(200), primary_key=True),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("ids", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("policy_tally")
