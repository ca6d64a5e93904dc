from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from qingjian.core.errors import ConfigError
from qingjian.store.engine import open_store
from qingjian.store.tables import METADATA
from qingjian.store.tables.archive import VERSION


def test_the_migrations_make_the_tables_that_are_defined(tmp_path: Path) -> None:
    look = sa.inspect(open_store(str(tmp_path / "new" / "a.db")))
    for table in METADATA.tables.values():
        made = {c["name"]: c for c in look.get_columns(table.name)}
        assert list(made) == [c.name for c in table.columns]
        assert all(made[c.name]["nullable"] == c.nullable for c in table.columns)
        assert look.get_pk_constraint(table.name)["constrained_columns"] == [
            c.name for c in table.primary_key
        ]
        indexed = {name for i in look.get_indexes(table.name) for name in i["column_names"]}
        assert indexed == {c.name for index in table.indexes for c in index.columns}


def test_a_second_opening_finds_what_the_first_wrote(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    row = {"record": "r", "at": 1.0, "who": "w", "what": "entered", "row": {"k": "文"}}
    with open_store(str(path)).begin() as db:
        db.execute(sa.insert(VERSION), [row])
    with open_store(f"sqlite:///{path}").connect() as db:
        assert db.scalar(sa.select(VERSION.c.row)) == {"k": "文"}
        assert db.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_writer_waits_for_another(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "a.db"))

    def write(n: int) -> None:
        for i in range(20):
            with engine.begin() as db:
                last = db.scalar(sa.select(sa.func.max(VERSION.c.seq))) or 0
                row = {"seq": last + 1, "record": f"{n}-{i}", "at": 0.0, "who": "w", "what": "e"}
                db.execute(sa.insert(VERSION), [{**row, "row": {}}])

    threads = [Thread(target=write, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as db:
        assert sorted(db.scalars(sa.select(VERSION.c.seq))) == list(range(1, 61))


@pytest.mark.parametrize("bad", ["folder", "text", "mysql"])
def test_what_is_no_database_is_named(tmp_path: Path, bad: str) -> None:
    (tmp_path / "text").write_text("not a database at all, long enough for a header" * 9, "utf-8")
    (tmp_path / "folder").mkdir()
    where = "mysql://host/db" if bad == "mysql" else str(tmp_path / bad)
    with pytest.raises(ConfigError, match="mysql" if bad == "mysql" else bad):
        open_store(where)
