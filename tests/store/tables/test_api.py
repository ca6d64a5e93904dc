from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.store.tables.api import IDEMPOTENCY

ROW = {"tenant": "a", "who": "k_1", "key": "x", "asked": "h", "status": 200, "body": b"{}", "at": 1}


def test_a_key_stands_once_for_each_who_asks(store: Engine) -> None:
    with store.begin() as db:
        for other in ({}, {"tenant": "b"}, {"who": "k_2"}, {"key": "y"}):
            db.execute(sa.insert(IDEMPOTENCY).values(**ROW | other))
    with pytest.raises(sa.exc.IntegrityError), store.begin() as db:
        db.execute(sa.insert(IDEMPOTENCY).values(**ROW))
