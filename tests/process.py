"""
The command line as people run it: a process of its own, with nothing of this shell's settings.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.needs import ROOT

EXAMPLES = ROOT / "examples"


class Ran(NamedTuple):
    """How a process ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def environment(**settings: str) -> dict[str, str]:
    """Give this environment with these settings of ours alone; a wide terminal, no colours."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QINGJIAN_")}
    return {**kept, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", **settings}


def qingjian(
    *arguments: str | Path,
    stdin: bytes = b"",
    folder: Path = ROOT,
    settings: Mapping[str, str] | None = None,
) -> Ran:
    """Run `qingjian` to its end."""
    ran = subprocess.run(
        [sys.executable, "-m", "qingjian", *map(str, arguments)],
        input=stdin,
        cwd=folder,
        env=environment(**(settings or {})),
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())
