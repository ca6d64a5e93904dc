from __future__ import annotations

import math
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from tests.cases.decided import agreed, decided, refused, ruled
from tests.cases.desk import DAY_S, Hands, opened

from qingjian.cases.history import ALWAYS, histories, in_force, period
from qingjian.cases.sql import Cases
from qingjian.core.errors import UsageError
from qingjian.store.engine import open_store


@pytest.fixture
def desk(store: Engine) -> tuple[Cases, Hands]:
    hands = Hands()
    return Cases(store, clock=hands), hands


def test_cases_come_in_order_as_each_stands_and_with_all_of_its_events(
    desk: tuple[Cases, Hands],
) -> None:
    cases, hands = desk
    first, second = opened(cases, "post-1"), opened(cases, "post-2")
    hands.at += 60
    ruled(cases, second, "remove")
    ruled(cases, first, "correct")
    told = list(histories(cases._engine, cases.tenant))
    assert [h.case for h in told] == [cases.get(id) for id in sorted((first.id, second.id))]
    assert [list(h.events) for h in told] == [list(cases.events(h.case.id)) for h in told]
    assert list(histories(cases._engine, "other")) == []


def test_what_came_later_is_left_out_and_what_is_old_is_passed_over(
    desk: tuple[Cases, Hands],
) -> None:
    cases, hands = desk
    old = decided(cases, "post-1", "remove")
    hands.at += DAY_S
    young = opened(cases, "post-2")
    hands.at += DAY_S
    ruled(cases, young, "remove")
    then = list(histories(cases._engine, cases.tenant, until=hands.at))
    assert [(h.case.id, h.case.state) for h in then] == [(old.id, "closed"), (young.id, "review")]
    since = histories(cases._engine, cases.tenant, since=hands.at)
    assert [h.case.id for h in since] == [young.id]
    assert list(histories(cases._engine, cases.tenant, until=old.opened_at)) == []


def test_sqlite_reads_them_along_an_index(tmp_path: Path) -> None:
    cases = Cases(open_store(str(tmp_path / "a.db")))
    words = "explain query plan select body from case_event where tenant = 'x' order by"
    with cases._engine.connect() as db:
        plan = str(db.exec_driver_sql(f'{words} "case", seq').all())
    assert "case_event_of" in plan and "TEMP" not in plan


def test_a_ruling_is_in_force_once_two_agree(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    case = decided(cases, "post-1", "block_hash")
    hands.at += 60
    refused(cases, case)
    hands.at += 60
    ruled(cases, case, "block_hash")
    hands.at += 60
    assert in_force(cases.events(case.id)) == {}
    agreed(cases, case)
    assert in_force(cases.events(case.id)) == {2: hands.at}


def test_days_are_utc_and_both_belong_to_the_period() -> None:
    days = period("2026-07-01", "2026-07-31")
    assert (days.start, days.end) == (1_782_864_000.0, 1_782_864_000.0 + 31 * DAY_S)
    assert days.holds(days.start) and not days.holds(days.end)
    assert (days.before.end, days.before.start) == (days.start, days.start - 31 * DAY_S)
    assert period("", "") == ALWAYS and ALWAYS.holds(-1e18)
    assert period("", "2026-07-31").start == -math.inf


@pytest.mark.parametrize("days", [("2026-07-02", "2026-07-01"), ("july", ""), ("", "2026-13-01")])
def test_days_that_are_none_are_refused(days: tuple[str, str]) -> None:
    with pytest.raises(UsageError):
        period(*days)


def test_a_case_knows_what_opened_it(desk: tuple[Cases, Hands]) -> None:
    cases, _ = desk
    opened(cases, "post-1")
    cases.report("content", "post-2", "", "user-2", "看看这个")
    assert sorted(h.case.source for h in histories(cases._engine, cases.tenant)) == [
        "report",
        "scan",
    ]
