"""
Time, injectable: rooms take a `Clock`, tests hand in a fixed one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Gives UTC epoch seconds."""


def now() -> float:
    """Give UTC epoch seconds."""
    return time.time()


def iso(epoch_s: float) -> str:
    """Give `2026-11-22T10:00:00Z` for UTC epoch seconds, whole seconds."""
    return datetime.fromtimestamp(int(epoch_s), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today(clock: Clock = now) -> str:
    """Give the UTC date, `2026-11-22`."""
    return iso(clock())[:10]
