"""
Tables of webhooks: who is told of what happens in cases, and what is still to be told.
"""

from __future__ import annotations

import sqlalchemy as sa

from qingjian.store.tables import METADATA

ENDPOINT = sa.Table(
    "webhook_endpoint",
    METADATA,
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
"""
Where messages go; `secret` is kept as it is, for it signs.

`seen` is the number of the last event that was turned into deliveries, `rests_until` is 0 unless
the last message found nobody.
"""

DELIVERY = sa.Table(
    "webhook_delivery",
    METADATA,
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
"""
One message to one endpoint, by the number of its event: due, sent or dead.

`next_at` of one that is due is when it is tried, or tried again if whoever sends it dies; of the
others it is when it became so.
"""

TABLES = (ENDPOINT, DELIVERY)
