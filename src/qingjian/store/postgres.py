"""
PostgreSQL through psycopg: a connection that died is replaced, and nothing waits without end.

A transaction that reads sees one state of all tables and cannot write; one that writes sees what
others have committed, so it asks `store.engine.alone` before it reads what it will write by.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from qingjian.core.address import without_password
from qingjian.core.errors import ConfigError, MissingExtra
from qingjian.store import WAIT_S

SCHEME = "postgresql://"
FORM = "postgresql://USER@HOST/NAME"
_REACH_S = 10
_READS = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class _Sign(NamedTuple):
    """Words of the server in an error, and what to do about it."""

    words: str
    hint: str


_SIGNS = (
    _Sign("password", "a password stands in ~/.pgpass, PGPASSWORD, or USER:PASSWORD@ of the URL"),
    _Sign("role", "name a user of the server: " + FORM),
    _Sign("does not exist", "make the database: createdb --encoding UTF8 NAME"),
    _Sign("permission denied", "the user needs the right to make tables: GRANT CREATE ON SCHEMA"),
    _Sign("lock timeout", "another process brings the tables up to date; try again"),
)
_UNREACHED = "does the server run, and may it be reached from here?"


def engine_of(url: str) -> Engine:
    """
    Give an engine on a database of a server; nothing is connected yet.

    Raises ConfigError for a URL that cannot be read, MissingExtra where psycopg is not installed.
    """
    try:
        import psycopg  # noqa: F401  whether the driver and its library are there
    except ImportError:
        raise MissingExtra("PostgreSQL needs psycopg", "pip install 'qingjian[server]'") from None
    engine = sa.create_engine(_address(url), pool_pre_ping=True)
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    return engine


def fit(connection: sa.Connection) -> None:
    """Raise ConfigError for a database that cannot hold every character."""
    encoding = connection.scalar(sa.text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise ConfigError(
            f"db: the database is in {encoding}", "make one: createdb -T template0 -E UTF8 NAME"
        )


def refused(url: str, error: Exception) -> ConfigError:
    """Give the error for a database that could not be opened, in the server's words."""
    said = str(getattr(error, "orig", None) or error)
    line = next((one for one in said.splitlines() if "FATAL" in one), said.partition("\n")[0])
    hint = next((sign.hint for sign in _SIGNS if sign.words in line), _UNREACHED)
    return ConfigError(f"db: {without_password(url)} cannot be opened: {line.strip('- ')}", hint)


def _address(url: str) -> URL:
    bad = ConfigError(
        f"db: {without_password(url)} is no address of a database",
        f"write {FORM}, and @ : / in a password as %40 %3A %2F",
    )
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise bad from None
    if not address.database or "@" in (address.host or ""):
        raise bad
    asked = {"connect_timeout": str(_REACH_S), "client_encoding": "utf8"}
    return address.set(drivername="postgresql+psycopg", query={**asked, **address.query})


def _set_up(connection: Any, _record: object) -> None:
    # A statement may wait for a lock and then still has its own time.
    connection.execute(f"SET lock_timeout = '{WAIT_S}s'")
    connection.execute(f"SET statement_timeout = '{2 * WAIT_S}s'")
    connection.commit()


def _begin(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("reads", False):
        connection.exec_driver_sql(_READS)
