"""
How sure a share is.
"""

from __future__ import annotations

import math

_Z = 1.959963984540054


def wilson(hits: int, n: int) -> tuple[float, float, float]:
    """
    Give a share with its 95 % interval; three times nan where nothing was counted.

    Source: Wilson (1927), the score interval without continuity correction.
    """
    if not n:
        return (math.nan,) * 3
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return share, max(0.0, middle - half), min(1.0, middle + half)
