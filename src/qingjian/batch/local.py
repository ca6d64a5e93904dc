"""
Entries over worker processes on this machine, rows out in the order of the input.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from qingjian.batch.entry import Entry
from qingjian.core.errors import InputError
from qingjian.core.types import Decision, Scanned
from qingjian.engine.run import Engine, Mark
from qingjian.engine.workers import Lost, Skips, Workers

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one entry: what was seen and decided, or the entry's error."""

    entry: Entry
    scanned: Scanned | None
    decision: Decision | None


def judge(
    entry: Entry, engine: Engine, decide: Callable[[Scanned], Decision], skips: Skips, mark: Mark
) -> Judged:
    """Give what comes of one entry."""
    if entry.item is None:
        return Judged(entry, None, None)
    scanned = engine.scan(entry.item, skips, mark)
    return Judged(entry, scanned, decide(scanned))


def lost(entry: Entry, reason: str) -> Judged:
    """Give what comes of an entry that no worker could finish."""
    error = InputError(f"{entry.id}: the item {reason}", "it was passed over; the rest was scanned")
    return Judged(Entry(entry.id, None, error, entry.not_looked_at), None, None)


def run(
    entries: Iterable[Entry],
    engine: Engine,
    decide: Callable[[Scanned], Decision],
    finish: Callable[[Judged], R],
    *,
    jobs: int,
    timeout_s: float,
) -> Iterator[R]:
    """
    Give one result an entry, in order.

    Args:
        entries: read lazily, a few chunks ahead.
        engine: built before; workers inherit it.
        decide: the policy.
        finish: turns what came of an entry into what is sent back; runs in the worker.
        jobs: worker processes; 0 is one per core.
        timeout_s: how long one detector may take on one item.
    """

    def work(entry: Entry, skips: Skips, mark: Mark) -> R:
        return finish(judge(entry, engine, decide, skips, mark))

    held: list[Entry] = []
    at = 0

    def remembered() -> Iterator[Entry]:
        for entry in entries:
            held.append(entry)
            yield entry

    ids = [d.card.id for d in engine.detectors]
    workers: Workers[Entry, R] = Workers(work, ids, jobs or os.cpu_count() or 1, timeout_s)
    for result in workers.map(remembered()):
        entry, held[at] = held[at], _DONE
        at += 1
        if at >= 1024:
            del held[:at]
            at = 0
        yield finish(lost(entry, result.reason)) if isinstance(result, Lost) else result


_DONE = Entry("")
