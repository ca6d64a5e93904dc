from __future__ import annotations

import pytest
from tests.api.door import Answer, Door
from tests.api.routes.test_labels import sent

from qingjian.api import in_force
from qingjian.api.rate import Rate
from qingjian.core.hashing import sha256

RED = "一个无害的红色方块，给测试用"
WHY = {"reason": "spoke with whoever it shows"}


@pytest.fixture(autouse=True)
def quick(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hashes be handed in as fast as tests do."""
    monkeypatch.setattr(door.desk, "handed_in", Rate(1_000.0))


def hand_in(door: Door, text: str = RED) -> str:
    made = door.ask("", "POST", "/blocked", {"sha256": sha256(text.encode())})
    assert made.status == 200, made.body
    in_force.Ticket.model_validate(made.json)
    return str(made.json["ticket"])


def newest(door: Door) -> Answer:
    listed = door.ask("senior", "GET", "/blocked")
    in_force.Blocked.model_validate(listed.json[-1])
    return listed


def test_copies_are_queued_once_a_person_agreed_until_the_ticket_takes_it_back(door: Door) -> None:
    ticket = hand_in(door)
    id = newest(door).json[-1]["id"]
    item = {"id": "blocked-1", "text": RED}
    assert door.ask("feed", "POST", "/scan", item).json["findings"] == []
    assert door.ask("senior", "POST", f"/blocked/{id}/approve", WHY).json["state"] == "approved"
    row = door.ask("feed", "POST", "/scan", item).json
    assert (row["decision"]["do"], row["findings"][0]["detector"]) == ("queue", "blocked.hash")
    streamed = door.ask("feed", "POST", "/scan/stream", item)
    assert streamed.json["findings"] == row["findings"]
    stored = door.ask("feed", "POST", "/scan?store=true", {**item, "id": "blocked-2"}).json
    assert stored["stored"]["opened"] == 1
    (case,) = door.ask("reviewer", "GET", "/cases?subject=blocked-2").json["cases"]
    assert case["severity"] == "high"
    for route in ("read", "verify"):
        no = sent(door, f"/label/{route}", RED.encode(), "x.txt")
        assert (no.status, no.code) == (451, "blocked")
    asked = {"sha256": sha256(RED.encode())}
    assert door.ask("feed", "POST", "/blocked/check", asked).json == {"blocked": True}
    page = door.ask("auditor", "GET", "/metrics").body.decode()
    assert 'qingjian_blocked_hashes{state="approved"} 1.0' in page
    assert "qingjian_copies_found_total 6.0" in page
    assert door.ask("", "POST", "/blocked/withdraw", {"ticket": ticket}).status == 204
    assert door.ask("", "POST", "/blocked/withdraw", {"ticket": ticket}).status == 409
    assert door.ask("feed", "POST", "/scan", item).json["findings"] == []
    assert door.ask("feed", "POST", "/blocked/check", asked).json == {"blocked": False}


def test_nothing_but_a_hash_is_taken_and_none_of_it_is_said_again(door: Door) -> None:
    before = len(newest(door).json)
    good = sha256(b"blocked-other")
    for more in (
        {"contact": "li@example.org"},
        {"picture": "aGFybWxlc3M="},
        {"sha256": "li@example.org"},
        {"perceptual": "li@example.org"},
        {"sha256": [good]},
    ):
        no = door.ask("", "POST", "/blocked", {"sha256": good, **more})
        assert (no.status, no.code) == (422, "invalid")
        assert b"example.org" not in no.body and b"aGFy" not in no.body
    assert door.ask("", "POST", "/blocked", body=b"\xff\xd8\xff a picture").status in (400, 422)
    assert len(newest(door).json) == before


def test_the_public_hands_in_slowly_and_people_alone_agree(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.desk, "handed_in", Rate(0.01))
    hand_in(door, "blocked-slow")
    again = door.ask("", "POST", "/blocked", {"sha256": sha256(b"x")})
    assert (again.status, again.code) == (429, "rate")
    id = newest(door).json[-1]["id"]
    key = door.key("blocked-key", "senior_reviewer")
    for who in ("reviewer", "admin", "feed", key):
        assert door.ask(who, "POST", f"/blocked/{id}/approve", WHY).status == 403
    assert door.ask("senior", "POST", f"/blocked/{id}/refuse", WHY).json["state"] == "refused"
    assert door.ask("senior", "POST", f"/blocked/{id}/approve", WHY).status == 409
