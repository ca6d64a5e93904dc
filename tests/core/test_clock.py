from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.clock import iso, now, today

LAST = 253_402_300_799  # 9999-12-31T23:59:59Z


def test_now_is_between_before_and_after() -> None:
    before = time.time()
    seen = now()
    assert before <= seen <= time.time()


@given(st.floats(0, LAST))
def test_iso_reads_back_as_the_same_whole_second(epoch_s: float) -> None:
    text = iso(epoch_s)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text)
    assert datetime.fromisoformat(text).timestamp() == int(epoch_s)


def test_iso_is_utc_whatever_the_machine_says() -> None:
    assert iso(0) == "1970-01-01T00:00:00Z"
    assert iso(1795341599.9) == "2026-11-22T09:59:59Z"


def test_today_is_the_date_of_the_clock_it_is_given() -> None:
    assert today(lambda: 86_399.0) == "1970-01-01"
    assert today(lambda: 86_400.0) == "1970-01-02"


def test_today_takes_the_machine_clock_by_default() -> None:
    before = datetime.now(UTC).date().isoformat()
    assert before <= today() <= datetime.now(UTC).date().isoformat()
