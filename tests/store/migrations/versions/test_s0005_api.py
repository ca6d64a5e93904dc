from __future__ import annotations

import sqlalchemy as sa
from tests.store.steps import back

from qingjian.store.engine import migrate, open_store
from qingjian.store.tables.api import IDEMPOTENCY


def test_the_step_goes_back_and_forth(store_url: str) -> None:
    engine = open_store(store_url)
    back(engine, "0004")
    assert IDEMPOTENCY.name not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert IDEMPOTENCY.name in sa.inspect(engine).get_table_names()
