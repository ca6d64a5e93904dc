"""Build hook: generate the tables, so that the wheel and the editable install hold them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TablesHook(BuildHookInterface[BuilderConfig]):
    """Runs tools/tables.py before anything is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the tables and put them into the wheel although git ignores them."""
        root = Path(self.root)
        sys.path.insert(0, str(root / "tools"))
        import tables

        tables.write(root / "src" / "qingjian" / "detectors" / "instruments" / "tables")
        build_data["artifacts"].append("src/qingjian/detectors/instruments/tables/*.bin")
