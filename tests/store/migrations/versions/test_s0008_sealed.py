from __future__ import annotations

from sqlalchemy.engine import Engine
from tests.store.migrations.history import back_and_forth

from qingjian.store.tables.sealed import TABLES


def test_the_step_goes_back_and_forth_and_makes_the_tables_as_they_are(store: Engine) -> None:
    back_and_forth(store, "0007", TABLES)
