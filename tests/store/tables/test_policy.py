from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.store.tables.policy import TALLY

ROW = {"tenant": "a", "version": "0" * 64, "what": "rows", "times": 1, "ids": []}


def test_something_is_counted_once_of_a_version(store: Engine) -> None:
    with store.begin() as db:
        for other in ({}, {"tenant": "b"}, {"version": "1" * 64}, {"what": "hit:scam"}):
            db.execute(sa.insert(TALLY).values(**ROW | other))
    with pytest.raises(sa.exc.IntegrityError), store.begin() as db:
        db.execute(sa.insert(TALLY).values(**ROW))
