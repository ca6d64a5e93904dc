"""
Going back in the history of tables.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

import qingjian.store.migrations


def back(engine: Engine, revision: str) -> None:
    """Take every step after a revision back."""
    config = Config()
    config.set_main_option("script_location", str(Path(qingjian.store.migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
