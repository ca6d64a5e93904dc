from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from tests.cases.desk import GROUND, REASON, ROW, Hands, opened
from tests.flows.receiver import Receiver, receiving

from qingjian.api.sender import Sender
from qingjian.cases import acts
from qingjian.cases.case import Case
from qingjian.cases.sql import Cases
from qingjian.cases.webhooks import LEASE_S, RETRIES_S, Webhooks
from qingjian.core.clock import now
from qingjian.flows.deliver import NoAnswer, deliver
from qingjian.store.engine import open_store

POST = Sender(inside=True, timeout_s=0.4)
SENDS = """
import sys
from qingjian.api.sender import Sender
from qingjian.cases.webhooks import Webhooks
from qingjian.flows.deliver import deliver
from qingjian.store.engine import open_store
deliver(Webhooks(open_store(sys.argv[1])), Sender(inside=True))
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Cases, Webhooks, Hands]]:
    engine, clock = open_store(str(tmp_path / "a.db")), Hands()
    yield Cases(engine, clock=clock), Webhooks(engine, clock=clock), clock
    engine.dispose()


def ruled(cases: Cases, id: str = "post-1") -> Case:
    case = opened(cases, id)
    cases.act(case.id, "li", lambda c, at: acts.claim(c, "li", at))
    said = acts.Ground(ROW, GROUND, REASON)
    asked = [acts.Asked("limit_distribution", 1)]
    return cases.act(case.id, "li", lambda c, at: acts.rule(c, "li", said, asked, at))


def types(receiver: Receiver) -> list[str]:
    return [one.json["type"] for one in receiver.got]


def test_a_platform_is_told_what_was_ruled_signed_and_in_order(store: Engine) -> None:
    cases, hooks = Cases(store), Webhooks(store)
    with receiving() as receiver:
        _, secret = hooks.add(receiver.url, [], "li", inside=True)
        case = ruled(cases)
        assert deliver(hooks, POST) == {"sent": 4}
        assert deliver(hooks, POST) == {}
    assert types(receiver) == ["case.opened", "case.ruled", "disposition.started", "notice.sent"]
    told = receiver.got[2].json["data"]
    assert (told["case"], told["owner"]) == (case.id, "user-9")
    assert told["subject"] == {"kind": "content", "id": "post-1"}
    assert (told["step"]["step"], told["step"]["state"]) == ("limit_distribution", "active")
    assert (told["ruling"]["row"], told["ruling"]["automated"]) == (ROW, False)
    assert REASON in receiver.got[3].json["data"]["notice"]["text"]
    for one in receiver.got:
        assert Webhook(secret).verify(one.body, one.headers) == one.json
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(one.body + b" ", one.headers)
        assert b'"li"' not in one.body


def test_what_fails_is_sent_again_under_the_same_id(desk: tuple[Cases, Webhooks, Hands]) -> None:
    cases, hooks, clock = desk
    with receiving(500, 200) as receiver:
        hooks.add(receiver.url, ["disposition.started"], "li", inside=True)
        ruled(cases)
        assert deliver(hooks, POST) == {"due": 1}
        assert hooks.listed()[0].failing_since == clock.at
        clock.at += RETRIES_S[0] - 1
        assert deliver(hooks, POST) == {}
        clock.at += 1
        assert deliver(hooks, POST) == {"sent": 1}
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert hooks.listed()[0].failing_since is None


def test_it_is_given_up_after_eight_tries_and_sent_again_on_demand(
    desk: tuple[Cases, Webhooks, Hands],
) -> None:
    cases, hooks, clock = desk
    with receiving(500) as receiver:
        hooks.add(receiver.url, ["case.ruled"], "li", inside=True)
        ruled(cases)
        for wait_s in (*RETRIES_S, 0.0):
            assert hooks.dead() == []
            assert sum(deliver(hooks, POST).values()) == 1
            clock.at += wait_s
        (dead,) = hooks.dead()
        assert (dead.tries, dead.last, len(receiver.got)) == (8, "HTTP 500", 8)
        assert deliver(hooks, POST) == {}
        receiver.status = [204]
        assert hooks.replay(dead.id, "li") == 1
        assert deliver(hooks, POST) == {"sent": 1}
        assert hooks.dead() == []
        assert {one.headers["webhook-id"] for one in receiver.got} == {dead.id}


def test_a_message_waits_for_those_of_its_own_case_alone(
    desk: tuple[Cases, Webhooks, Hands],
) -> None:
    cases, hooks, clock = desk
    with receiving() as receiver:
        hooks.add(receiver.url, [], "li", inside=True)
        bad, good = ruled(cases, "post-1"), ruled(cases, "post-2")
        receiver.choose = lambda got: 500 if got.json["data"]["case"] == bad.id else 200
        assert deliver(hooks, POST) == {"due": 1, "sent": 4}
        arrived = [g.json["data"]["seq"] for g in receiver.got if good.id in g.body.decode()]
        assert arrived == sorted(arrived)
        receiver.choose = None
        clock.at += RETRIES_S[0]
        assert deliver(hooks, POST) == {"sent": 4}
        assert types(receiver)[-4:] == [
            "case.opened",
            "case.ruled",
            "disposition.started",
            "notice.sent",
        ]


def test_a_target_that_hangs_costs_its_time_out_alone(desk: tuple[Cases, Webhooks, Hands]) -> None:
    cases, hooks, clock = desk
    with receiving(0) as hangs, receiving() as answers:
        slow, _ = hooks.add(hangs.url, ["case.opened"], "li", inside=True)
        hooks.add(answers.url, ["case.opened"], "li", inside=True)
        for n in range(30):
            opened(cases, f"post-{n}")
        post = Sender(inside=True, timeout_s=2)  # ample for those who answer
        began = time.monotonic()
        told = deliver(hooks, post)
        assert time.monotonic() - began < 10  # one after the other: 60 s
        assert (told["sent"], told["due"]) == (30, 4)
        assert len(hangs.got) == 4
        clock.at += 5
        assert deliver(hooks, POST) == {"due": 1}
        assert hooks.counts()[(slow.id, "due")] == 30


def test_410_switches_off_until_somebody_resumes(desk: tuple[Cases, Webhooks, Hands]) -> None:
    cases, hooks, clock = desk
    with receiving(410) as receiver:
        made, _ = hooks.add(receiver.url, ["case.opened"], "li", inside=True)
        opened(cases, "post-1")
        assert deliver(hooks, POST) == {"due": 1}
        assert not hooks.listed()[0].active
        opened(cases, "post-2")
        clock.at += 100_000
        assert deliver(hooks, POST) == {}
        receiver.status = [200]
        hooks.resume(made.id, "li")
        assert deliver(hooks, POST) == {"sent": 2}


def test_a_redirect_is_a_failure_and_not_followed(desk: tuple[Cases, Webhooks, Hands]) -> None:
    cases, hooks, _ = desk
    with receiving(302) as receiver, receiving() as other:
        receiver.headers = {"Location": other.url}
        hooks.add(receiver.url, ["case.opened"], "li", inside=True)
        opened(cases)
        assert deliver(hooks, POST) == {"due": 1}
        assert other.got == []


def test_what_was_taken_and_not_recorded_is_due_again(desk: tuple[Cases, Webhooks, Hands]) -> None:
    cases, hooks, clock = desk
    with receiving() as receiver:
        hooks.add(receiver.url, ["case.opened"], "li", inside=True)
        opened(cases)
        hooks.enlist()
        (taken,) = hooks.take(8, {})  # whoever took it dies
        assert deliver(hooks, POST) == {}
        clock.at += 60
        assert deliver(hooks, POST) == {"sent": 1}
        assert receiver.got[0].headers["webhook-id"] == taken.delivery.id


def test_what_a_killed_sender_had_under_way_is_sent_again(tmp_path: Path) -> None:
    url = str(tmp_path / "a.db")
    engine = open_store(url)
    hooks = Webhooks(engine)
    with receiving(0) as receiver:
        hooks.add(receiver.url, ["case.opened"], "li", inside=True)
        opened(Cases(engine))
        sender = subprocess.Popen([sys.executable, "-c", SENDS, url])
        while not receiver.got:
            assert sender.poll() is None
            time.sleep(0.01)
        sender.kill()
        sender.wait()
        receiver.status = [200]
        assert deliver(hooks, POST) == {}
        assert deliver(Webhooks(engine, clock=lambda: now() + LEASE_S), POST) == {"sent": 1}
    engine.dispose()
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_two_senders_do_not_send_the_same(store: Engine) -> None:
    cases, hooks = Cases(store), Webhooks(store)
    with receiving() as receiver, ThreadPoolExecutor(2) as pool:
        hooks.add(receiver.url, ["case.opened"], "li", inside=True)
        for n in range(20):
            opened(cases, f"post-{n}")
        both = [pool.submit(deliver, hooks, POST) for _ in range(2)]
        assert sum(one.result()["sent"] for one in both) == 20
    assert len({one.headers["webhook-id"] for one in receiver.got}) == len(receiver.got) == 20


def test_nothing_is_begun_once_it_is_to_stop(desk: tuple[Cases, Webhooks, Hands]) -> None:
    from threading import Event

    cases, hooks, _ = desk
    hooks.add("https://platform.example/", ["case.opened"], "li")
    opened(cases)
    over = Event()

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        over.set()
        raise NoAnswer("unreachable: OSError")

    assert deliver(hooks, post, over) == {"due": 1}
    assert deliver(hooks, post, over) == {}


def test_what_becomes_due_while_a_target_hangs_goes_out_meanwhile(
    desk: tuple[Cases, Webhooks, Hands],
) -> None:
    cases, hooks, _ = desk
    with receiving(0) as hangs, receiving() as answers, ThreadPoolExecutor(1) as beside:
        for one in (hangs, answers):
            hooks.add(one.url, ["case.opened"], "li", inside=True)

        def arrived(count: int) -> None:
            until = time.monotonic() + 20
            while not (hangs.got and len(answers.got) == count):
                assert time.monotonic() < until
                time.sleep(0.01)

        opened(cases, "post-1")
        sending = beside.submit(deliver, hooks, Sender(inside=True, timeout_s=60))
        arrived(1)
        opened(cases, "post-2")
        arrived(2)
        assert not sending.done()
        hangs.over.set()
        sending.result(20)
