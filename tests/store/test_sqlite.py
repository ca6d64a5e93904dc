from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from qingjian.store.sqlite import engine_of, file_of


def test_a_file_is_named_by_its_path_or_as_a_url() -> None:
    assert file_of("a/b.db") == file_of("sqlite:///a/b.db") == Path("a/b.db")
    assert file_of("sqlite:////a/b.db") == Path("/a/b.db")
    assert file_of("postgresql://host/db") is None


def test_a_writer_takes_its_lock_when_it_begins_and_a_reader_takes_none(tmp_path: Path) -> None:
    engine = engine_of(tmp_path / "new" / "a.db")
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE t (n)")
    with engine.begin(), engine.execution_options(reads=True).connect() as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
        impatient = sqlite3.connect(tmp_path / "new" / "a.db", timeout=0)
        with closing(impatient), pytest.raises(sqlite3.OperationalError, match="locked"):
            impatient.execute("BEGIN IMMEDIATE")
