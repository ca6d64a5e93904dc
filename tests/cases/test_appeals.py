from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.desk import DAY_S, seen
from tests.cases.test_acts import Desk

from qingjian.cases.appeals import WINDOW_DAYS, file
from qingjian.core.errors import Conflict, NotAllowed, UsageError


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "a.db")
    made.claim("li")
    made.rule("li", "remove", "correct")
    return made


def test_only_the_owner_may_appeal_once_and_with_words(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.do("user-1", lambda c, at: file(c, "user-1", "我觉得没有问题", at))
    with pytest.raises(UsageError):
        desk.appeal("？")
    desk.appeal()
    with pytest.raises(Conflict, match="already"):
        desk.appeal()


def test_the_window_is_open_to_its_last_day(tmp_path: Path, desk: Desk) -> None:
    desk.clock.at += WINDOW_DAYS * DAY_S
    assert desk.appeal().state == "appeal"


def test_what_comes_late_is_kept_and_told_and_judged_by_nobody(desk: Desk) -> None:
    desk.clock.at += WINDOW_DAYS * DAY_S + 1
    case = desk.appeal()
    assert (case.state, case.appeals[0].state) == ("closed", "inadmissible")
    assert case.notices[-1]["about"] == "inadmissible"


def test_neither_who_ruled_nor_who_approved_judges(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "b.db")
    desk.claim("li")
    desk.rule("li", "block_hash")
    desk.claim("wu")
    desk.approve("wu")
    desk.appeal()
    for who in ("li", "wu"):
        assert desk.cases.claim(who) is None
        with pytest.raises(NotAllowed):
            desk.claim(who)
        with pytest.raises(NotAllowed):
            desk.judge(who, "upheld")
    desk.claim("zhou")
    assert desk.judge("zhou", "upheld").dispositions[0].state == "active"


def test_overturned_takes_all_of_the_ruling_back(desk: Desk) -> None:
    desk.appeal()
    desk.claim("wu")
    case = desk.judge("wu", "overturned")
    assert {d.state for d in case.dispositions} == {"reversed"}
    assert (case.rulings[0].state, case.state) == ("overturned", "closed")
    with pytest.raises(Conflict, match="nothing"):
        desk.appeal()


@pytest.mark.parametrize(
    ("outcome", "keep"),
    [("partly", ()), ("partly", ("9.9",)), ("overturned", ("1.1",)), ("maybe", ())],
)
def test_what_stands_is_named_where_a_part_does(
    desk: Desk, outcome: str, keep: tuple[str, ...]
) -> None:
    desk.appeal()
    desk.claim("wu")
    with pytest.raises(UsageError):
        desk.judge("wu", outcome, keep)
    assert {d.state for d in desk.case.dispositions} == {"active"}


def test_nothing_is_judged_that_was_not_appealed(desk: Desk) -> None:
    desk.appeal()
    desk.claim("wu")
    desk.judge("wu", "upheld")
    with pytest.raises(Conflict):
        desk.judge("wu", "upheld")


def test_a_ruling_that_waits_for_approval_is_not_appealed(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "b.db")
    desk.claim("li")
    desk.rule("li", "block_hash")
    with pytest.raises(Conflict):
        desk.appeal()


def test_what_was_found_meanwhile_is_reviewed_after_the_judgement(desk: Desk) -> None:
    desk.appeal()
    desk.clock.at += 60
    desk.cases.take_in([seen(scores={"text.scam": 0.5})])
    desk.claim("wu")
    case = desk.judge("wu", "upheld")
    assert (case.state, case.dispositions[0].state) == ("review", "active")
