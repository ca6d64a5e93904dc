from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine
from tests.postgres import Server
from tests.process import environment

from qingjian.core.errors import ConfigError
from qingjian.store import migrations
from qingjian.store.engine import alone, migrate, open_store
from qingjian.store.tables import METADATA
from qingjian.store.tables.archive import VERSION

OPEN = "import sys; from qingjian.store.engine import open_store; open_store(sys.argv[1])"
ROW = {"record": "r", "at": 1.0, "who": "w", "what": "entered", "row": {"k": "文"}}


def tables(engine: Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_make_the_tables_that_are_defined(store: Engine) -> None:
    look = sa.inspect(store)
    for table in METADATA.tables.values():
        made = {c["name"]: c for c in look.get_columns(table.name)}
        assert list(made) == [c.name for c in table.columns]
        assert all(made[c.name]["nullable"] == c.nullable for c in table.columns)
        assert look.get_pk_constraint(table.name)["constrained_columns"] == [
            c.name for c in table.primary_key
        ]
        indexed = {name for i in look.get_indexes(table.name) for name in i["column_names"]}
        assert indexed == {c.name for index in table.indexes for c in index.columns}


def test_the_migrations_go_down_to_nothing_and_up_again(store: Engine) -> None:
    made = tables(store)
    assert made >= set(METADATA.tables)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert tables(store) == set()
    migrate(store)
    migrate(store)
    assert tables(store) == made


def test_a_second_opening_finds_what_the_first_wrote(store: Engine, store_url: str) -> None:
    with store.begin() as db:
        db.execute(sa.insert(VERSION), [ROW])
    again = open_store(store_url)
    with again.connect() as db:
        assert db.scalar(sa.select(VERSION.c.row)) == {"k": "文"}
    again.dispose()


def test_a_file_is_also_named_by_a_url_and_has_a_log_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.db"
    with open_store(f"sqlite:///{path}").connect() as db:
        assert db.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert path.is_file()


def together(*works: Callable[[], None]) -> None:
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_writer_waits_for_another(store: Engine) -> None:
    def write(n: int) -> None:
        for i in range(20):
            with store.begin() as db:
                alone(db, "archive")
                last = db.scalar(sa.select(sa.func.max(VERSION.c.seq))) or 0
                row = {"seq": last + 1, "record": f"{n}-{i}", "at": 0.0, "who": "w", "what": "e"}
                db.execute(sa.insert(VERSION), [{**row, "row": {}}])

    together(*(lambda n=n: write(n) for n in range(3)))
    with store.connect() as db:
        assert sorted(db.scalars(sa.select(VERSION.c.seq))) == list(range(1, 61))


def test_a_reader_sees_one_state_while_others_write(store: Engine) -> None:
    count = sa.select(sa.func.count()).select_from(VERSION)
    with store.execution_options(reads=True).connect() as reader:
        assert reader.scalar(count) == 0
        with store.begin() as db:
            db.execute(sa.insert(VERSION), [ROW])
        assert reader.scalar(count) == 0
    with store.execution_options(reads=True).connect() as reader:
        assert reader.scalar(count) == 1


def test_two_processes_that_start_at_once_make_the_tables_once(server: Server) -> None:
    with server.database(empty=True) as name:
        engine = sa.create_engine(server.url(name).replace("://", "+psycopg://"))
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype='advisory' AND NOT granted")
        with engine.begin() as first:
            alone(first, "migrations")
            started = [sys.executable, "-c", OPEN, server.url(name)]
            both = [subprocess.Popen(started, env=environment()) for _ in range(2)]
            until = time.monotonic() + 60
            while first.scalar(waiting) != 2 and time.monotonic() < until:
                assert all(one.poll() is None for one in both)
                time.sleep(0.02)
            assert tables(engine) == set()
        assert [one.wait(60) for one in both] == [0, 0]
        assert tables(engine) >= set(METADATA.tables)
        engine.dispose()


@pytest.mark.parametrize("bad", ["folder", "text", "mysql"])
def test_what_is_no_database_is_named(tmp_path: Path, bad: str) -> None:
    (tmp_path / "text").write_text("not a database at all, long enough for a header" * 9, "utf-8")
    (tmp_path / "folder").mkdir()
    where = "mysql://host/db" if bad == "mysql" else str(tmp_path / bad)
    with pytest.raises(ConfigError, match="mysql" if bad == "mysql" else bad):
        open_store(where)
