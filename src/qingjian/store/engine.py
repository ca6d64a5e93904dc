"""
Open the database of a `--db` URL, with its tables as they should be.

Whoever writes what depends on what is there already calls `alone` first: it is what keeps two
writers from meeting halfway on either kind of database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.core.errors import ConfigError
from qingjian.core.hashing import sha256
from qingjian.store import postgres, sqlite
from qingjian.store.turns import Turns

_MIGRATIONS = Path(__file__).parent / "migrations"
_TURNS: WeakKeyDictionary[Engine, Turns] = WeakKeyDictionary()
_MAKING = Lock()


def open_store(url: str) -> Engine:
    """
    Give a connected engine whose tables are up to date.

    Connections with the execution option `reads=True` see one state and may not write.

    Args:
        url: the path of a SQLite file, also as sqlite:///PATH, which is made with its folders; or
            postgresql://USER:PASSWORD@HOST/NAME.

    Raises ConfigError when the database cannot be opened, MissingExtra without a driver for it.
    Cost: about 0.3 s the first time.
    """
    path = sqlite.file_of(url)
    if path is None:
        return _on_server(url)
    try:
        engine = sqlite.engine_of(path)
        migrate(engine)
    except (sa.exc.SQLAlchemyError, OSError) as error:
        said = str(error).splitlines()[0]
        raise ConfigError(f"db: {path} cannot be opened: {said}", "name a file") from None
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[sa.Connection]:
    """
    Give a transaction that writes, committed at the end, undone on an error.

    Threads that write by one engine on a SQLite file come in their order.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with _turns(engine).turn(), engine.begin() as connection:
        yield connection


def _turns(engine: Engine) -> Turns:
    with _MAKING:
        return _TURNS.setdefault(engine, Turns())


def migrate(engine: Engine) -> None:
    """Bring the tables up to date; does nothing when they are, and one process at a time does."""
    with engine.execution_options(reads=True).connect() as connection:
        if _stands(connection) == _newest():
            return
    from alembic import command  # 0.1 s, and seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        alone(connection, "migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _stands(connection: sa.Connection) -> str:
    """Give the number of the last step that these tables went through, empty for new ones."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


@cache
def _newest() -> str:
    """Give the number of the last step there is: that of the last file."""
    return max(path.name[1:5] for path in (_MIGRATIONS / "versions").glob("s[0-9]*.py"))


def alone(connection: sa.Connection, name: str) -> None:
    """
    Wait until no other transaction has asked for the same name; they wait until this one ends.

    On SQLite there is nothing to wait for: one transaction at a time writes. A transaction asks for
    one name, before it reads. Raises sqlalchemy.exc.OperationalError after `WAIT_S`.
    """
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(bytes.fromhex(sha256(f"qingjian {name}".encode()))[:8], signed=True)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _on_server(url: str) -> Engine:
    if not url.startswith(postgres.SCHEME):
        scheme = url.partition("://")[0]
        raise ConfigError(f"db: no database for {scheme}://", f"name a file or {postgres.FORM}")
    engine = postgres.engine_of(url)
    try:
        with engine.connect() as connection:
            postgres.fit(connection)
        migrate(engine)
    except (sa.exc.SQLAlchemyError, ConfigError) as error:
        engine.dispose()
        raise error if isinstance(error, ConfigError) else postgres.refused(url, error) from None
    return engine
