"""
Worker processes that can be killed: a hang or crash in an item costs it one detector, nothing else.

Each worker tells through shared memory which detector runs since when. When that takes too long, or
the worker dies, it is replaced and the item is tried again without that detector. Results come in
the order of the input.

Workers are forked, so the parent must have no threads and should have built the engine before.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

Skips = dict[str, str]
"""Detector to the reason it must not run."""

_fork = multiprocessing.get_context("fork")
_CHUNK = 64
_CHUNK_WEIGHT = 1_000_000
_FLUSH_S = 0.05
_AHEAD = 4
_PR_SET_PDEATHSIG = 1
_AROUND = -1.0
"""Stands in shared memory for work around detectors."""
_NOT_BEGUN = -2.0
"""Stands in shared memory until the worker takes up its chunk."""
_MOST_NOT_BEGUN = 3
_MOST_START_S = 30.0
"""How long a worker may take to start and take up its chunk, in seconds."""


@dataclass(frozen=True, slots=True)
class Lost:
    """An item that no worker could finish; `reason` says what happened."""

    reason: str


@dataclass
class _Chunk(Generic[T]):
    number: int
    items: list[T]
    skips: dict[int, Skips] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)
    not_begun: int = 0


@dataclass
class _Worker(Generic[T]):
    process: Any
    pipe: Connection
    state: Any
    chunk: _Chunk[T] | None = None
    done: int = 0


class Workers(Generic[T, R]):
    """
    Maps a function over items in worker processes.

    Args:
        work: `(item, skips, mark) -> result`; calls `mark(detector id)` before each detector,
            `mark("")` after.
        detectors: every id that `mark` may be told.
        jobs: how many processes.
        timeout_s: how long one detector may take on one item, in seconds.
        weigh: size of an item in characters or bytes; heavy items travel in smaller chunks.
    """

    def __init__(
        self,
        work: Callable[[T, Skips, Callable[[str], None]], R],
        detectors: Iterable[str],
        jobs: int,
        timeout_s: float,
        weigh: Callable[[T], int] = lambda item: 0,
    ) -> None:
        self._work = work
        self._ids = tuple(detectors)
        self._jobs = max(1, jobs)
        self._timeout_s = timeout_s
        self._weigh = weigh

    def map(self, items: Iterable[T]) -> Iterator[R | Lost]:
        """Give one result an item, in order; reading runs at most a few chunks ahead."""
        chunks = self._chunks(items)
        workers = [self._start() for _ in range(self._jobs)]
        ready: dict[int, list[R | Lost]] = {}
        due = 0
        ended = False
        try:
            while True:
                for worker in workers:
                    if worker.chunk is None and not ended and len(ready) < self._jobs * _AHEAD:
                        chunk = next(chunks, None)
                        if chunk is None:
                            ended = True
                        else:
                            ready[chunk.number] = []
                            self._give(worker, chunk)
                while due in ready and ready[due] is not None:
                    got = ready[due]
                    yield from got
                    got.clear()
                    if any(w.chunk is not None and w.chunk.number == due for w in workers):
                        break
                    del ready[due]
                    due += 1
                if all(w.chunk is None for w in workers) and ended and due not in ready:
                    return
                self._collect(workers, ready)
        finally:
            for worker in workers:
                self._end(worker)

    @contextmanager
    def standing(self) -> Iterator[Callable[[Sequence[T]], list[R | Lost]]]:
        """Give a function that maps a lot over one worker, which stays for the next lot."""
        worker = self._start()

        def mapped(items: Sequence[T]) -> list[R | Lost]:
            ready: dict[int, list[R | Lost]] = {0: []}
            self._give(worker, _Chunk(0, list(items)))
            while worker.chunk is not None:
                self._collect([worker], ready)
            return ready[0]

        try:
            yield mapped
        finally:
            self._end(worker)

    def _chunks(self, items: Iterable[T]) -> Iterator[_Chunk[T]]:
        """Give chunks that grow from one item to `_CHUNK`, so that first results come at once."""
        size, number, weight = 1, 0, 0
        chunk: list[T] = []
        for item in items:
            chunk.append(item)
            weight += self._weigh(item)
            if len(chunk) >= size or weight >= _CHUNK_WEIGHT:
                yield _Chunk(number, chunk)
                size, number, weight, chunk = min(size * 2, _CHUNK), number + 1, 0, []
        if chunk:
            yield _Chunk(number, chunk)

    def _collect(self, workers: list[_Worker[T]], ready: dict[int, list[R | Lost]]) -> None:
        """Wait for results, and replace what died or hangs."""
        busy = [w for w in workers if w.chunk is not None]
        if not busy:
            return
        heard = set(wait([w.pipe for w in busy], timeout=min(0.25, self._timeout_s / 4)))
        for worker in busy:
            chunk = worker.chunk
            assert chunk is not None
            if worker.pipe in heard:
                try:
                    results = worker.pipe.recv()
                except (EOFError, OSError):
                    self._replace(worker, self._death(worker))
                    continue
                ready[chunk.number] += results
                worker.done += len(results)
                if worker.done == len(chunk.items):
                    worker.chunk = None
                continue
            # Read once: the worker writes it.
            since = worker.state[2]
            most = _MOST_START_S if worker.state[1] == _NOT_BEGUN else self._timeout_s
            if since and time.monotonic() - since > most:
                self._replace(worker, f"took more than {most:g} s")

    def _death(self, worker: _Worker[T]) -> str:
        worker.process.join(5)
        code = worker.process.exitcode
        name = signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
        return f"brought the worker down ({name})"

    def _replace(self, worker: _Worker[T], what: str) -> None:
        """Start a fresh worker on the rest of the chunk, without the detector that failed."""
        chunk = worker.chunk
        assert chunk is not None
        self._end(worker)
        at, id = int(worker.state[0]), int(worker.state[1])
        if id == _NOT_BEGUN:
            chunk.not_begun += 1
            if chunk.not_begun > _MOST_NOT_BEGUN:
                left = range(worker.done, len(chunk.items))
                chunk.lost[next(i for i in left if i not in chunk.lost)] = what
        elif id < 0 or self._ids[id] in chunk.skips.get(at, {}):
            chunk.lost[at] = what
        else:
            chunk.skips.setdefault(at, {})[self._ids[id]] = what
        self._renew(worker)
        self._give(worker, chunk, worker.done)

    def _renew(self, worker: _Worker[T]) -> None:
        fresh = self._start()
        worker.process, worker.pipe, worker.state = fresh.process, fresh.pipe, fresh.state

    def _give(self, worker: _Worker[T], chunk: _Chunk[T], done: int = 0) -> None:
        """Send a chunk; a worker that was killed while it had nothing to do is replaced first."""
        worker.chunk, worker.done = chunk, done
        items = [None if i in chunk.lost else item for i, item in enumerate(chunk.items)][done:]
        while True:
            worker.state[:] = [float(done), _NOT_BEGUN, time.monotonic()]
            try:
                worker.pipe.send((done, items, chunk.skips, chunk.lost))
                return
            except OSError:
                self._end(worker)
                self._renew(worker)

    def _start(self) -> _Worker[T]:
        ours, theirs = _fork.Pipe()
        state = _fork.RawArray("d", [0.0, _AROUND, 0.0])
        process = _fork.Process(
            target=self._serve, args=(theirs, ours, state, os.getpid()), daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours, state)

    def _end(self, worker: _Worker[T]) -> None:
        """Let a worker with nothing to do return, and kill one that is at work."""
        if worker.chunk is None:
            with suppress(OSError):
                worker.pipe.send(None)
            worker.process.join(1)
        worker.process.kill()
        worker.process.join(5)
        worker.pipe.close()

    def _serve(self, pipe: Connection, parents: Connection, state: Any, parent: int) -> None:
        """Run in the worker: take chunks, send results in small lots, until the parent is gone."""
        parents.close()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # A handler of the parent's would wait for a detector that hangs.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _die_with_parent()
        number = {id: float(i) for i, id in enumerate(self._ids)}

        def mark(id: str) -> None:
            state[1] = number.get(id, _AROUND)
            state[2] = time.monotonic()

        while os.getppid() == parent:
            # a sibling may hold our pipe open, so a dead parent is no end of file
            if not pipe.poll(1.0):
                continue
            try:
                told = pipe.recv()
            except (EOFError, OSError):
                return
            if told is None:
                return
            first, items, skips, lost = told
            lot: deque[R | Lost] = deque()
            sent = time.monotonic()
            for at, item in enumerate(items, first):
                state[0] = float(at)
                mark("")
                lot.append(
                    Lost(lost[at]) if at in lost else self._work(item, skips.get(at, {}), mark)
                )
                if time.monotonic() - sent > _FLUSH_S:
                    state[2] = 0.0
                    if not _sent(pipe, lot):
                        return
                    lot.clear()
                    sent = time.monotonic()
            state[2] = 0.0
            if lot and not _sent(pipe, lot):
                return


def _sent(pipe: Connection, lot: Collection[Any]) -> bool:
    """Send results; say no where nobody is left to read them."""
    try:
        pipe.send(list(lot))
    except OSError:
        return False
    return True


def _die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, even while a detector hangs."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
