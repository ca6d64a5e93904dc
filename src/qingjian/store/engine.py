"""
Open the database of a `--db` URL, with its tables as they should be.

A file is SQLite, postgresql://… is PostgreSQL; what is asked of them is the same.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.core.errors import ConfigError
from qingjian.store import postgres, sqlite

_MIGRATIONS = Path(__file__).parent / "migrations"


def open_store(url: str) -> Engine:
    """
    Give a connected engine whose tables are up to date.

    Args:
        url: the path of a SQLite file, also as sqlite:///PATH; or postgresql://…

    Raises ConfigError when the database cannot be opened, MissingExtra without its driver. Cost:
    about 0.3 s the first time.
    """
    if is_file(url):
        make, shown = sqlite.engine, url.removeprefix(sqlite.SCHEME)
    elif url.startswith(postgres.SCHEMES):
        make, shown = postgres.engine, without_password(url)
    else:
        hint = "name a file, or postgresql://…"
        raise ConfigError(f"db: no database for {url.partition('://')[0]}://", hint)
    try:
        engine = make(url)
        migrate(engine)
    except (sa.exc.SQLAlchemyError, OSError) as error:
        said = str(error).splitlines()[0]
        raise ConfigError(f"db: {shown} cannot be opened: {said}", "name a file") from None
    return engine


def is_file(url: str) -> bool:
    """Whether a URL names a SQLite file."""
    return "://" not in url or url.startswith(sqlite.SCHEME)


def without_password(url: str) -> str:
    """Give a URL as it may be shown and logged."""
    try:
        return sa.make_url(url).render_as_string(hide_password=True)
    except sa.exc.ArgumentError:
        return f"{url.partition('://')[0]}://…"


def alone(db: sa.Connection, name: str) -> None:
    """
    Wait until no other transaction that writes is alone under this name, and keep others waiting.

    Writers of a SQLite file are alone from their beginning on.
    """
    if db.dialect.name == "postgresql":
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"qingjian.{name}"))))


def migrate(engine: Engine) -> None:
    """Bring the tables up to date; does nothing when they are."""
    with engine.begin() as connection:
        if _stands(connection) == _newest():
            return
    from alembic import command  # 0.1 s, and seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        alone(connection, "migrate")
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
