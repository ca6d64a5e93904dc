from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from qingjian.store.sqlite import SCHEME, engine


def test_a_file_is_made_with_its_folders_and_syncs(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.db"
    with engine(f"{SCHEME}{path}").connect() as db:
        told = [db.exec_driver_sql(f"PRAGMA {n}").scalar() for n in ("journal_mode", "synchronous")]
    assert (path.exists(), told) == (True, ["wal", 2])


def test_a_transaction_that_only_reads_keeps_nobody_waiting(tmp_path: Path) -> None:
    made = engine(str(tmp_path / "a.db"))
    with made.begin() as db:
        db.exec_driver_sql("create table t (n integer)")
    reading = made.execution_options(reads=True)
    with reading.connect() as one, made.begin() as other:
        assert one.scalar(sa.text("select count(*) from t")) == 0
        other.exec_driver_sql("insert into t values (1)")
