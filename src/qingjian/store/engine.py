"""
Open the database of a `--db` URL, with its tables as they should be.

SQLite runs in WAL mode, a writer waits up to a minute for another, and a transaction that writes
takes its lock when it begins, so two of them never meet halfway.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

from qingjian.core.errors import ConfigError

WAIT_S = 60
_SQLITE = "sqlite:///"
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_store(url: str) -> Engine:
    """
    Give a connected engine whose tables are up to date.

    Args:
        url: the path of a SQLite file, also as sqlite:///PATH; it is made with its folders.

    Raises ConfigError when the database cannot be opened. Cost: about 0.3 s the first time.
    """
    if "://" in url and not url.startswith(_SQLITE):
        raise ConfigError(f"db: no database for {url.partition('://')[0]}://", "name a file")
    path = Path(url.removeprefix(_SQLITE))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(f"{_SQLITE}{path}")
        sa.event.listen(engine, "connect", _set_up)
        sa.event.listen(engine, "begin", _begin)
        migrate(engine)
    except (sa.exc.SQLAlchemyError, OSError) as error:
        said = str(error).splitlines()[0]
        raise ConfigError(f"db: {path} cannot be opened: {said}", "name a file") from None
    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables up to date; does nothing when they are."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_S * 1000}")
        _wal(cursor)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")


def _wal(cursor: Any) -> None:
    """Turn WAL on; SQLite gives up at once when two processes do so, instead of waiting."""
    until = time.monotonic() + WAIT_S
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
