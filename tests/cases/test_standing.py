from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.cases.desk import opened, seen

from qingjian.cases.sql import Cases
from qingjian.cases.standing import (
    bodies,
    case_row,
    disposition_rows,
    keep,
    known,
    open_cases,
    write,
)
from qingjian.store.tables.case import CASE, SNAPSHOT


def test_what_was_kept_is_known_and_kept_once(store: Engine) -> None:
    lot = [seen(f"p{n}") for n in range(450)]
    with store.begin() as db:
        for _ in range(2):
            keep(db, "a", bodies(lot), 1.0)
        assert db.scalar(sa.select(sa.func.count()).select_from(SNAPSHOT)) == 900
        keep(db, "b", bodies(lot[:1]), 1.0)
        assert db.scalar(sa.select(sa.func.count()).select_from(SNAPSHOT)) == 902
        assert known(db, "a", lot) == set()
    cases = Cases(store)
    cases.take_in(lot)
    with store.connect() as db:
        assert len(known(db, "default", [*lot, seen("other")])) == 450


def test_the_open_case_of_a_subject_is_found_by_kind_and_id(store: Engine) -> None:
    cases = Cases(store)
    case = opened(cases, "same")
    cases.report("account", "same", "same", "user-1", "一直在骗人")
    with store.connect() as db:
        found = open_cases(db, "default", [("content", "same"), ("account", "none")])
        assert found == {("content", "same"): case}
        assert open_cases(db, "other", [("content", "same")]) == {}


def test_a_case_is_put_down_in_place_of_how_it_stood(store: Engine) -> None:
    case = opened(Cases(store))
    with store.begin() as db:
        for _ in range(2):
            write(db, "default", [case])
        rows = db.execute(sa.select(CASE)).all()
    assert [dict(r._mapping) for r in rows] == [case_row("default", case)]
    assert disposition_rows("default", case) == []
