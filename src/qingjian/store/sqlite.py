"""
SQLite in WAL mode, for one machine.

A writer waits for another, and a transaction that writes takes its lock when it begins, so two of
them never meet halfway.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.store import WAIT_S

_SCHEME = "sqlite:///"


def file_of(url: str) -> Path | None:
    """Give the file of a database, as PATH or sqlite:///PATH; None when it is no file."""
    if "://" in url and not url.startswith(_SCHEME):
        return None
    return Path(url.removeprefix(_SCHEME))


def engine_of(path: Path) -> Engine:
    """Give an engine on a file, which is made with its folders when it is first used."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(f"{_SCHEME}{path}")
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "begin", _begin)
    return engine


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
