from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.store.migrations.history import back

from qingjian.store.engine import migrate
from qingjian.store.tables.api import IDEMPOTENCY


def test_the_step_goes_back_and_forth(store: Engine) -> None:
    back(store, "0004")
    assert IDEMPOTENCY.name not in sa.inspect(store).get_table_names()
    migrate(store)
    assert IDEMPOTENCY.name in sa.inspect(store).get_table_names()
