"""
Cases: the chain of events, snapshots, and what can be made again from both.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    _kept()
    _standing()


def _kept() -> None:
    """Make the tables of what happened and of what was looked at."""
    op.create_table(
        "case_event",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("case", sa.String(26), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("case_event_of", "case_event", ["tenant", "case", "seq"])
    op.create_index("case_event_what", "case_event", ["tenant", "what", "seq"])
    op.create_table(
        "case_head",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "case_snapshot",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("at", sa.Float, nullable=False, index=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "case_found",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("subject", sa.String(200), primary_key=True),
        sa.Column("row", sa.String(64), primary_key=True),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("case", sa.String(26), nullable=False),
        sa.Column("at", sa.Float, nullable=False, index=True),
        sa.Column("do", sa.String(16), nullable=False),
    )


def _standing() -> None:
    """Make the tables that can be made again."""
    op.create_table(
        "case_case",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("queue", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("rank", sa.Float, nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("held_by", sa.String(200), nullable=False),
        sa.Column("held_until", sa.Float, nullable=False),
        sa.Column("later", sa.Float, nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("severity", sa.String(8), nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
    )
    op.create_index("case_case_next", "case_case", ["tenant", "waiting", "rank"])
    op.create_index("case_case_queue", "case_case", ["tenant", "waiting", "queue", "rank"])
    op.create_index("case_case_subject", "case_case", ["tenant", "kind", "subject"])
    op.create_index("case_case_owner", "case_case", ["tenant", "owner"])
    op.create_table(
        "case_disposition",
        sa.Column("tenant", sa.String(64), primary_key=True),
        sa.Column("case", sa.String(26), primary_key=True),
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("starts_at", sa.Float, nullable=False),
        sa.Column("ends_at", sa.Float, nullable=True),
    )
    op.create_index("case_disposition_due", "case_disposition", ["tenant", "state", "starts_at"])


def downgrade() -> None:
    """Take the tables away."""
    for table in ("disposition", "case", "found", "snapshot", "head", "event"):
        op.drop_table(f"case_{table}")
