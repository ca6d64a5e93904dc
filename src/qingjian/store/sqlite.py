"""
SQLite files: WAL mode, a writer waits for another, writers never meet halfway.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

WAIT_S = 60
SCHEME = "sqlite:///"


def engine(url: str) -> Engine:
    """Give an engine for a path, also as sqlite:///PATH; the file is made with its folders."""
    path = Path(url.removeprefix(SCHEME))
    path.parent.mkdir(parents=True, exist_ok=True)
    made = sa.create_engine(f"{SCHEME}{path}")
    sa.event.listen(made, "connect", _set_up)
    sa.event.listen(made, "begin", _begin)
    return made


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
