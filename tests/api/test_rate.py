from __future__ import annotations

import pytest
from tests.api.door import opened

from qingjian.api.faults import Refused
from qingjian.api.rate import Rate


class Clock:
    at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_bucket_is_emptied_and_fills_again() -> None:
    clock = Clock()
    rate = Rate(5, clock)
    for _ in range(10):
        rate.take("a")
    with pytest.raises(Refused) as caught:
        rate.take("a")
    assert caught.value.http_status == 429
    assert caught.value.retry_after_s == pytest.approx(0.2)
    rate.take("b")
    clock.at += 0.2
    rate.take("a")
    with pytest.raises(Refused):
        rate.take("a")


def test_one_request_is_always_let_through_in_time() -> None:
    clock = Clock()
    rate = Rate(0.1, clock)
    rate.take("a")
    with pytest.raises(Refused) as caught:
        rate.take("a")
    assert caught.value.retry_after_s == pytest.approx(10)
    clock.at += 10.01
    rate.take("a")


def test_who_was_there_once_is_forgotten() -> None:
    clock = Clock()
    rate = Rate(5, clock)
    for n in range(10_000):
        rate.take(f"{n}")
    clock.at += 60
    rate.take("last")
    assert len(rate._left) == 1


def test_a_key_that_asks_too_often_is_told_to_wait(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with opened(tmp_path_factory.mktemp("rate"), requests_per_s=1.0) as door:
        key = door.key("busy", "auditor")
        told = [door.ask(key, "GET", "/whoami") for _ in range(4)]
        assert [a.status for a in told[:2]] == [200, 200]
        assert told[-1].status == 429
        assert told[-1].code == "rate"
        assert int(told[-1].headers["retry-after"]) >= 1
        assert door.ask(door.key("calm", "auditor"), "GET", "/whoami").status == 200
