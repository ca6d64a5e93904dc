"""
What journeys through broken input share.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.process import Ran, qingjian

from qingjian.core.types import SEVERITIES

SCAM = "代过人脸识别，先过后付，加微信"
CLEAN = "今天天气很好，我们去公园散步。"


def scan(folder: Path, *arguments: str | Path, **settings: str) -> Ran:
    """Run a scan in a folder, rows to standard output."""
    return qingjian(
        "scan", "--format", "jsonl", *arguments, folder=folder, settings=settings, stdin=b""
    )


def by_id(ran: Ran) -> dict[str, dict[str, Any]]:
    rows = {row["id"]: row for row in ran.rows}
    assert len(rows) == len(ran.rows), "every row has an id of its own"
    return rows


def codes(rows: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {id: row["error"]["code"] for id, row in rows.items() if row["error"]}


def worst(rows: list[dict[str, Any]]) -> int:
    found = [SEVERITIES.index(f["severity"]) for row in rows for f in row["findings"]]
    return 11 + max(found) if found else 0
