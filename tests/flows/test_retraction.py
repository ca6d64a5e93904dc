from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.engine import Engine
from tests.archive.claims import CLAIM, made
from tests.cases.desk import GROUND, Hands, opened, row

from qingjian.archive.records import Records
from qingjian.cases import acts
from qingjian.cases.sql import Cases
from qingjian.flows.retraction import fall

ROW = "2.1.fabricated"


@pytest.fixture
def desk(store: Engine) -> tuple[Cases, Records, Hands]:
    engine, clock = store, Hands()
    return Cases(engine, clock=clock), Records(engine, clock), clock


def entered(records: Records, **other: Any) -> str:
    claim = made(CLAIM, **other)
    list(records.enter([claim], "li", "b"))
    records.approve(["b"], "wu")
    return claim.id


def quoting(record: str) -> list[dict[str, Any]]:
    (finding,) = row()["findings"]
    return [{**finding, "detector": "text.debunked_claim", "evidence": {"record": record}}]


def ruled(cases: Cases, id: str, *records: str) -> str:
    case = opened(cases, id) if not records else cases.get(id)
    cases.act(case.id, "li", lambda c, at: acts.claim(c, "li", at))
    said = acts.Ground(ROW, GROUND, "已有权威辟谣", records)
    asked = [acts.Asked("limit_distribution"), acts.Asked("correct")]
    cases.act(case.id, "li", lambda c, at: acts.rule(c, "li", said, asked, at))
    return case.id


def test_a_retraction_reopens_its_cases_and_reverses_their_steps(
    desk: tuple[Cases, Records, Hands],
) -> None:
    cases, records, clock = desk
    record = entered(records)
    quoted = opened(cases, "post-1", findings=quoting(record)).id
    named = opened(cases, "post-2").id
    ruled(cases, quoted, "")
    ruled(cases, named, record)
    other = ruled(cases, "post-3")
    clock.at += 60
    assert list(fall(cases, records)) == []
    records.retract([record], "li", "原辟谣有误")
    fallen = list(fall(cases, records))
    assert sorted(f.case for f in fallen) == sorted([quoted, named])
    for id in (quoted, named):
        case = cases.get(id)
        assert (case.state, case.rulings[0].state) == ("review", "overturned")
        assert {d.state for d in case.dispositions} == {"reversed"}
        assert "原辟谣有误" in case.dispositions[0].reason
        assert [n["about"] for n in case.notices][-2:] == ["reversed", "reversed"]
    assert cases.get(other).state == "closed"
    assert list(fall(cases, records)) == []


def test_what_was_ruled_after_the_change_stands(desk: tuple[Cases, Records, Hands]) -> None:
    cases, records, clock = desk
    record = entered(records)
    records.retract([record], "li", "原辟谣有误")
    clock.at += 60
    case = opened(cases, "post-1", findings=quoting(record)).id
    ruled(cases, case, "")
    assert list(fall(cases, records)) == []
