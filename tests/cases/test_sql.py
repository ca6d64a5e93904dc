from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy.engine import Engine
from tests.cases.desk import DAY_S, GROUND, REASON, ROW, Hands, opened, seen

from qingjian.cases import acts, appeals
from qingjian.cases.acts import Asked, Ground
from qingjian.cases.case import Case
from qingjian.cases.event import Draft
from qingjian.cases.fold import fold
from qingjian.cases.sql import Cases
from qingjian.cases.subject import steps
from qingjian.core.errors import NotFound, UsageError
from qingjian.store.engine import open_store

PEOPLE = ("li", "wu", "zhou")
HEAVY = {id for id, one in steps().items() if one.approval}
ANSWERS = ("approve", "refuse", "skip", "release")
people = st.sampled_from(PEOPLE)
posts = st.sampled_from(["p1", "p2"])


class Life(RuleBasedStateMachine):
    """Cases of two posts, three people, and a clock that runs, and now and then jumps back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Hands()
        self.engine = open_store(f"{self.folder.name}/a.db")
        self.cases = Cases(self.engine, clock=self.clock)
        self.runs = 0

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()

    def _try(self, id: str, who: str, act: Callable[[Case, float], list[Draft]]) -> None:
        """Do what may be refused; what is refused leaves no trace."""
        before = self.cases.verify()
        try:
            self.cases.act(id, who, act)
        except UsageError:
            assert self.cases.verify() == before

    def _some(self, data: st.DataObject) -> str | None:
        ids = [str(row["id"]) for row in self.cases.listed()]
        return data.draw(st.sampled_from(sorted(ids))) if ids else None

    @rule(post=posts, again=st.booleans())
    def find(self, post: str, again: bool) -> None:
        self.runs += not again
        told = self.cases.take_in([seen(post, scores={"run": self.runs})])
        assert told.total() == 1

    @rule(post=posts, voice=people)
    def report(self, post: str, voice: str) -> None:
        self.cases.report("content", post, "user-9", voice, "请看看这个")

    @rule(who=people)
    def claim_next(self, who: str) -> None:
        case = self.cases.claim(who)
        if case is not None:
            assert case.task is not None and case.task.by == who
            assert who not in case.task.barred

    @precondition(lambda self: self.cases.listed())
    @rule(
        data=st.data(),
        who=people,
        asked=st.lists(st.sampled_from(["remove", "block_hash", "correct"]), unique=True),
        later=st.booleans(),
    )
    def decide(self, data: st.DataObject, who: str, asked: list[str], later: bool) -> None:
        id = self._some(data)
        assert id is not None
        self._try(id, who, lambda c, at: acts.claim(c, who, at))
        starts = self.clock() + DAY_S if later else None
        listed = [Asked(step, 3, starts) for step in asked]
        ground = Ground(ROW, GROUND, REASON)
        self._try(id, who, lambda c, at: acts.rule(c, who, ground, listed, at))

    @precondition(lambda self: self.cases.listed())
    @rule(
        data=st.data(), who=people, what=st.sampled_from(["approve", "refuse", "skip", "release"])
    )
    def answer(self, data: st.DataObject, who: str, what: str) -> None:
        id = self._some(data)
        assert id is not None
        made = {
            "approve": lambda c, at: acts.approve(c, who, at),
            "refuse": lambda c, at: acts.refuse(c, who, REASON, at),
            "skip": lambda c, at: acts.skip(c, who, REASON, at),
            "release": lambda c, at: acts.release(c, who, at),
        }
        self._try(id, who, made[what])

    @precondition(lambda self: self.cases.listed())
    @rule(data=st.data(), who=people, outcome=st.sampled_from(appeals.OUTCOMES))
    def object(self, data: st.DataObject, who: str, outcome: str) -> None:
        id = self._some(data)
        assert id is not None
        self._try(id, "user-9", lambda c, at: appeals.file(c, "user-9", REASON, at))
        self._try(id, who, lambda c, at: acts.claim(c, who, at))
        self._try(id, who, lambda c, at: appeals.judge(c, who, outcome, REASON, at, ("1.1",)))
        self._try(id, who, lambda c, at: appeals.judge(c, who, outcome, REASON, at))

    @precondition(lambda self: self.cases.listed())
    @rule(data=st.data(), overturns=st.booleans())
    def reopen(self, data: st.DataObject, overturns: bool) -> None:
        id = self._some(data)
        assert id is not None
        number = len(self.cases.get(id).rulings) if overturns else 0
        self._try(id, "li", lambda c, at: acts.reopen(c, REASON, at, overturns=number))

    @rule(days=st.sampled_from([0.01, 1.0, 4.0, 200.0, -2.0]))
    def time_goes_by(self, days: float) -> None:
        self.clock.at += days * DAY_S
        self.cases.tick()

    @invariant()
    def the_chain_is_whole_and_the_tables_are_what_it_makes_of_them(self) -> None:
        count, _ = self.cases.verify()
        assert count == sum(1 for _ in self.cases.events())
        stands = self.cases.listed()
        assert self.cases.rebuild() == len(stands)
        assert self.cases.listed() == stands
        open_ = Counter(row["subject"] for row in stands if row["waiting"])
        reopened = {e.case for e in self.cases.events() if e.what in ("reopened", "appealed")}
        assert all(n == 1 for n in open_.values()) or reopened

    @invariant()
    def nobody_judges_their_own_and_nothing_is_done_without_a_ground(self) -> None:
        for row in self.cases.listed():
            case = self.cases.get(str(row["id"]))
            events = list(self.cases.events(case.id))
            assert fold(events) == case
            for one in case.rulings:
                assert one.row and one.reason and one.approved_by != one.who
                mine = [d for d in case.dispositions if d.ruling == one.number]
                assert bool(mine) == (one.outcome == "violation")
                if one.state in ("overturned", "refused"):
                    assert not any(d.standing for d in mine)
                if one.state == "held":
                    assert {d.state for d in mine} == {"held"}
                if HEAVY & {d.step for d in mine if d.state in ("active", "expired")}:
                    assert one.approved_by
            for appeal in case.appeals:
                ruling = case.rulings[appeal.ruling - 1]
                assert appeal.judged_by not in (ruling.who, ruling.approved_by or "nobody")
            told = [n["about"] for n in case.notices if n["sent"] or n["missing"] == ["facts"]]
            assert all(n["sent"] or not case.seen for n in case.notices if n["about"] == "started")
            begun = [e for e in events if e.what == "started"]
            assert told.count("started") == len(begun)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)


def test_a_lot_is_taken_in_whole_once_and_one_subject_has_one_open_case(store: Engine) -> None:
    cases = Cases(store)
    lot = [seen("a"), seen("b"), seen("a"), seen("a", scores={"x": 1.0}), seen("c", do="pass")]
    assert cases.take_in(lot) == {"opened": 2, "joined": 1, "quiet": 1, "known": 0}
    assert cases.take_in(lot) == {"known": 4}
    assert len(cases.listed()) == 2
    (case,) = [cases.get(str(r["id"])) for r in cases.listed() if r["subject"] == "a"]
    assert len(case.seen) == 2
    assert cases.snapshot(case.seen[0].item).startswith(b'{"id":"a"')
    with pytest.raises(NotFound):
        cases.snapshot("0" * 64)


def test_tenants_do_not_see_each_other(store: Engine) -> None:
    one, other = Cases(store, "one"), Cases(store, "other")
    case = opened(one)
    assert other.listed() == [] and other.counts() == {} and other.claim("li") is None
    with pytest.raises(NotFound):
        other.get(case.id)
    with pytest.raises(NotFound):
        other.snapshot(case.seen[0].item)
    with pytest.raises(NotFound):
        other.act(case.id, "li", lambda c, at: acts.claim(c, "li", at))
    assert list(other.events()) == []
    assert one.counts() == {("2.4", "review"): 1}


def test_nobody_gets_a_case_that_another_has(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([seen(f"p{n}") for n in range(40)])

    def all_of(who: str) -> list[str]:
        got = []
        while case := cases.claim(who):
            got.append(case.id)
        return got

    with ThreadPoolExecutor(4) as four:
        taken = list(four.map(all_of, ["a", "b", "c", "d"]))
    listed = [id for ids in taken for id in ids]
    assert len(listed) == len(set(listed)) == 40
    cases.verify()


def test_many_who_are_barred_do_not_hide_the_case_behind(store: Engine) -> None:
    cases = Cases(store)
    cases.take_in([seen(f"p{n:02}") for n in range(60)])
    for _ in range(55):
        case = cases.claim("li")
        assert case is not None
        cases.act(case.id, "li", lambda c, at: acts.skip(c, "li", REASON, at))
    assert cases.claim("li") is not None
