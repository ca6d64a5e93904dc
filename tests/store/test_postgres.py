from __future__ import annotations

import socket

import pytest
import sqlalchemy as sa
from psycopg.sql import SQL
from tests.absent import absent
from tests.postgres import PASSWORD, Server

from qingjian.archive.records import Records
from qingjian.core.errors import ConfigError, MissingExtra
from qingjian.store.engine import open_store
from qingjian.store.tables.archive import VERSION

WRONG = "another-word"


def said(url: str) -> tuple[str, str]:
    with pytest.raises(ConfigError) as caught:
        open_store(url)
    return caught.value.what, caught.value.hint


def test_a_password_lets_in_and_a_wrong_one_is_told_without_being_shown(server: Server) -> None:
    with server.database() as name:
        open_store(server.url_with_password(name)).dispose()
        what, hint = said(server.url_with_password(name, WRONG))
    assert f"postgres:***@127.0.0.1:{server.port}/{name} cannot be opened" in what
    assert "password authentication failed" in what
    assert "PGPASSWORD" in hint
    assert WRONG not in what + hint


def test_a_missing_database_and_an_unknown_user_are_told(server: Server) -> None:
    what, hint = said(server.url("nowhere"))
    assert '"nowhere" does not exist' in what
    assert "createdb" in hint
    what, hint = said(server.url("postgres").replace("//postgres@", "//nobody@"))
    assert 'role "nobody" does not exist' in what
    assert "name a user" in hint


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can be there
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql://li:{WRONG}@127.0.0.1:{taken.getsockname()[1]}/db"
        what, hint = said(url)
    assert "li:***@127.0.0.1" in what
    assert "refused" in what
    assert "does the server run" in hint
    assert WRONG not in what + hint


@pytest.mark.parametrize(
    "bad",
    [
        f"postgresql://li:p@{WRONG}@host/db",
        f"postgresql://li:p@ss:{WRONG}@host/db",
        f"postgresql://li:{WRONG}@host:port/db",
        f"postgresql://li:{WRONG}@host",
    ],
)
def test_what_is_no_address_is_told_without_its_password(bad: str) -> None:
    what, hint = said(bad)
    assert "is no address" in what
    assert "%40" in hint
    assert WRONG not in what


def test_a_user_who_may_not_make_tables_is_told(server: Server) -> None:
    server.run(SQL("CREATE ROLE guest LOGIN"))
    try:
        with server.database(empty=True) as name:
            what, hint = said(server.url(name).replace("//postgres@", "//guest@"))
    finally:
        server.run(SQL("DROP ROLE guest"))
    assert "permission denied for schema public" in what
    assert "GRANT CREATE" in hint


def test_a_database_in_another_encoding_is_refused(server: Server) -> None:
    server.run(SQL("CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'"))
    try:
        what, hint = said(server.url("latin"))
    finally:
        server.run(SQL("DROP DATABASE latin"))
    assert "LATIN1" in what
    assert "UTF8" in hint


def test_without_the_driver_the_command_that_installs_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent(monkeypatch, "psycopg")
    with pytest.raises(MissingExtra) as caught:
        open_store("postgresql://li@host/db")
    assert caught.value.hint == "pip install 'qingjian[server]'"


def test_a_reader_cannot_write_and_a_writer_sees_what_others_committed(server: Server) -> None:
    with server.database() as name:
        engine = open_store(server.url(name))
        row = {"record": "r", "at": 1.0, "who": "w", "what": "entered", "row": {}}
        with (
            engine.execution_options(reads=True).connect() as reader,
            pytest.raises(sa.exc.InternalError, match="read-only"),
        ):
            reader.execute(sa.insert(VERSION), [row])
        count = sa.select(sa.func.count()).select_from(VERSION)
        with engine.begin() as writer:
            assert writer.scalar(count) == 0
            with engine.begin() as other:
                other.execute(sa.insert(VERSION), [row])
            assert writer.scalar(count) == 1
        engine.dispose()


def test_waiting_ends(server: Server) -> None:
    with server.database() as name:
        engine = open_store(server.url(name))
        with engine.connect() as db:
            assert db.scalar(sa.text("SHOW lock_timeout")) == "1min"
            assert db.scalar(sa.text("SHOW statement_timeout")) == "2min"
        engine.dispose()


def test_a_database_that_went_away_and_came_back_is_used_again(server: Server) -> None:
    with server.database() as name:
        engine = open_store(server.url_with_password(name, PASSWORD))
        records = Records(engine)
        assert records.newest() == 0
        server.stop()
        with pytest.raises(sa.exc.OperationalError):
            records.newest()
        server.start()
        assert records.newest() == 0
        engine.dispose()
