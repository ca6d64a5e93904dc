"""
Databases as they were before a step.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

import qingjian.store.migrations as history
from qingjian.store.engine import migrate


def back(engine: Engine, revision: str) -> None:
    """Undo every step after a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(history.__path__[0])))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def back_and_forth(engine: Engine, before: str, tables: Iterable[sa.Table]) -> None:
    """Undo what came after a revision, do it again, and hold tables against their definitions."""
    listed = list(tables)
    back(engine, before)
    assert not {table.name for table in listed} & set(sa.inspect(engine).get_table_names())
    migrate(engine)
    for table in listed:
        made = {c["name"] for c in sa.inspect(engine).get_columns(table.name)}
        assert made == {c.name for c in table.columns}
        indexes = {i["name"] for i in sa.inspect(engine).get_indexes(table.name)}
        assert indexes >= {i.name for i in table.indexes}
