from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from qingjian.cases import tally
from qingjian.cases.tally import MOST_IDS, Tally

names = st.sampled_from(["scam", "a:b", "x>y", "诈骗"])
steps = st.sampled_from(["pass", "note", "queue"])
counters = st.dictionaries(names, st.integers(1, 2**40), max_size=3).map(Counter)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    number = st.integers(0, 2**40)
    made = Tally(draw(number), draw(number), draw(number))
    made.steps.update(draw(st.dictionaries(steps, st.integers(1, 9))))
    made.hits, made.unknown, made.fired = draw(counters), draw(counters), draw(counters)
    made.floods = draw(counters)
    made.window = draw(st.integers(0, 2_000))
    for was, now, id in draw(st.lists(st.tuples(steps, steps, st.text(max_size=4)), max_size=30)):
        made.move(was, now, id.encode("utf-8", "replace").decode())
    return made


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(first=tallies(), second=tallies())
def test_what_is_written_is_read(store: Engine, first: Tally, second: Tally) -> None:
    with store.begin() as db:
        tally.write(db, "a", {"1" * 64: first, "2" * 64: second})
        tally.write(db, "b", {"1" * 64: second})
        stood = tally.read(db, "a", ["1" * 64, "2" * 64, "3" * 64])
    assert stood == {"1" * 64: first, "2" * 64: second, "3" * 64: Tally()}


def test_later_counts_are_added_and_the_first_ids_kept() -> None:
    whole, lot = Tally(), Tally(rows=3, people=1)
    lot.hits["scam"] = 2
    for n in range(15):
        lot.move("pass", "queue", f"p{n}")
    whole.add(lot)
    whole.add(lot)
    assert (whole.rows, whole.people, whole.window) == (6, 2, 6)
    assert (whole.hits["scam"], whole.fired["scam"]) == (4, 4)
    assert whole.moved["pass", "queue"] == 30
    assert len(whole.ids["pass", "queue"]) == MOST_IDS


@pytest.mark.parametrize("count", [1, MOST_IDS + 5])
def test_a_move_keeps_the_first_ids(count: int) -> None:
    made = Tally()
    for n in range(count):
        made.move("pass", "queue", str(n))
    assert made.moved["pass", "queue"] == count
    assert made.ids["pass", "queue"] == [str(n) for n in range(min(count, MOST_IDS))]
