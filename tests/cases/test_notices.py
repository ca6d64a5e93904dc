from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from tests.cases.desk import DAY_S, GROUND, REASON, ROW, Hands, opened

from qingjian.cases import acts, appeals
from qingjian.cases.case import Case
from qingjian.cases.notices import LANGUAGES, due
from qingjian.cases.sql import Cases
from qingjian.cases.subject import KINDS
from qingjian.core.obligations import obligations
from qingjian.store.engine import open_store

GROUNDED = acts.Ground(ROW, GROUND, REASON)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def cases(store: Engine, clock: Hands) -> Cases:
    return Cases(store, clock=clock)


def ruled(cases: Cases, case: Case, *steps: acts.Asked, who: str = "li") -> Case:
    cases.act(case.id, who, lambda c, at: acts.claim(c, who, at))
    return cases.act(case.id, who, lambda c, at: acts.rule(c, who, GROUNDED, steps, at))


def words(cases: Cases, case: Case, number: int = -1) -> str:
    return cases.snapshot(case.notices[number]["words"]).decode()


def test_the_owner_is_told_step_facts_ground_reason_who_decided_and_how_to_appeal(
    cases: Cases,
) -> None:
    case = ruled(cases, opened(cases), acts.Asked("limit_distribution", 7))
    (notice,) = case.notices
    assert (notice["sent"], notice["to"], notice["about"]) == (True, "user-9", "started")
    told = words(cases, case)
    for part in ("限制传播", "2026-07-25T00:00:00Z", "asks for a transfer", GROUND, REASON):
        assert part in told
    for part in (obligations()[ROW].zh, "由人工作出", "184天", case.id, "post-1"):
        assert part in told


def test_what_the_reviewer_saw_stands_before_what_the_findings_say(cases: Cases) -> None:
    case = opened(cases)
    said = acts.Ground(ROW, GROUND, REASON, facts="自称孙子，要求转账两万元")
    cases.act(case.id, "li", lambda c, at: acts.claim(c, "li", at))
    asked = [acts.Asked("remove")]
    case = cases.act(case.id, "li", lambda c, at: acts.rule(c, "li", said, asked, at))
    assert "所见：自称孙子，要求转账两万元\n" in words(cases, case)


def test_two_who_decided_are_told_as_two_and_nothing_is_told_before(cases: Cases) -> None:
    case = ruled(cases, opened(cases), acts.Asked("block_hash"))
    assert case.notices == ()
    cases.act(case.id, "wu", lambda c, at: acts.claim(c, "wu", at))
    case = cases.act(case.id, "wu", lambda c, at: acts.approve(c, "wu", at))
    assert "由两名人员作出" in words(cases, case)


def test_a_notice_with_a_gap_is_held_and_names_the_gap(cases: Cases) -> None:
    nobody = ruled(cases, opened(cases, "post-2", owner=""), acts.Asked("remove"))
    assert (nobody.notices[0]["sent"], nobody.notices[0]["missing"]) == (False, ["to"])
    blank = opened(cases, "post-3", findings=[{**SEEN, "why": ""}])
    case = ruled(cases, blank, acts.Asked("remove"))
    assert (case.notices[0]["sent"], case.notices[0]["missing"]) == (False, ["facts"])


SEEN = {
    "detector": "text.scam",
    "severity": "high",
    "score": 0.9,
    "evidence": {},
    "against": [],
    "serves": [ROW],
}


def test_each_who_reported_is_told_the_outcome_and_nothing_else(cases: Cases) -> None:
    id = cases.report("content", "post-5", "user-9", "user-1", "有人骗钱")
    cases.report("content", "post-5", "user-9", "user-2", "骗子")
    cases.report("content", "post-5", "user-9", "user-2", "骗子！")
    case = ruled(cases, cases.get(id))
    assert [(n["to"], n["about"]) for n in case.notices] == [
        ("user-1", "handled"),
        ("user-2", "handled"),
    ]
    assert "未发现违规" in words(cases, case)
    assert REASON not in words(cases, case)


def test_a_step_taken_back_ended_or_judged_is_told(cases: Cases, clock: Hands) -> None:
    case = ruled(cases, opened(cases), acts.Asked("limit_distribution", 7))
    case = cases.act(case.id, "user-9", lambda c, at: appeals.file(c, "user-9", "是家人聊天呀", at))
    cases.act(case.id, "wu", lambda c, at: acts.claim(c, "wu", at))
    reason = "确系家人之间的对话"
    case = cases.act(case.id, "wu", lambda c, at: appeals.judge(c, "wu", "overturned", reason, at))
    assert [n["about"] for n in case.notices] == ["started", "judged", "reversed"]
    assert reason in words(cases, case, 1)
    other = ruled(cases, opened(cases, "post-6"), acts.Asked("limit_distribution", 7))
    clock.at += 8 * DAY_S
    cases.tick()
    assert cases.get(other.id).notices[-1]["about"] == "expired"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_kind_of_subject_leaves_a_gap_in_a_language(
    tmp_path: Path, lang: str, kind: str
) -> None:
    cases = Cases(open_store(str(tmp_path / "a.db")), lang=lang)
    case = cases.get(cases.report(kind, "it", "owner", "user-1", "看看这个"))
    said = acts.Ground("house_rule", GROUND, REASON, facts="seen")
    cases.act(case.id, "li", lambda c, at: acts.claim(c, "li", at))
    step = acts.Asked("stop_generation" if kind == "conversation" else "warn")
    asked = [acts.Asked("label_add")] if kind == "content" else [step]
    case = cases.act(case.id, "li", lambda c, at: acts.rule(c, "li", said, asked, at))
    assert [n["sent"] for n in case.notices] == [True, True]
    assert "{" not in words(cases, case) + words(cases, case, 0)


def test_what_tells_nothing_gives_no_notice(cases: Cases) -> None:
    case = opened(cases)
    assert due(case, acts.claim(case, "li", 0.0), []) == []
