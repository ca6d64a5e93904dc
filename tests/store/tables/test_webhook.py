from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.store.tables.webhook import DELIVERY

ROW = {"tenant": "a", "endpoint": "w_1", "seq": 1, "case": "c", "state": "due", "tries": 0}
REST = {"next_at": 0.0, "last_status": ""}


def test_an_event_is_told_to_an_endpoint_once(store: Engine) -> None:
    with store.begin() as db:
        for other in ({}, {"tenant": "b"}, {"endpoint": "w_2"}, {"seq": 2}):
            db.execute(sa.insert(DELIVERY).values(**ROW | REST | other))
    with pytest.raises(sa.exc.IntegrityError), store.begin() as db:
        db.execute(sa.insert(DELIVERY).values(**ROW | REST))
