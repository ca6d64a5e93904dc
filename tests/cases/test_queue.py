from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.cases.case import Case, Seen, Task
from qingjian.cases.queue import MINORS, OTHER, queue_of, rank, weight
from qingjian.cases.subject import Subject
from qingjian.core.obligations import obligations
from qingjian.core.types import SEVERITIES

seen = st.builds(
    Seen,
    at=st.just(0.0),
    row=st.just(""),
    severity=st.sampled_from(SEVERITIES),
    confidence=st.floats(0, 1),
)
reaches, voices = st.integers(-5, 2**53), st.integers(0, 10_000)


def case(one: Seen, reach: int, count: int, due_at: float, queue: str = "2.4") -> Case:
    reporters = tuple(map(str, range(count)))
    task = Task("review", 0.0, due_at)
    return Case("c", Subject("content", "s"), queue, 0.0, task, reach, (one,), reporters)


@given(seen, reaches, st.integers(0, 50), st.floats(0, 4e9))
def test_a_rank_is_a_number_and_heavier_comes_first(
    one: Seen, reach: int, count: int, due_at: float
) -> None:
    here = case(one, reach, count, due_at)
    first = rank(here)
    assert math.isfinite(first)
    assert rank(replace(here, reach=max(reach, 0) + 1)) <= first
    assert rank(case(one, reach, count + 1, due_at)) <= first
    assert rank(case(one, reach, count, due_at - 60)) < first
    assert rank(case(replace(one, confidence=1.0, severity="high"), reach, count, due_at)) <= first
    assert rank(replace(here, queue=MINORS)) < first - 1e8


@given(st.lists(seen, max_size=4), reaches, voices)
def test_one_more_finding_never_makes_a_case_lighter(
    some: list[Seen], reach: int, count: int
) -> None:
    more = [*some, Seen(0.0, "", severity="high")]
    assert weight(more, reach, count) >= weight(some, reach, count) > 0


def test_what_waits_for_nothing_comes_last() -> None:
    here = case(Seen(0.0, ""), 0, 0, 0.0)
    assert rank(replace(here, task=None)) == math.inf


@pytest.mark.parametrize(
    ("rows", "queue"),
    [
        (["2.4.kin_fraud"], "2.4"),
        (["2.6.traffic", "1.2.goods"], "1.2"),
        (["2.4.kin_fraud", "2.7.addiction"], MINORS),
        (["1.6.minors"], MINORS),
        (["house_rule"], OTHER),
        ([], OTHER),
    ],
)
def test_rows_have_their_queue(rows: list[str], queue: str) -> None:
    assert queue_of(rows) == queue


def test_every_row_of_the_notice_has_a_queue() -> None:
    for row in obligations():
        assert queue_of([row]) in (MINORS, OTHER, row.rpartition(".")[0])
