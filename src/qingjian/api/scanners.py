"""
Standing scanners: processes that look at items, so that the loop that answers never waits for one.

Each has a keeper without threads, forked before the server has any. The keeper forks the worker
that scans, kills it when it hangs and goes on without the detector (`engine.workers`). A keeper
that dies is replaced by one in a new interpreter.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import queue
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from qingjian.api.faults import Refused
from qingjian.batch.entry import Entry
from qingjian.batch.local import Judged, judge, lost
from qingjian.cases.policies import Live
from qingjian.core.settings import Settings
from qingjian.engine.run import Mark
from qingjian.engine.workers import Lost, Skips, Workers
from qingjian.reports.row import dumps, row
from qingjian.reports.sink import Line, line_of
from qingjian.wiring import Services, services

LOT = 64
_PR_SET_PDEATHSIG = 1
_TRIES = 2


@dataclass(frozen=True)
class _Decide:
    """Says to a keeper by which version it decides from now on."""

    live: Live | None


@dataclass
class _Keeper:
    process: Any
    pipe: Connection
    live: Live | None


class Scanners:
    """
    Scans for a server; made before the server starts a thread or opens its database.

    Args:
        built: its engine and policy are built here, and shared with the processes.
        count: how many scan at a time; 0 is one per core.
    """

    def __init__(self, built: Services, count: int = 0) -> None:
        self._settings, self._only = built.settings, built.only
        self.count = count or built.settings.jobs or os.cpu_count() or 1
        assert built.engine.detectors, "there is nothing to scan with"
        assert built.pack.rules, "there is nothing to decide by"
        self._live = built.live
        self._free: queue.SimpleQueue[_Keeper] = queue.SimpleQueue()
        self._all: list[_Keeper] = []
        fork = multiprocessing.get_context("fork")
        for _ in range(self.count):
            ours, theirs = fork.Pipe()
            process = fork.Process(target=_keep, args=(theirs, ours, built))
            self._free.put(self._began(process, ours, theirs))
        self._threads = ThreadPoolExecutor(self.count, "scanner")

    async def scan(self, entries: Sequence[Entry]) -> list[Line]:
        """Give the row of each entry, in order. Raises Refused, HTTP 503, when none can scan."""
        loop = asyncio.get_running_loop()
        lots = [entries[i : i + LOT] for i in range(0, len(entries), LOT)]
        asked = [loop.run_in_executor(self._threads, self._ask, lot) for lot in lots]
        return [line for lines in await asyncio.gather(*asked) for line in lines]

    def renew(self, live: Live | None) -> None:
        """Decide by another version from the next lot on; what is under way ends by the last."""
        self._live = live

    @property
    def pids(self) -> list[int]:
        """Process ids of the keepers."""
        return [one.process.pid for one in self._all]

    @property
    def alive(self) -> bool:
        """Whether any of them is there; one that died is replaced when it is next asked."""
        return any(one.process.is_alive() for one in self._all)

    def close(self) -> None:
        """End all processes, once what is at work is done."""
        self._threads.shutdown()
        for one in self._all:
            _ended(one)

    def _ask(self, entries: Sequence[Entry]) -> list[Line]:
        keeper = self._free.get()
        try:
            for _ in range(_TRIES):
                try:
                    if keeper.live != self._live:
                        keeper.live = self._live
                        keeper.pipe.send(_Decide(keeper.live))
                    keeper.pipe.send(list(entries))
                    lines: list[Line] = keeper.pipe.recv()
                    return lines
                except (EOFError, OSError):
                    keeper = self._replaced(keeper)
        finally:
            self._free.put(keeper)
        raise Refused(503, "unavailable", "the scanners do not answer", "try again", 1.0)

    def _replaced(self, old: _Keeper) -> _Keeper:
        _ended(old)
        self._all.remove(old)
        return self._spawned()

    def _spawned(self) -> _Keeper:
        spawn = multiprocessing.get_context("spawn")  # a fork would take the locks of threads along
        ours, theirs = spawn.Pipe()
        process = spawn.Process(
            target=_keep_anew, args=(theirs, self._settings, self._only, self._live)
        )
        return self._began(process, ours, theirs)

    def _began(self, process: Any, ours: Connection, theirs: Connection) -> _Keeper:
        process.start()
        theirs.close()
        self._all.append(_Keeper(process, ours, self._live))
        return self._all[-1]


def _keep_anew(
    pipe: Connection, settings: Settings, only: tuple[str, ...] | None, live: Live | None
) -> None:
    built = services(settings, only)
    built.live = live
    _keep(pipe, None, built)


def _keep(pipe: Connection, servers: Connection | None, built: Services) -> None:
    """Run in the keeper: take lots until the server closes or dies."""
    if servers is not None:
        servers.close()
    for one in (signal.SIGINT, signal.SIGTERM):  # the server drains first, then says when to end
        signal.signal(one, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    engine, serves = built.engine, built.serves
    broken = len(engine.broken)

    def finish(judged: Judged) -> Line:
        made = row(judged, serves)
        return line_of(made, dumps(made), broken)

    def work(entry: Entry, skips: Skips, mark: Mark) -> Line:
        return finish(judge(entry, engine, built.decide, skips, mark))

    ids = [d.card.id for d in engine.detectors]
    workers: Workers[Entry, Line] = Workers(work, ids, 1, built.settings.item_timeout_s)
    said: _Decide | None = _Decide(built.live)
    while said is not None:
        built.renew(said.live)
        assert built.pack.rules, "there is nothing to decide by"  # read before the worker forks
        with workers.standing() as mapped:
            said = _served(pipe, mapped, finish)


def _served(
    pipe: Connection,
    mapped: Callable[[Sequence[Entry]], list[Line | Lost]],
    finish: Callable[[Judged], Line],
) -> _Decide | None:
    """Answer lots until another version is to decide, and give it; None at the end."""
    while True:
        try:
            asked = pipe.recv()
        except EOFError:
            return None
        if asked is None or isinstance(asked, _Decide):
            return asked
        lines = zip(asked, mapped(asked), strict=True)
        pipe.send(
            [finish(lost(e, one.reason)) if isinstance(one, Lost) else one for e, one in lines]
        )


def _ended(keeper: _Keeper) -> None:
    with suppress(OSError):
        keeper.pipe.send(None)
    keeper.process.join(5)
    keeper.process.kill()
    keeper.process.join(5)
    keeper.pipe.close()
