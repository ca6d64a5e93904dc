from __future__ import annotations

import json
import re
from pathlib import Path

from standardwebhooks.webhooks import Webhook
from tests.flows.receiver import receiving
from tests.process import Ran, qingjian

INSIDE = {"QINGJIAN_WEBHOOK_PRIVATE": "1"}


def hook(folder: Path, *words: str) -> Ran:
    return qingjian("webhook", *words, folder=folder, settings=INSIDE)


def tick(folder: Path, *words: str) -> Ran:
    return qingjian("case", "tick", *words, folder=folder, settings=INSIDE)


def test_an_endpoint_is_told_told_again_and_removed(tmp_path: Path) -> None:
    with receiving() as receiver:
        words = ("--event", "case.opened", "--who", "li")
        ran = hook(tmp_path, "add", receiver.url, *words)
        assert (ran.code, ran.err.endswith("; the secret is not shown again\n")) == (0, True)
        secret = ran.out.strip()
        assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
        id = ran.err.split()[1].rstrip(";")
        said = ("--words", "冒充我要钱", "--by", "user-7")
        qingjian("case", "report", "post-1", *said, folder=tmp_path)
        assert tick(tmp_path).out.endswith("webhooks: 1 sent\n")
        (got,) = receiver.got
        assert Webhook(secret).verify(got.body, got.headers)["type"] == "case.opened"
        assert "1 sent, 0 due, 0 dead" in hook(tmp_path, "list").out
        again = hook(tmp_path, "replay", got.headers["webhook-id"], "--who", "li")
        assert again.out == "1 due again\n"
        since = hook(tmp_path, "replay", "--since", "1", "--who", "li", "--json")
        assert json.loads(since.out) == {"due": 1}
        assert json.loads(tick(tmp_path, "--json").out)["webhooks"] == {"sent": 1}
        assert receiver.got[1].headers["webhook-id"] == got.headers["webhook-id"]
    (row,) = json.loads(hook(tmp_path, "list", "--json").out)
    assert (row["id"], row["sent"], "secret" in row) == (id, 1, False)
    assert hook(tmp_path, "resume", id, "--who", "li").out == f"{id} switched on\n"
    assert hook(tmp_path, "dead").out == "nothing is dead\n"
    assert hook(tmp_path, "dead", "--json").out == "[]\n"
    assert hook(tmp_path, "remove", id, "--who", "li").out == f"{id} removed\n"
    assert hook(tmp_path, "list").out == "there is no endpoint\n"


def test_private_addresses_need_the_setting(tmp_path: Path) -> None:
    words = ("webhook", "add", "http://127.0.0.1:9/", "--who", "li")
    ran = qingjian(*words, folder=tmp_path)
    assert (ran.code, ran.out, "webhook_private = 1" in ran.err) == (2, "", True)
    made = json.loads(hook(tmp_path, *words[1:], "--json").out)
    assert made["secret"].startswith("whsec_")


def test_a_replay_says_what(tmp_path: Path) -> None:
    hook(tmp_path, "add", "https://platform.example/", "--who", "li")
    for words in ((), ("w_1-1", "--since", "1"), ("w_1-1", "--endpoint", "w_1")):
        assert hook(tmp_path, "replay", *words, "--who", "li").code == 2
