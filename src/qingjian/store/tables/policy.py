"""
Table of policies: what versions in shadow and in force would have done, counted as rows come in.
"""

from __future__ import annotations

import sqlalchemy as sa

from qingjian.store.tables import METADATA

TALLY = sa.Table(
    "policy_tally",
    METADATA,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("version", sa.String(64), primary_key=True),
    sa.Column("what", sa.String(200), primary_key=True),
    sa.Column("times", sa.BigInteger, nullable=False),
    sa.Column("ids", sa.JSON, nullable=False),
)
"""What is counted of a version, by `cases.tally`; `ids` names the first items where it matters."""

TABLES = (TALLY,)
