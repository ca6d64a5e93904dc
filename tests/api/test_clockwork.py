from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from tests.api.door import Door

from qingjian.api.clockwork import Clockwork
from qingjian.archive.records import Records
from qingjian.cases import acts
from qingjian.core.errors import ConfigError


def test_steps_begin_and_end_by_the_clock(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    case = door.case("clockwork-1")
    cases = door.desk.cases
    start = cases.clock()
    cases.act(case, "reviewer", lambda c, at: acts.claim(c, "reviewer", at))
    ground = acts.Ground("house_rule", "规则 3.1", "冒充亲友要钱")
    later = acts.Asked("limit_distribution", 1, start + 100)
    cases.act(case, "reviewer", lambda c, at: acts.rule(c, "reviewer", ground, [later], at))
    clockwork = Clockwork(cases, Records(door.desk.services.store))
    assert clockwork.turn() == (0, 0)
    monkeypatch.setattr(cases, "clock", lambda: start + 101)
    assert clockwork.turn()[0] == 1
    monkeypatch.setattr(cases, "clock", lambda: start + 101 + 86_400)
    assert clockwork.turn()[0] >= 1
    assert cases.get(case).dispositions[0].state == "expired"


def test_what_fails_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    turns = 0

    class Failing(Clockwork):
        def turn(self) -> tuple[int, int]:
            nonlocal turns
            turns += 1
            raise ConfigError("db: gone")

    async def run(clockwork: Clockwork) -> None:
        work = asyncio.ensure_future(clockwork.run(0.001))
        while turns < 3:
            await asyncio.sleep(0.005)
        work.cancel()

    nothing: Any = None
    with caplog.at_level(logging.ERROR):
        asyncio.run(run(Failing(nothing, nothing)))
    assert "db: gone" in caplog.text
