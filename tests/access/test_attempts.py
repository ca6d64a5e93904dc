from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.access.hands import Hands

from qingjian.access.attempts import Attempts
from qingjian.core.errors import TooManyTries
from qingjian.store.engine import open_store
from qingjian.store.tables.access import ATTEMPT

MINUTE = 60.0


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_store(str(tmp_path / "a.db"))


def failing(attempts: Attempts, times: int, name: str = "li") -> list[bool]:
    return [attempts.begin("default", name) for _ in range(times)]


def refused(begin: Callable[[], object]) -> bool:
    try:
        begin()
    except TooManyTries:
        return True
    return False


def test_after_ten_failures_a_name_is_refused_for_a_quarter_of_an_hour(engine: Engine) -> None:
    clock = Hands()
    attempts = Attempts(engine, clock)
    assert failing(attempts, 10) == [False] * 9 + [True]
    for minutes in (0, 5, 9.9):
        clock.at += minutes * MINUTE
        with pytest.raises(TooManyTries, match="too many failed") as told:
            attempts.begin("default", "li")
        assert told.value.http_status == 429
    failing(attempts, 1, "wang")
    assert not refused(lambda: attempts.begin("other", "li"))
    clock.at += 0.2 * MINUTE
    assert failing(attempts, 1) == [False], "what was refused did not count"


def test_failures_further_apart_are_not_counted_together(engine: Engine) -> None:
    clock = Hands()
    attempts = Attempts(engine, clock)
    for _ in range(30):
        assert failing(attempts, 1) == [False]
        clock.at += 100.0
    with engine.connect() as db:
        kept = db.scalar(sa.select(sa.func.count()).select_from(ATTEMPT))
    assert kept is not None and kept <= 19, "what is older than half an hour is gone"


def test_a_success_forgets_the_failures(engine: Engine) -> None:
    attempts = Attempts(engine, Hands())
    failing(attempts, 9)
    with engine.begin() as db:
        attempts.forget(db, "default", "li")
    assert failing(attempts, 10) == [False] * 9 + [True]


def test_many_at_once_are_no_way_around_the_count(engine: Engine) -> None:
    attempts = Attempts(engine, Hands())
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: refused(lambda: failing(attempts, 1)), range(40)))
    assert told.count(False) <= 10


def test_what_was_typed_as_a_name_is_not_kept(engine: Engine) -> None:
    failing(Attempts(engine, Hands()), 1, "my secret password")
    with engine.connect() as db:
        assert "secret" not in str(db.execute(sa.select(ATTEMPT)).all())
