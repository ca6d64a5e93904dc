"""
Turns of the writers of one process, in the order they came.

SQLite lets one transaction write at a time; whoever waits for its lock looks again after pauses of
up to a tenth of a second, and somebody else may be faster each time. Threads of one process need
not wait that way: the next one begins as soon as the last has committed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """A lock that is given in the order it was asked for."""

    def __init__(self) -> None:
        self._own, self._taken = Lock(), False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until it is one's turn, and give it to the next in the end."""
        with self._own:
            if mine := Lock() if self._taken else None:
                mine.acquire()
                self._waiting.append(mine)
            self._taken = True
        if mine:
            mine.acquire()  # whoever is before lets go of it
        try:
            yield
        finally:
            with self._own:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._taken = False
