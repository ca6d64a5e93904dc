"""
PostgreSQL by URL: reading transactions see one moment, a connection that broke is made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from qingjian.core.errors import MissingExtra
from qingjian.store.sqlite import WAIT_S

SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")


def engine(url: str) -> Engine:
    """Give an engine for a URL. Raises MissingExtra without the driver."""
    try:
        import psycopg  # noqa: F401  only asked for whether it is there
    except ImportError:
        raise MissingExtra(
            "PostgreSQL needs the package psycopg", "pip install 'qingjian[server]'"
        ) from None
    made = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "options": f"-c lock_timeout={WAIT_S}s"},
    )
    sa.event.listen(made, "begin", _begin)
    return made


def _begin(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("reads", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
