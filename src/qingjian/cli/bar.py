"""
A bar on a terminal for work that takes long: late to come, quiet, without a thread of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress

AFTER_S = 0.5
_EVERY_S = 0.1

Tick = Callable[[Callable[[], dict[str, Any]]], None]
"""Takes what gives the fields of the bar; it is asked only when the bar moves."""


@contextmanager
def late(bar: Progress, total: int | None, **fields: Any) -> Iterator[Tick]:
    """
    Give a function that moves the bar, at most ten times a second and not in the first half.

    Args:
        bar: made with `auto_refresh=False`, so that workers can be forked.
        total: of what is counted; None when it is not known.
        fields: of the bar at its start.
    """
    task = bar.add_task("", total=total, **fields)
    due, shows = time.monotonic() + AFTER_S, False

    def tick(now: Callable[[], dict[str, Any]]) -> None:
        nonlocal due, shows
        if time.monotonic() < due:
            return
        if not shows:
            bar.start()
            shows = True
        due = time.monotonic() + _EVERY_S
        bar.update(task, **now())
        bar.refresh()

    try:
        yield tick
    finally:
        if shows:
            bar.stop()
