from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from tests.store.migrations.history import back

from qingjian.store.engine import migrate, open_store
from qingjian.store.migrations.versions import s0004_access as step

TABLES = {f"access_{name}" for name in ("user", "key", "session", "attempt", "entry")}


def test_the_step_goes_back_and_forth(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "a.db"))
    with engine.begin() as db, Operations.context(MigrationContext.configure(db)):
        step.downgrade()
        assert not TABLES & set(sa.inspect(db).get_table_names())
        step.upgrade()
        assert set(sa.inspect(db).get_table_names()) >= TABLES


def test_a_database_from_before_the_step_gets_the_tables_and_keeps_its_rows(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "a.db"))
    back(engine, "0003")
    with engine.begin() as db:
        assert not TABLES & set(sa.inspect(db).get_table_names())
        row = "'r', 1, 'source', 'approved', 'b', 'li', '{}'"
        db.exec_driver_sql(f"INSERT INTO archive_record VALUES ({row})")
    migrate(engine)
    with engine.connect() as db:
        assert set(sa.inspect(db).get_table_names()) >= TABLES
        assert db.exec_driver_sql("SELECT count(*) FROM archive_record").scalar() == 1
