from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.decided import agreed, appealed, decided, judged, reported, ruled
from tests.cases.desk import DAY_S, Hands, opened, row
from tests.cases.kept import Keeping, order

from qingjian.cases import authority
from qingjian.cases.acts import lift
from qingjian.cases.history import Period, histories
from qingjian.cases.intake import Whose, sighting
from qingjian.cases.orders import Orders
from qingjian.cases.sql import Cases
from qingjian.core.obligations import HOUSE_RULE
from qingjian.reports.campaign import Campaign, campaign, class_key, masked
from qingjian.store.engine import open_store

HOUR_S = 3_600.0
WEEK_S = 7 * DAY_S


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Cases, Hands]:
    hands = Hands()
    return Cases(open_store(str(tmp_path / "a.db")), clock=hands), hands


def counted(cases: Cases, period: Period, at: float = 4e9) -> Campaign:
    return campaign(histories(cases._engine, cases.tenant, until=period.end), period, at)


def now(made: Campaign) -> dict[str, Any]:
    return {name: value for name, value in made.now.figures.items() if value}


def test_intake_rulings_and_steps_are_counted_by_class_subject_and_step(
    desk: tuple[Cases, Hands],
) -> None:
    cases, hands = desk
    week = Period(hands.at, hands.at + WEEK_S)
    first, second = opened(cases, "post-1"), opened(cases, "post-2")
    app = reported(cases, "app-3", "product", "maker")
    cases.report("product", "app-3", "maker", "user-3", "我也看到了")
    hands.at += 10 * HOUR_S
    ruled(cases, first, "remove", "correct")
    hands.at += 10 * HOUR_S
    ruled(cases, second)
    agreed(cases, ruled(cases, app, "delist", row="1.1.undress_function"))
    made = counted(cases, week)
    assert now(made) == {
        "opened_by_scan": 2,
        "opened_by_report": 1,
        "reports": 2,
        "violations": 2,
        "no_violations": 1,
        "steps": 3,
        "handled": 3,
        "hours_median": 20.0,
        "hours_p90": 20.0,
    }
    assert [tuple(one.values()) for one in made.cube(house=False)] == [
        ("1.1", "product", "delist", 1, 0, 0),
        ("2.4", "content", "correct", 1, 0, 0),
        ("2.4", "content", "remove", 1, 0, 0),
    ]
    assert [tuple(one.values()) for one in made.row()["subjects"]] == [
        ("1.1", "product", 1, 0),
        ("2.4", "content", 1, 0),
    ]


def test_house_rules_stand_apart(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    case = decided(cases, "post-1", "remove", row=HOUSE_RULE)
    decided(cases, "post-2", row=HOUSE_RULE)
    cases.act(case.id, "li min", lambda c, _at: lift(c, "1.1", "已经改正，恢复"))
    made = counted(cases, Period(hands.at, hands.at + DAY_S))
    told = now(made)
    assert {k: v for k, v in told.items() if k.startswith("house")} == {
        "house_violations": 1,
        "house_no_violations": 1,
        "house_steps": 1,
        "house_steps_reversed": 1,
    }
    assert not {"violations", "no_violations", "steps", "steps_reversed"} & told.keys()
    assert list(made.cube(house=False)) == [] and len(list(made.cube(house=True))) == 1
    assert made.typical == ()


def test_appeals_and_what_they_took_back(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    start = hands.at
    for id, outcome in (("post-1", "overturned"), ("post-2", "upheld"), ("post-3", "upheld")):
        judged(cases, appealed(cases, decided(cases, id, "remove")), outcome)
    appealed(cases, decided(cases, "post-4", "remove"))
    late = decided(cases, "post-5", "remove")
    hands.at += 185 * DAY_S
    appealed(cases, late)
    told = now(counted(cases, Period(start, start + 200 * DAY_S)))
    assert (told["appeals_filed"], told["appeals_late"]) == (4, 1)
    assert (told["appeals_overturned"], told["appeals_upheld"]) == (1, 2)
    assert (told["overturn_rate"], told["steps_reversed"]) == (round(1 / 3, 4), 1)


def test_each_period_counts_its_own_and_stands_as_it_stood_at_its_end(
    desk: tuple[Cases, Hands],
) -> None:
    cases, hands = desk
    start = hands.at
    old = opened(cases, "post-1")
    slow = opened(cases, "post-2")
    hands.at += WEEK_S + HOUR_S
    ruled(cases, old, "remove")
    second = Period(start + WEEK_S, start + 2 * WEEK_S)
    made = counted(cases, second)
    assert made.before.period == Period(start, start + WEEK_S)
    assert (made.before.intake["scan"], made.now.intake["scan"]) == (2, 0)
    assert (made.before.open, made.before.overdue) == (2, 2)
    assert (made.now.open, made.now.overdue) == (1, 1)
    hands.at += WEEK_S
    ruled(cases, slow, "remove")
    assert counted(cases, second).row() == made.row()


def test_no_case_is_overdue_before_its_time(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    opened(cases, "post-1")
    days = Period(hands.at, hands.at + WEEK_S)
    assert counted(cases, days, hands.at + HOUR_S).now.overdue == 0
    assert counted(cases, days, hands.at + 25 * HOUR_S).now.overdue == 1


def test_what_the_machine_did_alone_is_no_time_of_people(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    grounds = {"scam": ("remove", "2.4.kin_fraud", "可疑的转账要求")}
    decision = {"do": "remove", "rules": ["scam"], "policy": "ugc 1", "unknown": []}
    taken = row(decision={**decision, "needs_person": False})
    cases.take_in([sighting(taken, Whose(owner="user-9", grounds=grounds))])
    told = counted(cases, Period(hands.at, hands.at + DAY_S)).now.figures
    assert (told["ruled_by_machine"], told["handled"], told["hours_median"]) == (1, 0, None)
    assert told["overturn_rate"] is None


def test_a_typical_case_names_nobody_and_still_stands(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    decided_in = {"remove": "雪中大象", "correct": "other"}
    for step, owner in decided_in.items():
        ruled(cases, opened(cases, f"post-{step}", owner), step)
    fell = ruled(cases, opened(cases, "post-9", "third"), "remove", "correct")
    judged(cases, appealed(cases, fell), "overturned")
    heavy = ruled(cases, opened(cases, "post-8", "雪中大象"), "remove", "disable_interaction")
    made = counted(cases, Period(hands.at, hands.at + DAY_S))
    (typical,) = made.typical
    assert (typical.case, typical.owner, typical.class_) == (heavy.id, "雪*象", "2.4")
    assert typical.steps == ("remove", "disable_interaction")
    assert "雪中大象" not in str(made.row()) and "post-8" not in str(made.row())


@given(st.text(max_size=30))
def test_a_mask_keeps_two_letters_at_most(name: str) -> None:
    told = masked(name)
    assert len(told) <= 3
    assert told.replace("*", "") in name or (told[0], told[-1]) == (name[0], name[-1])
    if len(name) > 1:
        assert told != name or "*" in name


def test_masks_as_bulletins_write_them() -> None:
    assert [masked(n) for n in ("雪中大象", "雪小象", "小象", "象", "")] == [
        "雪*象",
        "雪*象",
        "小*",
        "*",
        "",
    ]


def test_a_class_is_the_number_of_its_rows() -> None:
    assert [class_key(r) for r in ("2.4.kin_fraud", "0.literacy", HOUSE_RULE)] == [
        "2.4",
        "0.literacy",
        HOUSE_RULE,
    ]


def test_orders_their_items_and_steps_and_reports_to_authorities_are_counted(
    tmp_path: Path,
) -> None:
    keeping = Keeping(open_store(str(tmp_path / "a.db")))
    cases, hands = keeping.cases, keeping.clock
    start = hands.at
    orders = Orders(keeping.engine, cases)
    first = orders.enter(order(start, "post-1", "post-2"), "li")
    quiet = order(start, "post-3", number="〔2026〕13号", silence="反间谍法 第二十九条")
    second = orders.enter(quiet, "li")
    for entered in (first, second):
        ruled(cases, cases.get(entered.cases[0]), "remove", ground=entered.id)
    done = ruled(cases, reported(cases, "svc-1", "service"), "stop_generation")
    ruled(cases, reported(cases, "svc-2", "service"), "stop_generation")
    filled = authority.Filled("某市网信办", "示例科技", "已更换模型")
    cases.act(done.id, "li", lambda c, _at: authority.draft(c, 1, filled))
    cases.act(done.id, "wu", lambda c, _at: authority.approve(c, 1, "wu"))
    cases.act(done.id, "li", lambda c, _at: authority.submit(c, 1))
    made = counted(cases, Period(start, start + WEEK_S), start + WEEK_S)
    told = now(made)
    assert {k: v for k, v in told.items() if "order" in k or "authority" in k} == {
        "opened_by_order": 3,
        "orders": 2,
        "orders_silent": 1,
        "order_items": 3,
        "order_steps": 2,
        "authority_reports_due": 2,
        "authority_reports_submitted": 1,
        "authority_reports_late": 1,
    }
    assert {one.case for one in made.typical} & set(second.cases) == set()
