from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.cases.bots import Bot
from qingjian.cases.replies import Pace, seen, suspect
from qingjian.core.errors import BadRow

HOUR_S = 3_600.0


def log(count: int, every_s: float, delay_s: float, via: str = "app") -> Pace:
    paces: dict[str, Pace] = {}
    for n in range(count):
        at = n * every_s
        seen(paces, {"account": "a", "at": at, "via": via, "in_reply_to_at": at - delay_s}, ["api"])
    return paces["a"]


def bot(**other: Any) -> Bot:
    return Bot("a", "Some Ltd", "m", **other)


def test_who_answers_through_an_api_and_is_not_in_the_inventory_is_told() -> None:
    found = suspect("a", log(3, HOUR_S, 60, "api"), None)
    assert found is not None and found.why == "unregistered"
    assert found.evidence == "3 of 3 replies came through an API, and it is not in the inventory"
    assert suspect("a", log(3, HOUR_S, 60, "api"), bot()) is None
    closed = suspect("a", log(3, HOUR_S, 60, "api"), bot(state="closed"))
    assert closed is not None and closed.why == "closed"
    assert suspect("a", log(3, HOUR_S, 60), bot(state="closed")) is None


def test_who_answers_more_than_was_declared_is_told() -> None:
    busy = log(500, 60.0, 2, "api")
    assert suspect("a", busy, bot(volume=250)) is None
    over = suspect("a", busy, bot(volume=249))
    assert over is not None and over.evidence == "500 replies a day, 249 were declared"


def test_a_machines_pace_at_all_hours_is_a_suspicion_and_a_persons_is_none() -> None:
    found = suspect("a", log(60, HOUR_S, 2), None)
    assert found is not None and found.why == "pace"
    assert found.evidence.endswith("half within 2.0 s and nine of ten within 2.0 s")
    assert suspect("a", log(60, HOUR_S, 20), None) is None
    assert suspect("a", log(49, HOUR_S, 2), None) is None
    assert suspect("a", log(600, 60.0, 2), None) is None
    unknown = log(60, HOUR_S, -1)
    assert unknown.delays_s == [] and suspect("a", unknown, None) is None


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"account": 7, "at": 1},
        {"account": "a" * 201, "at": 1},
        {"account": "a"},
        {"account": "a", "at": "noon"},
        {"account": "a", "at": float("nan")},
        {"account": "a", "at": 1e300},
        {"account": "a", "at": 1, "in_reply_to_at": []},
    ],
)
def test_a_line_that_is_none_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(BadRow):
        seen({}, row, ["api"])


@given(st.lists(st.tuples(st.floats(0, 1e9), st.floats(-10, 1e4), st.booleans()), max_size=80))
def test_replies_only_add_up(rows: list[tuple[float, float, bool]]) -> None:
    paces: dict[str, Pace] = {}
    for at, delay, api in rows:
        via = "api" if api else "app"
        seen(paces, {"account": "a", "at": at, "via": via, "in_reply_to_at": at - delay}, ["api"])
    if rows:
        pace = paces["a"]
        assert (pace.replies, pace.api) == (len(rows), sum(api for _, _, api in rows))
        assert len(pace.delays_s) <= len(rows) and pace.first <= pace.last
        assert (suspect("a", pace, None) is not None) or not pace.api
