from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine import detectors as made
from tests.engine.detectors import TRIGGER, registry
from tests.watch import alive, below, ending, wait_for

from qingjian.core.types import Note, Scanned, Text
from qingjian.engine import workers as workers_module
from qingjian.engine.run import Engine
from qingjian.engine.workers import Lost, Skips, Workers

Mark = Callable[[str], None]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """See that no worker outlives its test, not even as a zombie."""
    before = set(below(os.getpid()))
    yield
    assert set(below(os.getpid())) <= before


def plain(item: int, skips: Skips, mark: Mark) -> int:
    return item * item


def over_texts(*detectors: Any, jobs: int = 1, timeout_s: float = 2.0) -> Workers[Text, Scanned]:
    engine = Engine(registry(*detectors))
    ids = [d.card.id for d in engine.detectors]
    return Workers(engine.scan, ids, jobs, timeout_s)


def texts(*bodies: str) -> list[Text]:
    return [Text(id=str(i), body=body) for i, body in enumerate(bodies)]


@given(
    st.lists(st.sampled_from((0, 1, 400_000, 1_000_000, 5_000_000)), max_size=200),
    st.integers(0, 3),
)
@settings(max_examples=15)
def test_results_are_complete_and_in_order_for_any_chunking(weights: list[int], jobs: int) -> None:
    workers = Workers(plain, (), jobs, 5, weights.__getitem__)
    assert list(workers.map(range(len(weights)))) == [i * i for i in range(len(weights))]


def test_results_are_in_order_when_the_first_are_slow() -> None:
    def slow_first(item: int, skips: Skips, mark: Mark) -> int:
        time.sleep(0.3 if item == 0 else 0)
        return item

    assert list(Workers(slow_first, (), 3, 5).map(range(700))) == list(range(700))


def test_the_first_result_comes_before_the_rest_is_read() -> None:
    read: list[int] = []

    def source() -> Iterator[int]:
        for i in range(100_000):
            read.append(i)
            yield i

    results = Workers(plain, (), 2, 5).map(source())
    assert next(results) == 0
    assert len(read) < 1000
    assert list(islice(results, 500)) == [i * i for i in range(1, 501)]
    assert len(read) < 3000
    results.close()  # type: ignore[attr-defined]  # map is a generator


def test_heavy_items_are_read_a_few_at_a_time() -> None:
    read: list[int] = []

    def source() -> Iterator[int]:
        for i in range(200):
            read.append(i)
            yield i

    for n, _ in enumerate(Workers(plain, (), 2, 5, lambda item: 10**6).map(source())):
        assert len(read) - n <= 2 * 4 + 2


def test_work_is_done_in_as_many_processes_as_asked() -> None:
    def where(item: int, skips: Skips, mark: Mark) -> int:
        time.sleep(0.02)
        return os.getpid()

    assert len(set(Workers(where, (), 2, 5).map(range(40)))) == 2


@pytest.mark.parametrize(
    ("faulty", "reason"),
    [
        (made.hanging, "took more than 2 s"),
        (made.deaf, "took more than 2 s"),
        (made.aborting, "brought the worker down (SIGABRT)"),
        (made.faulting, "brought the worker down (SIGSEGV)"),
        (made.leaving, "brought the worker down (exit code 7)"),
        (made.vanishing, "brought the worker down (exit code 0)"),
    ],
    ids=lambda value: value.card.id if hasattr(value, "card") else "",
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_detector_that_takes_the_worker_along_abstains_on_that_item_alone(
    faulty: Any, reason: str, jobs: int
) -> None:
    items = texts("词", "词词", "词" + TRIGGER, *["词"] * 100, TRIGGER)
    seen = list(over_texts(faulty, made.sound, jobs=jobs).map(items))
    assert [s.item for s in seen if isinstance(s, Scanned)] == items
    for item, one in zip(items, seen, strict=True):
        assert isinstance(one, Scanned)
        if TRIGGER in item.body:
            assert one.abstained == (Note(faulty.card.id, reason),)
            assert [r.detector for r in one.ran] == ["text.sound"]
        else:
            assert one.abstained == ()
            assert len(one.ran) == 2
        assert sum(f.detector == "text.sound" for f in one.findings) == item.body.count("词")


def test_two_faulty_detectors_both_abstain_on_the_same_item() -> None:
    items = texts(TRIGGER + "词")
    workers = over_texts(made.hanging, made.aborting, made.raising, made.sound, timeout_s=1.0)
    (seen,) = workers.map(items)
    assert isinstance(seen, Scanned)
    assert seen.abstained == (
        Note("text.hanging", "took more than 1 s"),
        Note("text.aborting", "brought the worker down (SIGABRT)"),
    )
    assert seen.errors == (Note("text.raising", "ValueError: it broke"),)
    assert [r.detector for r in seen.ran] == ["text.sound"]


def test_slow_detectors_that_keep_within_the_time_are_left_alone() -> None:
    def doze(item: int, skips: Skips, mark: Mark) -> int:
        for id in ("a", "b", "c"):
            mark(id)
            time.sleep(0.25)
        return item

    assert list(Workers(doze, ("a", "b", "c"), 1, 0.6).map([1])) == [1]


class _Racing:
    """Shared memory in which the worker always sets the start back between two reads of it."""

    def __init__(self, real: Any) -> None:
        self._real, self._parent, self._reads = real, os.getpid(), 0

    def __getitem__(self, i: int) -> float:
        if i != 2 or os.getpid() != self._parent:
            return float(self._real[i])
        self._reads += 1
        return time.monotonic() if self._reads % 2 else 0.0

    def __setitem__(self, i: Any, value: Any) -> None:
        self._real[i] = value


def test_a_worker_that_ends_while_it_is_looked_at_does_not_hang(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def doze(item: int, skips: Skips, mark: Mark) -> int:
        time.sleep(0.4)
        return item

    context = multiprocessing.get_context("fork")
    real = context.RawArray
    monkeypatch.setattr(context, "RawArray", lambda *rest: _Racing(real(*rest)), raising=False)
    assert list(Workers(doze, (), 1, 1).map([1, 2])) == [1, 2]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (made.abort, "brought the worker down (SIGABRT)"),
        (lambda: time.sleep(60), "took more than 0.3 s"),
    ],
)
def test_an_item_that_fails_around_detectors_is_lost_alone(
    fault: Callable[[], None], reason: str
) -> None:
    def work(item: int, skips: Skips, mark: Mark) -> int:
        mark("a")
        mark("")
        if item in (1, 70):
            fault()
        return item

    results = list(Workers(work, ("a",), 2, 0.3).map(range(100)))
    lost = Lost(reason)
    assert results == [lost if i in (1, 70) else i for i in range(100)]


def test_an_exception_of_the_work_loses_the_item_and_is_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def work(item: int, skips: Skips, mark: Mark) -> int:
        return 1 // item

    results = list(Workers(work, (), 1, 5).map([1, 0, 1]))
    assert results == [1, Lost("brought the worker down (exit code 1)"), 1]
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_detector_that_fails_although_it_is_skipped_loses_the_item() -> None:
    def work(item: int, skips: Skips, mark: Mark) -> int:
        mark("a")
        made.abort()
        return item

    assert list(Workers(work, ("a",), 1, 5).map([0])) == [
        Lost("brought the worker down (SIGABRT)"),
    ]


def test_a_worker_killed_while_it_has_nothing_to_do_costs_nothing() -> None:
    def source() -> Iterator[int]:
        for i in range(20):
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, signal.SIGKILL)
                child.join()
            yield i

    assert list(Workers(plain, (), 1, 5).map(source())) == [i * i for i in range(20)]


def test_a_worker_killed_before_it_begins_costs_nothing() -> None:
    def source() -> Iterator[int]:
        for i in range(3):
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, signal.SIGSTOP)
                threading.Timer(0.1, child.kill).start()
            yield i

    assert list(Workers(plain, (), 1, 5).map(source())) == [0, 1, 4]


def test_a_worker_that_never_begins_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "_MOST_START_S", 0.5)

    def source() -> Iterator[int]:
        for i in range(3):
            if i == 1:
                for child in multiprocessing.active_children():
                    os.kill(child.pid or 0, signal.SIGSTOP)
            yield i

    assert list(Workers(plain, (), 1, 5).map(source())) == [0, 1, 4]


class _Poison:
    """An item that no worker can unpack."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Callable[[int], _Poison], tuple[int]]:
        return (_poisoned if self.number == 1 else _Poison, (self.number,))


def _poisoned(number: int) -> _Poison:
    raise ValueError(number)


def test_an_item_that_cannot_be_taken_up_is_lost_alone(capfd: pytest.CaptureFixture[str]) -> None:
    def work(item: _Poison, skips: Skips, mark: Mark) -> int:
        return item.number

    workers = Workers(work, (), 1, 5, lambda item: 10**6)
    results = list(workers.map([_Poison(0), _Poison(1), _Poison(2)]))
    assert results == [0, Lost("brought the worker down (exit code 1)"), 2]
    assert "ValueError" in capfd.readouterr().err


def test_an_error_of_the_source_ends_the_workers_and_is_raised() -> None:
    def source() -> Iterator[int]:
        yield from range(10)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(Workers(plain, (), 2, 5).map(source()))


def test_nothing_to_do_gives_nothing() -> None:
    assert list(Workers(plain, (), 2, 5).map([])) == []


def test_workers_that_are_no_longer_wanted_end_at_once() -> None:
    results = over_texts(made.hanging, jobs=2, timeout_s=60).map(texts("", TRIGGER, TRIGGER))
    assert isinstance(next(results), Scanned)
    results.close()  # type: ignore[attr-defined]  # map is a generator


_PARENT = """
import multiprocessing, sys, time
from qingjian.engine.run import Engine
from qingjian.engine.workers import Workers
from tests.engine import detectors as made
from tests.engine.test_workers import over_texts, texts
what = sys.argv[1]
if what == "hanging":
    results = over_texts(made.hanging, jobs=2, timeout_s=600).map(texts("", *["触发"] * 9))
elif what == "sending":
    results = Workers(lambda i, s, m: bytes(10**6), (), 2, 600).map(range(1000))
else:
    results = Workers(lambda i, s, m: i, (), 2, 600).map(iter(int, 1))
next(results)
time.sleep(0.3)
print(*[c.pid for c in multiprocessing.active_children()], flush=True)
if what in ("idle", "sending"):
    time.sleep(600)
list(results)
"""


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("what", ["hanging", "sending", "idle", "busy"])
def test_no_worker_outlives_its_parent(what: str, name: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, what],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    with ending(parent):
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        parent.send_signal(signal.Signals[name])
        parent.wait(20)
    wait_for(lambda: not any(alive(pid) for pid in pids))


def test_a_standing_worker_maps_lot_after_lot_in_one_process() -> None:
    def where(item: int, skips: Skips, mark: Mark) -> tuple[int, int]:
        return item, os.getpid()

    with Workers(where, [], 1, 5.0).standing() as mapped:
        lots = [mapped([1, 2]), mapped([]), mapped(list(range(200)))]
    assert [[pair[0] for pair in lot] for lot in lots] == [[1, 2], [], list(range(200))]  # type: ignore[index]  # none was lost
    pids = {pair[1] for lot in lots for pair in lot}  # type: ignore[index]  # none was lost
    assert len(pids) == 1
    assert os.getpid() not in pids


def test_a_standing_worker_that_hangs_is_replaced_and_goes_on() -> None:
    workers = over_texts(made.hanging, made.sound, timeout_s=0.5)
    with workers.standing() as mapped:
        for _ in range(2):
            results = mapped(texts("ok", TRIGGER, "ok"))
            assert [isinstance(one, Scanned) for one in results] == [True] * 3
