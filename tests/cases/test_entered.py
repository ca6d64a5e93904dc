from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine
from tests.cases.desk import DAY_S
from tests.cases.kept import Keeping, order

from qingjian.cases.entered import Entered, entered, running
from qingjian.cases.event import Event
from qingjian.cases.orders import Orders

WHY = "发文机关已经撤回"


def ids(store: Engine, tenant: str = "default") -> list[str]:
    with store.connect() as db:
        return list(running(db, tenant))


def test_an_order_runs_until_each_of_its_cases_is_rid_of_it(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping = Keeping(store)
    cases, orders = keeping.cases, Orders(store, keeping.cases)
    one = orders.enter(order(keeping.clock(), "post-1", "post-2"), "li")
    other = orders.enter(order(keeping.clock(), "post-3", number="〔2026〕13号"), "li")
    real = cases.act

    def broken(id: str, who: str, act: object) -> object:
        if id == one.cases[1]:
            raise KeyboardInterrupt
        return real(id, who, act)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(cases, "act", broken)
    with pytest.raises(KeyboardInterrupt):
        orders.close(one.id, "wu", WHY)
    assert ids(store) == [one.id, other.id] and orders.listed() == [other]
    assert [cases.get(id).order(one.id) is None for id in one.cases] == [True, False]
    monkeypatch.undo()
    assert (orders.tick(), orders.tick()) == (1, 0)
    assert ids(store) == [other.id] and ids(store, "somebody-else") == []
    ended = orders.get(one.id)
    assert (ended.closed_by, ended.ended_at) == ("wu", keeping.clock())
    assert [e.what for e in cases.events(one.id)] == [
        "order_entered",
        "order_closed",
        "order_ended",
    ]


def test_an_order_is_open_then_expired_and_closed_where_a_person_said_so() -> None:
    text = order(1_000.0)
    events = [
        Event(1, "o_1", 1_000.0, "li", "order_entered", {"row": text.row, "cases": ["a", "b"]}),
        Event(2, "x", 1_001.0, "li", "opened", {}),
    ]
    one = entered(events)["o_1"]
    assert one == Entered("o_1", text, "li", 1_000.0, ("a", "b"))
    assert [one.state(at) for at in (1_001.0, 1_000.0 + 30 * DAY_S)] == ["open", "expired"]
    events.append(Event(3, "o_1", 2_000.0, "wu", "order_closed", {"reason": WHY}))
    assert entered(events)["o_1"].state(2_000.0) == "closed"
