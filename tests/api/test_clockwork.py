from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, cast

import pytest
from sqlalchemy.engine import Engine
from tests.api.door import Door
from tests.cases.kept import YEAR_S, Keeping, order
from tests.flows.receiver import receiving

from qingjian.api.clockwork import Clockwork
from qingjian.api.sender import Sender
from qingjian.archive.records import Records
from qingjian.cases import acts
from qingjian.cases.orders import Orders
from qingjian.core.errors import ConfigError
from qingjian.flows.deliver import NoAnswer


def nowhere(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    raise NoAnswer("unreachable: OSError")


def test_steps_begin_and_end_by_the_clock(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    case = door.case("clockwork-1")
    cases = door.desk.cases
    start = cases.clock()
    cases.act(case, "reviewer", lambda c, at: acts.claim(c, "reviewer", at))
    ground = acts.Ground("house_rule", "规则 3.1", "冒充亲友要钱")
    later = acts.Asked("limit_distribution", 1, start + 100)
    cases.act(case, "reviewer", lambda c, at: acts.rule(c, "reviewer", ground, [later], at))
    built = door.desk.services
    clockwork = Clockwork(cases, Records(built.store), built.webhooks, nowhere)
    assert clockwork.turn() == (0, 0)
    monkeypatch.setattr(cases, "clock", lambda: start + 101)
    assert clockwork.turn()[0] == 1
    monkeypatch.setattr(cases, "clock", lambda: start + 101 + 86_400)
    assert clockwork.turn()[0] >= 1
    assert cases.get(case).dispositions[0].state == "expired"


def test_orders_end_by_the_clock(store: Engine) -> None:
    keeping = Keeping(store)
    orders, nothing = Orders(store, keeping.cases), cast(Any, None)
    ends = {"ends": orders.tick}
    clockwork = Clockwork(keeping.cases, Records(store), nothing, nowhere, **ends)
    entered = orders.enter(order(keeping.clock()), "li")
    clockwork.turn()
    assert orders.get(entered.id).ended_at is None
    keeping.clock.at += YEAR_S
    clockwork.turn()
    assert orders.get(entered.id).ended_at == keeping.clock()


def test_what_fails_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    turns = 0

    class Failing(Clockwork):
        def turn(self) -> tuple[int, int]:
            nonlocal turns
            turns += 1
            raise ConfigError("db: gone")

        def send(self) -> int:
            raise ConfigError("db: gone too")

    async def run(clockwork: Clockwork) -> None:
        work = asyncio.ensure_future(clockwork.run(0.001, 0.001))
        while turns < 3:
            await asyncio.sleep(0.005)
        work.cancel()

    nothing: Any = None
    with caplog.at_level(logging.ERROR):
        asyncio.run(run(Failing(nothing, nothing, nothing, nowhere)))
    assert "not brought up to date: db: gone" in caplog.text
    assert "webhooks were not sent: db: gone too" in caplog.text


def test_webhooks_are_sent_until_it_is_to_stop(door: Door) -> None:
    built = door.desk.services
    with receiving() as receiver:
        made, _ = built.webhooks.add(receiver.url, ["case.opened"], "li", inside=True)
        post = Sender(inside=True)
        clockwork = Clockwork(built.cases, Records(built.store), built.webhooks, post)
        door.case("clockwork-2")
        assert clockwork.send() == 1
        door.case("clockwork-3")
        clockwork.stop()
        assert clockwork.send() == 0
    built.webhooks.remove(made.id, "li")
