from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.store.migrations.history import back

from qingjian.store.engine import migrate
from qingjian.store.tables.policy import TABLES


def test_the_step_goes_back_and_forth_and_makes_the_tables_as_they_are(store: Engine) -> None:
    names = {table.name for table in TABLES}
    back(store, "0006")
    assert not names & set(sa.inspect(store).get_table_names())
    migrate(store)
    for table in TABLES:
        made = {c["name"] for c in sa.inspect(store).get_columns(table.name)}
        assert made == {c.name for c in table.columns}
        indexes = {i["name"] for i in sa.inspect(store).get_indexes(table.name)}
        assert indexes >= {i.name for i in table.indexes}
