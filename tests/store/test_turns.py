from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from qingjian.store.engine import open_store, writing
from qingjian.store.turns import Turns


def until(done: Callable[[], bool]) -> None:
    last = time.monotonic() + 20
    while not done():
        assert time.monotonic() < last
        time.sleep(0.001)


def _long(turns: Turns, count: int) -> bool:
    return len(turns._waiting) == count


def test_turns_are_given_in_the_order_they_were_asked_for() -> None:
    turns, came = Turns(), list[int]()

    def wait(n: int) -> None:
        with turns.turn():
            came.append(n)

    with ThreadPoolExecutor(20) as people, turns.turn():
        for n in range(20):
            people.submit(wait, n)
            until(partial(_long, turns, n + 1))
        assert came == []
    assert came == list(range(20))
    with turns.turn():
        assert not turns._waiting


def test_whoever_fails_lets_the_next_one_in() -> None:
    turns = Turns()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns.turn():
            raise ZeroDivisionError
    with turns.turn():
        assert turns._taken
    assert not turns._taken


def test_nobody_is_ever_inside_with_another() -> None:
    turns, inside, most = Turns(), [0], [0]

    def work(_: int) -> None:
        for _ in range(200):
            with turns.turn():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    with ThreadPoolExecutor(8) as people:
        list(people.map(work, range(8)))
    assert most == [1]


def test_writers_of_one_process_lose_nothing(store: sa.Engine) -> None:
    with store.begin() as db:
        db.exec_driver_sql("CREATE TABLE told (n INTEGER)")
        db.exec_driver_sql("INSERT INTO told VALUES (0)")

    def add(_: int) -> None:
        for _ in range(10):
            with writing(store) as db:
                db.exec_driver_sql("UPDATE told SET n = n + 1")

    with ThreadPoolExecutor(6) as people:
        list(people.map(add, range(6)))
    with store.connect() as db:
        assert db.exec_driver_sql("SELECT n FROM told").scalar() == 60


def test_a_second_engine_on_the_file_still_waits_for_the_first(tmp_path: Path) -> None:
    one, two = (open_store(str(tmp_path / "a.db")) for _ in range(2))
    with writing(one) as db:
        db.exec_driver_sql("CREATE TABLE told (n INTEGER)")
    inside = threading.Event()

    def late() -> None:
        inside.wait(20)
        with writing(two) as db:
            db.exec_driver_sql("INSERT INTO told SELECT count(*) FROM told")

    with ThreadPoolExecutor(1) as people:
        with writing(one) as db:
            ended = people.submit(late)
            inside.set()
            db.exec_driver_sql("INSERT INTO told VALUES (7)")
        ended.result(20)
    with one.connect() as db:
        assert db.exec_driver_sql("SELECT n FROM told ORDER BY n").scalars().all() == [1, 7]
    for engine in (one, two):
        engine.dispose()
