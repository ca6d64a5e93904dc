"""
Entries over worker processes on this machine, rows out in the order of the input.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from qingjian.batch.entry import Entry
from qingjian.core.errors import InputError
from qingjian.core.types import Conversation, Decision, Document, Note, Record, Scanned, Text
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
    """Give what comes of one entry; a detector that hung or crashed on it abstains, and failed."""
    if entry.item is None:
        return Judged(entry, None, None)
    scanned = engine.scan(entry.item, skips, mark)
    if skips:
        killed = (Note(id, reason) for id, reason in skips.items())
        scanned = replace(scanned, errors=(*scanned.errors, *killed))
    return Judged(entry, scanned, decide(scanned))


def lost(entry: Entry, reason: str) -> Judged:
    """Give what comes of an entry that no worker could finish."""
    error = InputError(f"{entry.id}: the item {reason}", "it was passed over; the rest was scanned")
    return Judged(replace(entry, item=None, error=error), None, None)


def weight(entry: Entry) -> int:
    """Give the size of an entry's item, in characters of text and bytes of anything else."""
    item = entry.item
    size = len(item.source) if item is not None and isinstance(item.source, bytes) else 0
    if isinstance(item, (Text, Document)):
        size += len(item.body)
    elif isinstance(item, Conversation):
        size += sum(len(turn.text) for turn in item.turns)
    elif isinstance(item, Record):
        size += sum(len(value) for value in item.fields.values() if isinstance(value, str))
    return size


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
            held.append(replace(entry, item=None))
            yield entry

    ids = [d.card.id for d in engine.detectors]
    count = jobs or os.cpu_count() or 1
    workers: Workers[Entry, R] = Workers(work, ids, count, timeout_s, weight)
    for result in workers.map(remembered()):
        entry, held[at] = held[at], _DONE
        at += 1
        if at >= 1024:
            del held[:at]
            at = 0
        yield finish(lost(entry, result.reason)) if isinstance(result, Lost) else result


_DONE = Entry("")
