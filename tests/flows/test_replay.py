from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.desk import opened, row

from qingjian.cases.sql import Cases
from qingjian.core.errors import BadRow, ConfigError
from qingjian.flows.replay import NO_ARCHIVE, Bench, Replayed, Row, canonical, replay
from qingjian.store.engine import open_store
from qingjian.store.tables.case import SNAPSHOT

INSTALLED = {"text.scam": "1", "text.gore": "2"}


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return Cases(open_store(f"{tmp_path}/a.db"))


def replayed(
    cases: Cases,
    now: Mapping[str, Any],
    then: Mapping[str, Any] | None = None,
    versions: Mapping[str, str] = INSTALLED,
    policy: str = "ugc 1",
) -> Replayed:
    """Give what came of a case whose run gave `then`, where it gives `now`."""
    case = opened(cases, **(then or {}))
    [told] = replay(cases, case, Bench(versions, lambda _: policy, lambda *_: {**row(), **now}))
    return told


def test_the_same_row_is_the_same_however_it_is_written(cases: Cases) -> None:
    turned = dict(reversed(row().items()))
    assert replayed(cases, {**turned, "took_ms": 99.0}).outcome == "same"


def test_the_item_and_the_detectors_that_ran_then_are_handed_on(cases: Cases) -> None:
    abstained = [{"detector": "text.gore", "reason": "too short"}]
    case = opened(cases, abstained=abstained)
    asked: list[tuple[Row, tuple[str, ...]]] = []

    def run(item: Row, kept: Row, ids: tuple[str, ...]) -> Row:
        asked.append((item, ids))
        return row(abstained=abstained)

    [told] = replay(cases, case, Bench(INSTALLED, lambda _: "ugc 1", run))
    item = {"about": {"who": "user-9"}, "id": "post-1", "text": "快转账 post-1"}
    assert asked == [(item, ("text.gore", "text.scam"))]
    assert told.outcome == "same"


def test_what_differs_is_told_side_by_side(cases: Cases) -> None:
    finding = deepcopy(row()["findings"][0])
    finding["at"]["end"] = 4
    decision = {**row()["decision"], "do": "note"}
    told = replayed(
        cases,
        {
            "findings": [finding],
            "scores": {"text.scam": 0.5},
            "decision": decision,
            "abstained": [{"detector": "text.gore", "reason": "too short"}],
        },
        {"scores": {"text.scam": 0.99}},
    )
    assert (told.outcome, told.missing) == ("differs", ())
    parts = {one.part: (one.of, one.kept, one.now) for one in told.differs}
    assert parts["findings"] == ("text.scam", row()["findings"], [finding])
    assert parts["scores"] == ("text.scam", 0.99, 0.5)
    assert parts["decision"] == ("ugc 1", row()["decision"], decision)
    assert parts["abstained"][:2] == ("text.gore", [])


def test_another_order_of_findings_differs(cases: Cases) -> None:
    first = row()["findings"][0]
    second = {**first, "detector": "text.gore"}
    ran = [{"detector": id, "version": v} for id, v in INSTALLED.items()]
    told = replayed(
        cases,
        {"findings": [second, first], "ran": ran},
        {"findings": [first, second], "ran": ran},
    )
    [one] = told.differs
    assert (one.part, one.of, one.kept) == ("findings", "order", ["text.scam", "text.gore"])


def test_a_detector_that_ran_and_does_not_run_now_differs(cases: Cases) -> None:
    told = replayed(cases, {"ran": []})
    assert [(d.part, d.of, d.kept, d.now) for d in told.differs] == [
        ("ran", "text.scam", "1", None)
    ]


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        ({}, "detector text.scam is not installed"),
        ({"text.scam": "2"}, "detector text.scam was version 1, installed is 2"),
    ],
)
def test_a_detector_that_is_not_the_same_is_named_and_left_out(
    cases: Cases, versions: dict[str, str], said: str
) -> None:
    told = replayed(cases, {"findings": [], "decision": None}, versions=versions)
    assert (told.outcome, told.missing, told.differs) == ("not_compared", (said,), ())


def test_a_detector_that_abstained_and_is_gone_is_named(cases: Cases) -> None:
    gone = {"abstained": [{"detector": "text.gone", "reason": "too short"}]}
    assert replayed(cases, {}, gone).missing == ("detector text.gone is not installed",)


def test_what_can_be_compared_is_though_something_cannot(cases: Cases) -> None:
    ran = [{"detector": "text.scam", "version": "1"}, {"detector": "text.gone", "version": "1"}]
    told = replayed(cases, {"findings": []}, {"ran": ran})
    assert told.outcome == "differs"
    assert told.missing == ("detector text.gone is not installed",)


def test_another_policy_is_named_and_its_decision_not_compared(cases: Cases) -> None:
    told = replayed(cases, {"decision": {}}, policy="ugc 2")
    assert told.outcome == "not_compared"
    assert told.missing == ("the decision was by policy ugc 1, installed is ugc 2",)


def test_a_second_opinion_is_not_asked_again(cases: Cases) -> None:
    finding = deepcopy(row()["findings"][0])
    finding["evidence"]["second_opinion"] = "clear"
    told = replayed(cases, {"findings": []}, {"findings": [finding]})
    assert (told.outcome, told.differs) == ("not_compared", ())
    assert "second opinion" in told.missing[0]


def test_what_failed_then_or_fails_now_is_named(cases: Cases) -> None:
    failed = [{"what": "text.scam", "reason": "failed: timeout"}]
    then = replayed(cases, {}, {"not_looked_at": failed, "ran": []})
    assert then.missing == ("text.scam failed then: timeout",)
    now = Bench(INSTALLED, lambda _: "ugc 1", lambda *_: row(not_looked_at=failed, ran=[]))
    [told] = replay(cases, opened(cases, "post-2"), now)
    assert told.missing == ("text.scam failed now: timeout",)


def test_a_check_that_asked_an_archive_is_named_where_there_is_none(cases: Cases) -> None:
    without = [{"detector": "text.scam", "reason": NO_ARCHIVE}]
    told = replayed(cases, {"abstained": without, "findings": [], "ran": []})
    assert told.missing == ("text.scam asked an archive then, and none is named now",)
    assert told.differs == ()


def test_an_item_that_is_gone_was_never_kept_or_was_changed_is_named(cases: Cases) -> None:
    case = opened(cases)
    bench = Bench(INSTALLED, lambda _: "ugc 1", lambda *_: row())
    item = case.seen[0].item
    mine = SNAPSHOT.c.hash == item
    with cases._engine.begin() as db:
        db.execute(sa.update(SNAPSHOT).where(mine).values(body=b"{}"))
    [told] = replay(cases, case, bench)
    assert told.missing == (f"the item {item} was changed: its bytes have another hash",)
    with cases._engine.begin() as db:
        db.execute(sa.delete(SNAPSHOT).where(mine))
    [told] = replay(cases, case, bench)
    assert told.missing == (f"the item {item} is gone",)
    from qingjian.cases.intake import Whose, sighting

    cases.take_in([sighting(row("bare"), Whose())])
    bare = next(c["id"] for c in cases.listed() if c["subject"] == "bare")
    [told] = replay(cases, cases.get(bare), bench)
    assert told.missing == ("the item was never kept",)


@pytest.mark.parametrize("error", [BadRow("no text"), ConfigError("no policy")])
def test_what_cannot_be_run_says_why(cases: Cases, error: Exception) -> None:
    def run(*_: object) -> Row:
        raise error

    [told] = replay(cases, opened(cases), Bench(INSTALLED, lambda _: "ugc 1", run))
    assert (told.outcome, told.missing) == ("not_compared", (f"it cannot be run again: {error}",))


def test_an_item_that_cannot_be_read_says_why(cases: Cases) -> None:
    told = replayed(cases, {"error": {"code": "row", "what": "no text", "hint": ""}})
    assert told.missing == ("the item cannot be read: no text",)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(0, 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values))
def test_canonical_bytes_do_not_depend_on_the_order_of_fields(value: dict[str, Any]) -> None:
    assert canonical(value) == canonical(dict(reversed(value.items())))
