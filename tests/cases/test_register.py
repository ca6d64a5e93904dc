from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from threading import Thread

import pytest
from sqlalchemy.engine import Engine
from tests.cases.desk import Hands, opened

from qingjian.cases.event import Draft, Event
from qingjian.cases.register import Register, Written
from qingjian.cases.sql import Cases
from qingjian.core.errors import Conflict, UsageError
from qingjian.core.hashing import sha256


def counted(events: Iterable[Event]) -> Counter[str]:
    return Counter(str(event.data["account"]) for event in events)


def register(engine: Engine, tenant: str = "default") -> Register[Counter[str]]:
    return Register(engine, tenant, Hands(), ("bot_closed",), counted)


def once(stand: Counter[str], at: float) -> Written:
    if stand["a"]:
        raise Conflict("a is there already")
    return [("bots", Draft("bot_closed", {"account": "a"}))]


def test_an_act_sees_how_things_stand_and_only_its_own_kinds(store: Engine) -> None:
    made, cases = register(store), Cases(store, clock=Hands())
    opened(cases)
    (event,) = made.act(" li ", once, {sha256(b"x"): ("words", b"x")})
    assert (event.who, event.case, event.what) == ("li", "bots", "bot_closed")
    assert made.stand() == {"a": 1} and cases.snapshot(sha256(b"x")) == b"x"
    assert register(store, "other").stand() == {}
    with pytest.raises(UsageError, match="nobody"):
        made.act("", once)


def test_what_is_refused_writes_nothing(store: Engine) -> None:
    made, cases = register(store), Cases(store, clock=Hands())
    made.act("li", once)
    before = cases.verify()
    with pytest.raises(Conflict):
        made.act("li", once, {sha256(b"y"): ("words", b"y")})
    assert cases.verify() == before


def test_of_those_who_act_at_once_one_finds_things_as_they_were(store: Engine) -> None:
    refused: list[Conflict] = []

    def act() -> None:
        try:
            register(store).act("li", once)
        except Conflict as error:
            refused.append(error)

    threads = [Thread(target=act) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5
    assert register(store).stand() == {"a": 1}
