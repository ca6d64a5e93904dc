from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.desk import DAY_S, GROUND, REASON, ROW, Hands, opened, row

from qingjian.cases import acts, appeals
from qingjian.cases.acts import Asked, Ground
from qingjian.cases.case import Case
from qingjian.cases.intake import Whose, sighting
from qingjian.cases.sql import Act, Cases
from qingjian.core.errors import Conflict, NotAllowed, UsageError
from qingjian.store.engine import open_store

GROUNDED = Ground(ROW, GROUND, REASON)


class Desk:
    """One case, and people who act in it."""

    def __init__(self, path: Path) -> None:
        self.clock = Hands()
        self.cases = Cases(open_store(str(path)), clock=self.clock)
        self.id = opened(self.cases).id

    def do(self, who: str, act: Act) -> Case:
        return self.cases.act(self.id, who, act)

    def claim(self, who: str) -> Case:
        return self.do(who, lambda c, at: acts.claim(c, who, at))

    def rule(self, who: str, *steps: str, ground: Ground = GROUNDED) -> Case:
        asked = [Asked(step) for step in steps]
        return self.do(who, lambda c, at: acts.rule(c, who, ground, asked, at))

    def snooze(self, who: str, until: float) -> Case:
        return self.do(who, lambda c, at: acts.snooze(c, who, until, REASON, at))

    def approve(self, who: str) -> Case:
        return self.do(who, lambda c, at: acts.approve(c, who, at))

    def appeal(self, words: str = "这是我和家人的聊天") -> Case:
        return self.do("user-9", lambda c, at: appeals.file(c, "user-9", words, at))

    def judge(self, who: str, outcome: str, keep: tuple[str, ...] = ()) -> Case:
        return self.do(who, lambda c, at: appeals.judge(c, who, outcome, "复核后的理由", at, keep))

    @property
    def states(self) -> list[str]:
        return [d.state for d in self.case.dispositions]

    @property
    def case(self) -> Case:
        return self.cases.get(self.id)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "a.db")


def test_a_lease_keeps_others_out_until_it_is_over(desk: Desk) -> None:
    desk.claim("li")
    with pytest.raises(Conflict, match="is with li"):
        desk.claim("wu")
    with pytest.raises(Conflict, match="is with li"):
        desk.rule("wu", "remove")
    desk.clock.at += acts.LEASE_S
    with pytest.raises(Conflict, match="was not claimed"):
        desk.rule("li", "remove")
    assert desk.claim("wu").task is not None


def test_claiming_again_prolongs_the_lease(desk: Desk) -> None:
    desk.claim("li")
    desk.clock.at += acts.LEASE_S - 1
    task = desk.claim("li").task
    assert task is not None and task.until == desk.clock.at + acts.LEASE_S


def test_what_is_put_off_is_not_offered_before_and_never_past_its_due_time(desk: Desk) -> None:
    desk.claim("li")
    at = desk.clock.at
    for until in (at, at - 1, at + 30 * DAY_S):
        with pytest.raises(UsageError):
            desk.snooze("li", until)
    desk.snooze("li", at + 3600)
    assert desk.cases.claim("wu") is None
    desk.clock.at += 3600
    assert desk.cases.claim("wu") is not None


def test_whoever_passed_it_on_is_not_offered_it_again(desk: Desk) -> None:
    desk.claim("li")
    desk.do("li", lambda c, at: acts.skip(c, "li", REASON, at))
    assert desk.cases.claim("li") is None
    with pytest.raises(NotAllowed):
        desk.claim("li")
    assert desk.cases.claim("wu") is not None


@pytest.mark.parametrize(
    "ground",
    [
        Ground(ROW, "", REASON),
        Ground(ROW, "  ", REASON),
        Ground(ROW, GROUND, "坏"),
        Ground(ROW, GROUND, " " * 50),
        Ground(ROW, GROUND, "长" * 5_001),
        Ground("2.3.taste", GROUND, REASON),
        Ground("9.9.none", GROUND, REASON),
    ],
)
def test_no_step_without_row_ground_and_reason(desk: Desk, ground: Ground) -> None:
    desk.claim("li")
    with pytest.raises(UsageError):
        desk.rule("li", "remove", ground=ground)
    assert desk.case.dispositions == ()


def test_a_step_begins_when_it_is_to_and_ends_by_itself(desk: Desk) -> None:
    desk.claim("li")
    later = Asked("limit_distribution", 2, desk.clock.at + DAY_S)
    desk.do("li", lambda c, at: acts.rule(c, "li", GROUNDED, [later], at))
    assert desk.states[0] == "scheduled"
    desk.clock.at += DAY_S
    assert desk.cases.tick() == 1
    assert desk.states[0] == "active"
    assert desk.cases.tick() == 0
    desk.clock.at += 2 * DAY_S
    desk.cases.tick()
    assert desk.states[0] == "expired"


def test_a_step_whose_whole_time_went_by_begins_and_ends(desk: Desk) -> None:
    desk.claim("li")
    later = Asked("limit_distribution", 2, desk.clock.at + DAY_S)
    desk.do("li", lambda c, at: acts.rule(c, "li", GROUNDED, [later], at))
    desk.clock.at += 9 * DAY_S
    assert desk.cases.tick() == 2
    assert [n["about"] for n in desk.case.notices] == ["started", "expired"]


def test_a_heavy_step_never_begins_without_a_second_person(desk: Desk) -> None:
    desk.claim("li")
    desk.rule("li", "remove", "block_hash")
    desk.clock.at += 400 * DAY_S
    desk.cases.tick()
    assert {d.state for d in desk.case.dispositions} == {"held"}
    with pytest.raises(NotAllowed):
        desk.claim("li")
    with pytest.raises(Conflict):
        desk.approve("wu")
    desk.claim("wu")
    case = desk.approve("wu")
    assert {d.state for d in case.dispositions} == {"active"}
    assert case.ruling is not None and case.ruling.approved_by == "wu"


def test_whoever_reached_many_is_ruled_on_by_two(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a.db")
    far = acts.MOST_REACH + 1
    desk.cases.take_in([sighting(row("post-1", took_ms=2.0, scores={"a": 1}), Whose(reach=far))])
    desk.claim("li")
    assert desk.rule("li", "label_add").state == "approval"


def test_ruling_that_nothing_was_violated_takes_back_what_stands(desk: Desk) -> None:
    desk.claim("li")
    desk.rule("li", "remove")
    desk.do("wu", lambda c, at: acts.reopen(c, "又看了一遍原文", at))
    desk.claim("wu")
    case = desk.rule("wu")
    assert [d.state for d in case.dispositions] == ["reversed"]
    assert (case.state, [r.outcome for r in case.rulings]) == (
        "closed",
        ["violation", "no_violation"],
    )


def test_an_open_case_needs_no_reopening(desk: Desk) -> None:
    assert desk.do("li", lambda c, at: acts.reopen(c, "又看了一遍原文", at)).events == 2


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_nothing_waits_for_approval_in_a_review(desk: Desk, act: str) -> None:
    desk.claim("wu")
    with pytest.raises(Conflict, match="waits for review"):
        if act == "approve":
            desk.approve("wu")
        else:
            desk.do("wu", lambda c, at: acts.refuse(c, "wu", REASON, at))


def test_a_closed_case_takes_no_act(desk: Desk) -> None:
    desk.claim("li")
    desk.rule("li", "remove")
    for act in (
        lambda c, at: acts.claim(c, "li", at),
        lambda c, at: acts.release(c, "li", at),
        lambda c, at: acts.rule(c, "li", GROUNDED, [], at),
        lambda c, at: acts.lift(c, "9.9", REASON),
    ):
        with pytest.raises(Conflict):
            desk.do("li", act)
