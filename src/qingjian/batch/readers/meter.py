"""
How much of the input has been read, for progress bars.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass


@dataclass
class Meter:
    """Bytes that will be read, 0 where unknown, and bytes read so far."""

    total_bytes: int = 0
    read_bytes: int = 0


def size_of(paths: Iterable[str]) -> int:
    """Give the bytes of all files of all paths, 0 when one of them is a pipe."""
    total = 0
    for name in paths:
        if name == "-" or not os.path.lexists(name):
            return 0
        total += _size(name)
    return total


def _size(name: str) -> int:
    """Give the bytes of a file, or of all files in a folder that can be listed."""
    total, waiting = 0, [name]
    while waiting:
        one = waiting.pop()
        with suppress(OSError):
            known = os.stat(one, follow_symlinks=one == name)  # noqa: PTH116  a Path a file is slow
            if stat.S_ISDIR(known.st_mode):
                with os.scandir(one) as listed:
                    waiting += [e.path for e in listed]
            elif stat.S_ISREG(known.st_mode):
                total += known.st_size
    return total
