from __future__ import annotations

import base64
from pathlib import Path

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook
from tests.cases.desk import GROUND, REASON, ROW, opened

from qingjian.cases import acts, appeals
from qingjian.cases.event import WHATS
from qingjian.cases.fold import fold
from qingjian.cases.message import TYPES, headers, message, new_secret
from qingjian.cases.sql import Cases
from qingjian.core.clock import now
from qingjian.store.engine import open_store


def test_a_secret_is_256_random_bits() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    assert len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) == 32


@settings(max_examples=20)
@given(st.text(max_size=50), st.integers(1, 10**15))
def test_signatures_are_those_of_the_specification(text: str, seq: int) -> None:
    secret, body = new_secret(), orjson.dumps({"type": "case.opened", "data": text})
    signed = headers(secret, f"w_0-{seq}", now(), body)
    assert Webhook(secret).verify(body, signed) == {"type": "case.opened", "data": text}


def test_every_kind_of_event_tells_what_it_is_about(tmp_path: Path) -> None:
    engine = open_store(str(tmp_path / "a.db"))
    cases = Cases(engine)
    case = opened(cases).id
    said = acts.Ground(ROW, GROUND, REASON)
    asked = [acts.Asked("limit_distribution", 1)]
    cases.act(case, "li", lambda c, at: acts.claim(c, "li", at))
    cases.act(case, "li", lambda c, at: acts.rule(c, "li", said, asked, at))
    cases.act(case, "user-9", lambda c, at: appeals.file(c, "user-9", "这是我和家人的聊天", at))
    cases.act(case, "wu", lambda c, at: acts.claim(c, "wu", at))
    cases.act(case, "wu", lambda c, at: appeals.judge(c, "wu", "overturned", "家人已经证实", at))
    told, so_far = {}, None
    events = list(cases.events(case))
    engine.dispose()
    for event in events:
        so_far = fold([event], so_far)
        assert so_far is not None
        if event.what in TYPES:
            body = message(event, so_far, "text")
            assert body == message(event, so_far, "text")
            told[event.what] = orjson.loads(body)["data"]
    assert set(told) == set(TYPES) - {"expired"}
    assert told["ruled"]["ruling"]["state"] == "in_force"
    assert [one["state"] for one in told["ruled"]["steps"]] == ["scheduled"]
    assert told["started"]["step"]["state"] == "active"
    assert told["appealed"]["appeal"]["state"] == "filed"
    assert told["judged"]["appeal"]["reason"] == "家人已经证实"
    assert told["reversed"]["step"]["state"] == "reversed"
    assert told["reversed"]["ruling"]["state"] == "overturned"
    assert (told["noticed"]["notice"]["to"], told["noticed"]["notice"]["text"]) == (
        "user-9",
        "text",
    )


def test_only_events_that_there_are_have_a_type() -> None:
    assert set(TYPES) <= set(WHATS)
