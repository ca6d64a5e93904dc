"""
Processes seen from outside, through /proc: who runs, who stands below whom, what memory they take.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_GONE = (FileNotFoundError, ProcessLookupError)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except _GONE:
        return False


def below(pid: int) -> list[int]:
    """Give the processes that a process started, ended ones that wait to be buried included."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except _GONE:
        pass
    return found


def memory_bytes(pid: int) -> int:
    """Give the memory of a process and all below it; what they share counts once."""
    total = sum(memory_bytes(child) for child in below(pid))
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except _GONE:
        return total
    return total + sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def wait_for(what: Callable[[], bool], within_s: float = 30) -> None:
    """Wait until something holds; fail the test when it does not come."""
    end = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


@contextmanager
def ending(process: subprocess.Popen[Any]) -> Iterator[None]:
    """See that a process does not outlive its test, however the test ends."""
    try:
        yield
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
