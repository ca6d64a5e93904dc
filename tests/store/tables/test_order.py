from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.store.tables.order import ITEM, TABLES

ROW = {"tenant": "a", "order": "o_1", "kind": "content", "subject": "p", "case": "c", "over": False}


def test_an_item_stands_once_in_each_order(store: Engine) -> None:
    with store.begin() as db:
        for other in ({}, {"tenant": "b"}, {"order": "o_2"}, {"subject": "q"}):
            db.execute(sa.insert(ITEM).values(**ROW | other))
    with pytest.raises(sa.exc.IntegrityError), store.begin() as db:
        db.execute(sa.insert(ITEM).values(**ROW))


def test_every_row_tells_whose_it_is() -> None:
    assert all(next(iter(table.primary_key)).name == "tenant" for table in TABLES)
