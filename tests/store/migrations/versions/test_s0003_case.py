from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.store.migrations.history import back

from qingjian.store.engine import migrate
from qingjian.store.tables.case import TABLES


def test_the_step_goes_back_and_forth(store: Engine) -> None:
    names = {table.name for table in TABLES}
    back(store, "0002")
    assert not names & set(sa.inspect(store).get_table_names())
    migrate(store)
    assert names <= set(sa.inspect(store).get_table_names())
