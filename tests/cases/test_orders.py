from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from tests.cases.decided import appealed, ruled
from tests.cases.desk import DAY_S, REASON, opened
from tests.cases.kept import Keeping, order

from qingjian.cases import acts, credit
from qingjian.cases.case import Case
from qingjian.cases.orders import Orders
from qingjian.core.errors import Conflict, NotFound, UsageError
from qingjian.store.engine import open_store
from qingjian.store.tables import METADATA

GROUND = "某市网信办 〔2026〕12号（网络安全法 第四十七条）"
SILENCE = "反间谍法 第二十九条"


@pytest.fixture
def desk(store: Engine) -> tuple[Keeping, Orders]:
    keeping = Keeping(store)
    return keeping, Orders(store, keeping.cases)


def told(case: Case) -> list[tuple[str, bool]]:
    return [(n["about"], n["sent"]) for n in case.notices if n["to"] == "user-9"]


def words(keeping: Keeping, case: Case) -> list[str]:
    return [keeping.cases.snapshot(n["words"]).decode() for n in case.notices if n["sent"]]


def test_each_item_opens_a_case_or_joins_it_and_comes_first(
    desk: tuple[Keeping, Orders],
) -> None:
    keeping, orders = desk
    cases = keeping.cases
    cases.report("content", "urgent", "", "user-1", "请看看这个")
    stands = opened(cases, "post-1")
    entered = orders.enter(order(keeping.clock()), " li ")
    assert entered.cases[0] == stands.id and len(set(entered.cases)) == 2
    assert orders.get(entered.id) == entered
    assert [o.id for o in orders.listed()] == [entered.id] and orders.counts() == {"open": 1}
    assert {str(r["id"]) for r in cases.listed(most=2)} == set(entered.cases)
    made = cases.get(entered.cases[1])
    assert (made.source, made.subject.owner, made.orders[0].named) == ("order", "user-9", GROUND)
    assert made.task is not None and made.task.due_at == keeping.clock() + DAY_S
    assert cases.claim("li") is not None
    cases.verify()


def test_an_order_touches_nothing_but_cases(store: Engine, desk: tuple[Keeping, Orders]) -> None:
    keeping, orders = desk

    def full() -> set[str]:
        with store.connect() as db:
            return {
                name
                for name, table in METADATA.tables.items()
                if db.execute(sa.select(table).limit(1)).first() is not None
            }

    before = full()
    orders.enter(order(keeping.clock()), "li")
    assert full() - before == {"case_event", "case_head", "case_case"}


def test_the_owner_is_told_who_ordered_it_by_which_document_on_what_basis(
    desk: tuple[Keeping, Orders],
) -> None:
    keeping, orders = desk
    entered = orders.enter(order(keeping.clock(), "post-1"), "li")
    case = ruled(keeping.cases, keeping.cases.get(entered.cases[0]), "remove", ground=entered.id)
    assert case.rulings[0].ground == GROUND and case.rulings[0].told["order"] == entered.id
    assert told(case) == [("started", True)]
    assert GROUND in words(keeping, case)[0]
    assert len(credit.credit("user-9", [case], keeping.clock()).strikes) == 1


def test_a_silent_order_holds_the_notice_with_its_ground_until_it_is_over(
    desk: tuple[Keeping, Orders],
) -> None:
    keeping, orders = desk
    cases = keeping.cases
    entered = orders.enter(order(keeping.clock(), "post-1", silence=SILENCE), "li")
    case = ruled(cases, cases.get(entered.cases[0]), "limit_distribution", ground=entered.id)
    assert told(case) == [("started", False)] and case.notices[0]["silence"] == SILENCE
    assert credit.credit("user-9", [case], keeping.clock()).left == 100
    keeping.clock.at += 29 * DAY_S
    assert orders.tick() == 0
    keeping.clock.at += 2 * DAY_S
    cases.tick()
    assert told(cases.get(case.id)) == [("started", False), ("expired", False)]
    assert orders.tick() == 1 and orders.tick() == 0
    case = cases.get(case.id)
    assert told(case)[2:] == [("started", True), ("expired", True)]
    assert GROUND in words(keeping, case)[0]
    assert orders.get(entered.id).state(keeping.clock()) == "expired"
    assert credit.credit("user-9", [case], keeping.clock()).left < 100
    keeping.clock.at += 180 * DAY_S
    assert appealed(cases, case).appeals[0].state == "filed", "the time to appeal runs from then"


def test_whoever_was_not_told_is_never_late(desk: tuple[Keeping, Orders]) -> None:
    keeping, orders = desk
    long = order(keeping.clock(), "post-1", silence=SILENCE, expires_at=keeping.clock() + 3e7)
    entered = orders.enter(long, "li")
    case = ruled(keeping.cases, keeping.cases.get(entered.cases[0]), "remove", ground=entered.id)
    keeping.clock.at += 200 * DAY_S
    assert appealed(keeping.cases, case).appeals[0].state == "filed"


def test_an_order_that_is_over_is_no_ground_and_asks_for_nothing(
    desk: tuple[Keeping, Orders],
) -> None:
    keeping, orders = desk
    cases = keeping.cases
    entered = orders.enter(order(keeping.clock()), "li")
    before = cases.get(entered.cases[0])
    keeping.clock.at += 31 * DAY_S
    with pytest.raises(Conflict, match="asks for nothing"):
        ruled(cases, before, "remove", ground=entered.id)
    assert orders.tick() == 2
    after = cases.get(before.id)
    assert after.task is not None and before.task is not None
    assert after.task.due_at > before.task.due_at and after.order(entered.id) is None
    assert orders.listed() == [] and len(orders.listed(all=True)) == 1
    other = opened(cases, "post-7")
    with pytest.raises(Conflict, match="asks for nothing in case"):
        ruled(cases, other, "remove", ground=entered.id)


def test_closing_ends_it_for_every_item_and_only_once(desk: tuple[Keeping, Orders]) -> None:
    keeping, orders = desk
    entered = orders.enter(order(keeping.clock()), "li")
    with pytest.raises(Conflict, match="was entered as"):
        orders.enter(order(keeping.clock(), "post-9"), "wu")
    closed = orders.close(entered.id, "wu", "发文机关已经撤回")
    assert (closed.closed_by, closed.state(keeping.clock())) == ("wu", "closed")
    assert all(keeping.cases.get(id).order(entered.id) is None for id in entered.cases)
    with pytest.raises(Conflict, match="is over"):
        orders.close(entered.id, "wu", "发文机关已经撤回")
    assert orders.enter(order(keeping.clock(), "post-9"), "wu").id != entered.id


def test_orders_are_made_again_from_the_chain(desk: tuple[Keeping, Orders]) -> None:
    keeping, orders = desk
    first = orders.enter(order(keeping.clock()), "li")
    orders.enter(order(keeping.clock(), "post-3", number="〔2026〕13号"), "li")
    orders.close(first.id, "wu", "发文机关已经撤回")
    before = [orders.get(o.id) for o in orders.listed(all=True)]
    keeping.cases.rebuild()
    assert [orders.get(o.id) for o in orders.listed(all=True)] == before and len(before) == 2
    assert orders.tick() == 0


def test_what_is_refused_leaves_no_trace(desk: tuple[Keeping, Orders]) -> None:
    keeping, orders = desk
    with pytest.raises(UsageError, match="is over"):
        orders.enter(order(keeping.clock() - 31 * DAY_S), "li")
    with pytest.raises(UsageError, match="nobody says"):
        orders.enter(order(keeping.clock()), " ")
    with pytest.raises(NotFound, match="no order"):
        orders.get("o_0")
    with pytest.raises(UsageError, match="has a reason"):
        orders.close("o_0", "li", "why")
    assert keeping.cases.verify()[0] == 0


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_store(str(tmp_path_factory.mktemp("ordered") / "a.db"))


tenants = iter(f"t{n}" for n in range(10_000))


@settings(max_examples=15)
@given(
    silent=st.booleans(),
    plan=st.lists(st.sampled_from(["lift", "wait", "tick", "close", "more"]), max_size=8),
)
def test_whatever_happens_the_owner_is_told_of_each_thing_once_and_not_too_early(
    one_store: Engine, silent: bool, plan: list[str]
) -> None:
    keeping = Keeping(one_store, next(tenants))
    cases, orders = keeping.cases, Orders(one_store, keeping.cases)
    text = order(keeping.clock(), "post-1", silence=SILENCE if silent else "")
    entered = orders.enter(text, "li")
    case = ruled(cases, cases.get(entered.cases[0]), "limit_distribution", ground=entered.id)
    doing: dict[str, Any] = {
        "lift": lambda: cases.act(case.id, "li", lambda c, _at: acts.lift(c, "1.1", REASON)),
        "wait": lambda: setattr(keeping.clock, "at", keeping.clock() + 12 * DAY_S),
        "tick": lambda: (cases.tick(), orders.tick()),
        "close": lambda: orders.close(entered.id, "wu", "发文机关已经撤回"),
        "more": lambda: opened(cases, "post-2"),
    }
    for what in [*plan, "wait", "wait", "wait", "tick"]:
        try:
            doing[what]()
        except (Conflict, UsageError):
            continue
        now = cases.get(case.id)
        sent = [about for about, done in told(now) if done]
        quiet = silent and now.order(entered.id) is not None
        happened = [e.what for e in cases.events(case.id) if e.what in _TOLD]
        assert sent == ([] if quiet else happened)
    cases.verify()


_TOLD = ("started", "reversed", "expired")
