from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from tests.store.migrations.history import back

from qingjian.store.engine import migrate, open_store
from qingjian.store.migrations.versions import s0002_incident as step

TABLE = "incident_entry"


def test_the_step_goes_back_and_forth(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "a.db"))
    with engine.begin() as db, Operations.context(MigrationContext.configure(db)):
        step.downgrade()
        assert TABLE not in sa.inspect(db).get_table_names()
        step.upgrade()
        assert TABLE in sa.inspect(db).get_table_names()


def test_an_archive_from_before_the_step_gets_the_table_and_keeps_its_rows(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "a.db"))
    with engine.begin() as db:
        row = "'r', 1, 'source', 'approved', 'b', 'li', '{}'"
        db.exec_driver_sql(f"INSERT INTO archive_record VALUES ({row})")
    back(engine, "0001")
    with engine.connect() as db:
        assert TABLE not in sa.inspect(db).get_table_names()
    migrate(engine)
    with engine.connect() as db:
        assert TABLE in sa.inspect(db).get_table_names()
        assert db.exec_driver_sql("SELECT count(*) FROM archive_record").scalar() == 1
