"""
A detector of another package, as its author would ship it: found through its entry point.
"""

from __future__ import annotations

from pathlib import Path

PLUGIN = """
from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Text, found

@detector(Card(id="text.plugged", reads=Text, serves=("house_rule",), severity="low",
               finds="开会", limits=("none",), source="none"))
def plugged():
    def scan(item):
        if "开会" in item.body:
            yield found("开会")
        if "坏" in item.body:
            raise ValueError("broken on purpose")
    return scan
"""


def plugged(folder: Path, body: str = PLUGIN) -> dict[str, str]:
    """Write a package with a detector of its own, and give the variable that makes it known."""
    info = folder / "plugged-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(
        "[qingjian.detectors]\nplugged = plugged:plugged\n", "utf-8"
    )
    (folder / "plugged.py").write_text(body, "utf-8")
    return {"PYTHONPATH": str(folder)}
