"""The desk over HTTP: scan, store, claim, rule, approve, appeal, judge, reversed, and the proof."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.door import KIN, Answer
from tests.api.server import Server, ended, serving
from tests.browser import pictured
from tests.process import qingjian

V1 = "/api/v1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served"), QINGJIAN_JOBS="1") as made:
        made.key("feed", "integration")
        made.key("proof", "auditor")
        for name in ("rules", "agrees", "judges"):
            made.user(name, "senior_reviewer")
        yield made


def done(answer: Answer) -> Answer:
    assert answer.status == 200, answer.body
    return answer


def test_from_a_post_to_a_ruling_that_falls_on_appeal(server: Server) -> None:
    item = {"id": "post-1", "text": KIN, "about": {"who": "user-9"}}
    stored = done(server.ask("feed", "POST", f"{V1}/scan?store=true", item)).json
    assert stored["stored"]["opened"] == 1

    case = done(server.ask("rules", "POST", f"{V1}/cases/claim")).json
    assert (case["subject"]["id"], case["state"]) == ("post-1", "review")
    at = f"{V1}/cases/{case['id']}"
    ruling = {
        **{"row": "house_rule", "ground": "规则 3.1", "reason": "冒充亲友，以换号为由要钱"},
        "steps": [{"step": "remove"}, {"step": "block_hash"}],
    }
    once = {"Idempotency-Key": "ruling-1"}
    ruled = done(server.ask("rules", "POST", f"{at}/rulings", ruling, once)).json
    assert ruled["state"] == "approval"
    again = done(server.ask("rules", "POST", f"{at}/rulings", ruling, once))
    assert (again.json, again.headers["idempotency-replayed"]) == (ruled, "true")
    assert server.ask("rules", "POST", f"{at}/claim").status == 403

    done(server.ask("agrees", "POST", f"{at}/claim"))
    approved = done(server.ask("agrees", "POST", f"{at}/approve")).json
    assert {d["state"] for d in approved["dispositions"]} == {"active"}
    assert approved["notices"][0]["to"] == "user-9"

    words = {"words": "这是我和家人之间的真实聊天", "on_behalf_of": "user-9"}
    assert done(server.ask("feed", "POST", f"{at}/appeals", words)).json["appeal"]["ruling"] == 1
    for hand in ("rules", "agrees"):
        assert server.ask(hand, "POST", f"{at}/claim").status == 403
    done(server.ask("judges", "POST", f"{at}/claim"))
    judged = {"outcome": "overturned", "reason": "家人已经证实是本人"}
    closed = done(server.ask("judges", "POST", f"{at}/judgement", judged)).json
    assert {d["state"] for d in closed["dispositions"]} == {"reversed"}
    assert closed["rulings"][0]["state"] == "overturned"
    page = done(server.ask("judges", "GET", f"{V1}/subjects/content/post-1")).json
    assert page["standing"] == []

    proof = done(server.ask("proof", "GET", f"{V1}/audit/verify")).json
    told = done(server.ask("proof", "GET", f"{at}?events=1")).json["history"]
    assert proof["events"] >= len(told)
    whats = [event["what"] for event in told]
    order = ["opened", "found", "claimed", "ruled", "approved", "appealed", "judged", "reversed"]
    assert [w for w in dict.fromkeys(whats) if w in order] == order
    ran = qingjian("case", "verify", "--db", "desk.db", "--json", folder=server.folder)
    assert json.loads(ran.out)["head"] == proof["head"]


def test_a_stream_answers_while_it_is_sent(server: Server) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as wire:
        head = f"POST {V1}/scan/stream HTTP/1.1\r\nHost: desk\r\n"
        key = f"Authorization: Bearer {server.tokens['feed']}\r\n"
        wire.sendall((head + key + "Transfer-Encoding: chunked\r\n\r\n").encode())
        seen = b""
        for number in range(3):
            line = json.dumps({"id": f"row-{number}", "text": KIN}).encode() + b"\n"
            wire.sendall(b"%x\r\n%s\r\n" % (len(line), line))
            while b'"row-%d"' % number not in seen:
                part = wire.recv(65_536)
                assert part, seen
                seen += part
        wire.sendall(b"0\r\n\r\n")
        while not seen.endswith(b"0\r\n\r\n"):
            seen += wire.recv(65_536)
    assert seen.count(b'"contract":1') == 3


@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_the_page_of_the_api_without_complaint(
    server: Server, tmp_path: Path, width: int
) -> None:
    picture = tmp_path / "docs.png"
    address = f"{server.address}{V1}/docs"
    assert pictured(address, width, dark=False, picture=picture) == []
    assert picture.stat().st_size > 10_000


def test_it_drains_on_sigterm_and_ends_well(tmp_path: Path) -> None:
    with serving(tmp_path, QINGJIAN_JOBS="1") as server:
        server.key("feed", "integration")
        told: list[Answer] = []
        items = [{"id": f"{n}", "text": KIN * 20} for n in range(400)]

        def scan() -> None:
            told.append(server.ask("feed", "POST", f"{V1}/scan", items))

        asking = threading.Thread(target=scan)
        asking.start()
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        asking.join(60)
        code, said = ended(server.process)
    assert code == 0, said
    assert "Traceback" not in said
    assert [len(answer.json) for answer in told] == [400]
