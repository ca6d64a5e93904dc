from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.desk import ROW, row

from qingjian.cases.intake import Whose, sighting
from qingjian.core.errors import BadRow, UsageError
from qingjian.core.hashing import sha256

OPPOSED = {**row()["findings"][0], "detector": "text.sexual", "against": ["a lesson"]}
MINOR = {**row()["findings"][0], "severity": "low", "score": None, "evidence": {"record": "r1"}}


def test_a_row_gives_what_hit_how_sure_and_where_it_belongs() -> None:
    one = sighting(row(findings=[*row()["findings"], OPPOSED, MINOR]), Whose(owner="u", reach=9))
    assert (one.subject.kind, one.subject.id, one.subject.owner) == ("content", "post-1", "u")
    assert one.seen.detectors == {"text.scam": "1"}
    assert (one.seen.severity, one.seen.confidence, one.seen.records) == ("high", 0.99, ("r1",))
    assert (one.seen.rows, one.queue, one.due_in_s) == ((ROW,), "2.4", 24 * 3600.0)
    assert (one.asks, one.reach, one.seen.row) == (True, 9, sha256(one.row))
    assert one.found["detectors"] == {"text.scam": "1"}


def test_the_time_a_run_took_makes_no_other_row() -> None:
    assert sighting(row(took_ms=1.0), Whose()).seen == sighting(row(took_ms=7.5), Whose()).seen


@pytest.mark.parametrize(
    ("do", "needs", "asks"),
    [
        ("pass", False, False),
        ("pass", True, False),
        ("keep", True, False),
        ("note", False, False),
        ("note", True, True),
        ("label", False, True),
        ("queue", False, True),
        ("remove", True, True),
        ("drop", True, True),
    ],
)
def test_what_asks_for_a_person(do: str, needs: bool, asks: bool) -> None:
    decision = {**row()["decision"], "do": do, "needs_person": needs}
    assert sighting(row(decision=decision), Whose()).asks is asks


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"id": "x"},
        row(decision=None),
        row(decision={"do": "fly", "rules": [], "policy": "", "needs_person": False}),
        row(decision={"do": [], "rules": [], "policy": "", "needs_person": False}),
        row(findings=[{}]),
        row(findings=None),
        row(findings=[{**OPPOSED, "against": [], "severity": "awful"}]),
        row(findings=[{**OPPOSED, "against": [], "score": "high"}]),
        row(ran=[{"detector": "x"}]),
        row(ran=7),
        row(error={"code": "row", "what": "line 3 is no JSON", "hint": ""}),
        row(id="x" * 300),
        row(id=""),
        [],
        None,
        "post",
    ],
)
def test_what_is_no_row_is_refused(bad: Any) -> None:
    with pytest.raises((BadRow, UsageError)):
        sighting(bad, Whose())


keys = st.sampled_from(["id", "decision", "findings", "scores", "ran", "error", "abstained"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["do", "against", "detector", "score"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(keys, values))
def test_no_row_however_bent_does_anything_else(changed: dict[str, Any]) -> None:
    try:
        one = sighting({**row(), **changed}, Whose())
    except (BadRow, UsageError):
        return
    assert 0 <= one.seen.confidence <= 1
