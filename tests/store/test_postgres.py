from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from tests.absent import absent
from tests.postgres import Cluster, closing_all, cluster

from qingjian.core.errors import ConfigError, MissingExtra
from qingjian.store.engine import alone, migrate, open_store
from qingjian.store.tables import METADATA


def test_it_has_the_tables_that_are_defined(postgres_url: str) -> None:
    look = sa.inspect(open_store(postgres_url))
    for table in METADATA.tables.values():
        assert [c["name"] for c in look.get_columns(table.name)] == [c.name for c in table.columns]


def test_many_that_open_a_new_database_at_once_make_its_tables_once(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.empty()
    with closing_all(monkeypatch):
        with ThreadPoolExecutor(4) as four:
            made = list(four.map(lambda _: open_store(url), range(4)))
        assert sa.inspect(made[0]).has_table("case_event")


def test_a_reader_sees_one_moment_and_cannot_write(postgres_url: str) -> None:
    engine = open_store(postgres_url)
    with engine.begin() as db:
        db.exec_driver_sql("create table t (n integer)")
    count = sa.text("select count(*) from t")
    with engine.execution_options(reads=True).connect() as one:
        assert one.scalar(count) == 0
        with engine.begin() as other:
            other.exec_driver_sql("insert into t values (1)")
        assert one.scalar(count) == 0
        with pytest.raises(sa.exc.InternalError):
            one.exec_driver_sql("insert into t values (2)")


def test_who_is_alone_keeps_others_waiting(postgres_url: str) -> None:
    engine = open_store(postgres_url)
    with engine.begin() as db:
        db.exec_driver_sql("create table t (n integer)")

    def add(_: int) -> None:
        with engine.begin() as db:
            alone(db, "t")
            last = db.scalar(sa.text("select coalesce(max(n), 0) from t"))
            db.exec_driver_sql(f"insert into t values ({last} + 1)")

    with ThreadPoolExecutor(4) as four:
        list(four.map(add, range(40)))
    with engine.connect() as db:
        assert list(db.scalars(sa.text("select n from t order by n"))) == list(range(1, 41))


def test_a_server_that_was_killed_and_came_back_is_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with cluster() as own, closing_all(monkeypatch):
        engine = open_store(own.fresh())
        with engine.begin() as db:
            db.exec_driver_sql("create table t (n integer)")
            db.exec_driver_sql("insert into t values (1)")
        own.kill()
        with pytest.raises(sa.exc.OperationalError), engine.connect() as db:
            db.scalar(sa.text("select 1"))
        own.start()
        with engine.connect() as db:
            assert db.scalar(sa.text("select 1")) == 1
        migrate(engine)


def test_what_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(ConfigError) as said:
        open_store("postgresql://li:geheim@127.0.0.1:1/desk")
    assert "127.0.0.1" in said.value.what and "geheim" not in said.value.what + said.value.hint


def test_a_driver_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    absent(monkeypatch, "psycopg")
    with pytest.raises(MissingExtra, match="psycopg"):
        open_store("postgresql://li@127.0.0.1:1/desk")
