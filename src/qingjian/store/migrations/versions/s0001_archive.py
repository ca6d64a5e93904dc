"""
The archive: versions of records, and the version in force.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "archive_version",
        sa.Column("seq", number, primary_key=True),
        sa.Column("record", sa.String(64), nullable=False, index=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("row", sa.JSON, nullable=False),
    )
    op.create_table(
        "archive_record",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False, index=True),
        sa.Column("kind", sa.String(10), nullable=False, index=True),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("batch", sa.String(64), nullable=False, index=True),
        sa.Column("entered_by", sa.String(200), nullable=False),
        sa.Column("row", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("archive_record")
    op.drop_table("archive_version")
