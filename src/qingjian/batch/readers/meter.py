"""
How much of the input has been read, for progress bars.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Meter:
    """Bytes that will be read, 0 where unknown, and bytes read so far."""

    total_bytes: int = 0
    read_bytes: int = 0


def size_of(paths: Iterable[str]) -> int:
    """Give the bytes of all files of all paths, 0 when one of them is a pipe."""
    total = 0
    for name in paths:
        path = Path(name)
        if name == "-" or not path.exists():
            return 0
        if path.is_dir():
            for folder, _, names in os.walk(path):
                total += sum(_size(os.path.join(folder, n)) for n in names)  # noqa: PTH118  a Path a file is slow
        else:
            total += _size(name)
    return total


def _size(name: str) -> int:
    try:
        return os.stat(name).st_size  # noqa: PTH116  a Path a file is slow
    except OSError:
        return 0
