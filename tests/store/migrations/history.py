"""
Databases as they were before a step.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

import qingjian.store.migrations as history


def back(engine: Engine, revision: str) -> None:
    """Undo every step after a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(history.__path__[0])))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
