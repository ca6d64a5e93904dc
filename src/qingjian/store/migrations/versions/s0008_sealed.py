"""
Sealed cases: what they look at, apart from all else.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sealed_content",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("case", sa.String(26), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=True),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("sealed_content")
