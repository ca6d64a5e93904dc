"""A running desk tells a platform: at once, once, and again what a hanging target did not get."""

from __future__ import annotations

import time
from pathlib import Path

from standardwebhooks.webhooks import Webhook
from tests.api.server import Server, ended, serving
from tests.flows.receiver import Receiver, receiving
from tests.process import qingjian

INSIDE = {"QINGJIAN_WEBHOOK_PRIVATE": "1"}


def added(server: Server, receiver: Receiver) -> str:
    words = ("--event", "case.opened", "--who", "li", "--db", "desk.db")
    ran = qingjian("webhook", "add", receiver.url, *words, folder=server.folder, settings=INSIDE)
    assert ran.code == 0, ran.err
    return ran.out.strip()


def complained(server: Server, subject: str) -> str:
    body = {"subject": subject, "words": "有人冒充我的儿子要钱", "on_behalf_of": "user-7"}
    return str(server.ask("feed", "POST", "/api/v1/complaints", body).json["case"])


def arrived(receiver: Receiver, count: int) -> None:
    until = time.monotonic() + 20
    while len(receiver.got) < count:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_running_desk_tells_and_ends_well_while_a_target_hangs(tmp_path: Path) -> None:
    with (
        serving(tmp_path, QINGJIAN_JOBS="1", **INSIDE) as server,
        receiving() as answers,
        receiving(0) as hangs,
    ):
        server.key("feed", "integration")
        secret = added(server, answers)
        first = complained(server, "post-1")
        arrived(answers, 1)
        told = Webhook(secret).verify(answers.got[0].body, answers.got[0].headers)
        assert told["data"]["case"] == first
        added(server, hangs)
        complained(server, "post-2")
        arrived(hangs, 1)
        complained(server, "post-3")
        arrived(answers, 3)
        hangs.over.set()
        code, said = ended(server.process)
    assert code == 0, said
    assert "Traceback" not in said
    assert len(answers.got) == 3
