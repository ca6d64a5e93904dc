from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from qingjian.store.engine import migrate, open_store


def test_the_history_has_one_head_and_running_it_again_changes_nothing(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "a.db"))
    with engine.connect() as db:
        before = db.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name").all()
        [head] = db.scalars(sa.text("SELECT version_num FROM alembic_version"))
    migrate(engine)
    with engine.connect() as db:
        assert (
            db.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name").all() == before
        )
        assert list(db.scalars(sa.text("SELECT version_num FROM alembic_version"))) == [head]
