"""
Access: users, keys, sessions, failed sign-ins, and the log of all that changed them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "access_user",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True, index=True),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("granted", sa.JSON, nullable=False),
        sa.Column("queues", sa.JSON, nullable=False),
        sa.Column("subject_kinds", sa.JSON, nullable=False),
        sa.Column("masked", sa.JSON, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "access_key",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True, index=True),
        sa.Column("tenant", sa.String(64), nullable=False, index=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("queues", sa.JSON, nullable=False),
        sa.Column("subject_kinds", sa.JSON, nullable=False),
        sa.Column("masked", sa.JSON, nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float, nullable=True),
        sa.Column("used_on", sa.String(10), nullable=False),
        sa.Column("revoked_at", sa.Float, nullable=True),
    )
    op.create_table(
        "access_session",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("user", sa.String(32), nullable=False, index=True),
        sa.Column("until", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "access_attempt",
        sa.Column("seq", number, primary_key=True),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("of", sa.String(64), nullable=False, index=True),
        sa.Column("at", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "access_entry",
        sa.Column("seq", number, primary_key=True),
        sa.Column("tenant", sa.String(64), nullable=False, index=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("of", sa.String(32), nullable=False, index=True),
        sa.Column("row", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("access_entry")
    op.drop_table("access_attempt")
    op.drop_table("access_session")
    op.drop_table("access_key")
    op.drop_table("access_user")
