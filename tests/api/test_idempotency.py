from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from tests.api.door import Door

from qingjian.api.faults import Refused
from qingjian.api.idempotency import KEPT_S, Kept, Once, asked_of
from qingjian.core.errors import Conflict


class Clock:
    at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def once(store: Engine) -> Once:
    return Once(store, "default", Clock())


def test_an_answer_is_given_again_to_the_same_for_a_day(once: Once) -> None:
    assert once.begin("k_1", "a", "asked") is None
    once.done("k_1", "a", 200, b"{}")
    assert once.begin("k_1", "a", "asked") == Kept(200, b"{}")
    assert once.begin("k_2", "a", "asked") is None
    once._clock.at += KEPT_S + 1  # type: ignore[attr-defined]  # a clock of ours
    assert once.begin("k_1", "a", "asked") is None


def test_another_request_with_the_key_is_refused(once: Once) -> None:
    once.begin("k_1", "a", "asked")
    with pytest.raises(Conflict, match="at work"):
        once.begin("k_1", "a", "asked")
    once.done("k_1", "a", 200, b"{}")
    with pytest.raises(Conflict, match="another request"):
        once.begin("k_1", "a", "other")


def test_what_was_not_done_may_be_asked_again(once: Once) -> None:
    once.begin("k_1", "a", "asked")
    once.forget("k_1", "a")
    assert once.begin("k_1", "a", "asked") is None


@pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\n"])
def test_a_key_is_short_and_plain(once: Once, key: str) -> None:
    with pytest.raises(Refused):
        once.begin("k_1", key, "asked")


def test_of_many_at_once_one_does_it(once: Once) -> None:
    told: list[Any] = []

    def begin() -> None:
        try:
            told.append(once.begin("k_1", "a", "asked"))
        except Conflict as error:
            told.append(error)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [t for t in told if t is None] == [None]
    assert len(told) == 6


def test_requests_are_told_apart_by_every_part() -> None:
    parts = [("POST", "/a", "", b"{}"), ("POST", "/b", "", b"{}"), ("POST", "/a", "x", b"{}")]
    assert len({asked_of(*one) for one in [*parts, ("POST", "/a", "", b"[]")]}) == 4


def test_a_complaint_sent_twice_is_one_complaint(door: Door, tmp_path: Path) -> None:
    body = {"subject": "once-1", "words": "有人冒充我", "on_behalf_of": "user-7"}
    key = {"idempotency-key": "once-1"}
    first = door.ask("feed", "POST", "/complaints", body, headers=key)
    again = door.ask("feed", "POST", "/complaints", body, headers=key)
    assert (first.status, first.body) == (again.status, again.body)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    case = door.ask("reviewer", "GET", f"/cases/{first.json['case']}?events=1").json
    assert [e["what"] for e in case["history"]] == ["opened", "reported"]
    other = door.ask("feed", "POST", "/complaints", {**body, "words": "x"}, headers=key)
    assert (other.status, other.code) == (409, "conflict")


def test_a_refusal_is_not_kept(door: Door) -> None:
    case = door.case("once-2")
    key = {"idempotency-key": "once-2"}
    why = {"reason": "我认识当事人本人"}
    assert door.ask("reviewer", "POST", f"/cases/{case}/skip", why, headers=key).status == 409
    door.ask("reviewer", "POST", f"/cases/{case}/claim")
    assert door.ask("reviewer", "POST", f"/cases/{case}/skip", why, headers=key).status == 200
