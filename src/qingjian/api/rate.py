"""
So many requests a second for each who asks: a bucket of tokens that fills as time passes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from qingjian.api.faults import Refused

_BURST_S = 2.0
_MOST = 10_000


class Rate:
    """
    The buckets of one process.

    Args:
        per_s: how fast a bucket fills; it holds what fills it in two seconds, at least one token.
        clock: gives seconds that only grow.
    """

    def __init__(self, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self._clock = per_s, clock
        self._most = max(1.0, per_s * _BURST_S)
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, who: str) -> None:
        """Take a token. Raises Refused, HTTP 429, with the time until there is one."""
        with self._lock:
            at = self._clock()
            if len(self._left) >= _MOST:
                self._left = {w: old for w, old in self._left.items() if self._now(old, at) < 1}
            left = self._now(self._left.get(who, (self._most, at)), at)
            wait = (1 - left) / self._per_s
            self._left[who] = (left - 1 if left >= 1 else left, at)
        if wait > 0:
            what = f"more than {self._per_s:g} requests a second"
            raise Refused(429, "rate", what, "wait as long as Retry-After says", wait)

    def _now(self, old: tuple[float, float], at: float) -> float:
        """Give how many tokens there are by now."""
        left, since = old
        return min(self._most, left + (at - since) * self._per_s)
