"""
When a rule fires so much more than it used to that somebody should look before it goes on.
"""

from __future__ import annotations

WINDOW = 1_000
"""Rows that are looked at together, and the least that what is usual is known from."""
LEAST_HITS = 50
FACTOR = 10.0


def flooded(now: tuple[int, int], before: tuple[int, int], factor: float = FACTOR) -> bool:
    """
    Tell whether a rule fires suddenly too much.

    Args:
        now: hits and rows of the last window.
        before: hits and rows of all that came earlier; as if it had hit once more than it did.
        factor: how many times its usual share it may fire; 0 never calls it too much.
    """
    hits, rows = now
    if not factor or rows < WINDOW or hits < LEAST_HITS or before[1] < WINDOW:
        return False
    return hits / rows > factor * (before[0] + 1) / (before[1] + 1)
