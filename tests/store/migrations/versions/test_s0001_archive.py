from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from qingjian.store.engine import open_store
from qingjian.store.migrations.versions import s0001_archive as step


def test_the_step_goes_back_and_forth(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "a.db"))
    tables = {"archive_record", "archive_version"}
    with engine.begin() as db, Operations.context(MigrationContext.configure(db)):
        step.downgrade()
        assert not tables & set(sa.inspect(db).get_table_names())
        step.upgrade()
        assert tables <= set(sa.inspect(db).get_table_names())
