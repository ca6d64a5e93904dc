"""
Texts with what an archive knows of them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from qingjian.core.known import Known
from qingjian.core.registry import Detector
from qingjian.core.types import About, Finding, Text


def seen(
    detector: Detector[Any], body: str, *known: Known, at: str = "2025-06-01"
) -> tuple[Finding, ...]:
    """Give the findings in a text of a day."""
    when = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
    item = Text(id="x", body=body, known=known, about=About(at=when))
    return detector.build()(item).findings


def hits(
    detector: Detector[Any], body: str, *known: Known, at: str = "2025-06-01"
) -> list[Finding]:
    """Give the findings that nothing speaks against."""
    return [f for f in seen(detector, body, *known, at=at) if not f.opposed]
