from __future__ import annotations

import sqlalchemy as sa
from tests.store.steps import back

from qingjian.store.engine import migrate, open_store
from qingjian.store.tables.case import TABLES


def test_the_step_goes_back_and_forth(store_url: str) -> None:
    engine = open_store(store_url)
    names = {table.name for table in TABLES}
    back(engine, "0002")
    assert not names & set(sa.inspect(engine).get_table_names())
    migrate(engine)
    assert names <= set(sa.inspect(engine).get_table_names())
