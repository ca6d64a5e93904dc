"""
Decided cases for tests, made as people make them: claimed, ruled, approved, appealed, judged.
"""

from __future__ import annotations

from typing import Any

from tests.cases.desk import GROUND, REASON, ROW, opened

from qingjian.cases import acts, appeals
from qingjian.cases.case import Case
from qingjian.cases.sql import Cases


def ruled(
    cases: Cases, case: Case, *steps: str | acts.Asked, who: str = "li min", **other: Any
) -> Case:
    """Claim a case and rule on it; without a step nothing was violated."""
    asked = [acts.Asked(one) if isinstance(one, str) else one for one in steps]
    said = acts.Ground(
        **{"row": ROW, "ground": GROUND, "reason": REASON, "facts": "发来转账要求", **other}
    )
    cases.act(case.id, who, lambda one, at: acts.claim(one, who, at))
    return cases.act(case.id, who, lambda one, at: acts.rule(one, who, said, asked, at))


def decided(cases: Cases, id: str, *steps: str | acts.Asked, **other: Any) -> Case:
    """Take a post in and rule on it."""
    return ruled(cases, opened(cases, id), *steps, **other)


def reported(cases: Cases, id: str, kind: str = "content", owner: str = "user-9") -> Case:
    """Open a case on a report."""
    return cases.get(cases.report(kind, id, owner, "user-2", "看看这个"))


def agreed(cases: Cases, case: Case, who: str = "wu fang") -> Case:
    """Claim a case and approve its ruling."""
    cases.act(case.id, who, lambda one, at: acts.claim(one, who, at))
    return cases.act(case.id, who, lambda one, at: acts.approve(one, who, at))


def refused(cases: Cases, case: Case, who: str = "wu fang") -> Case:
    """Claim a case and refuse its ruling."""
    cases.act(case.id, who, lambda one, at: acts.claim(one, who, at))
    return cases.act(case.id, who, lambda one, at: acts.refuse(one, who, "证据不足以处置", at))


def appealed(cases: Cases, case: Case) -> Case:
    """Appeal as the owner."""
    owner = case.subject.owner
    words = "这是我和家人的聊天"
    return cases.act(case.id, owner, lambda one, at: appeals.file(one, owner, words, at))


def judged(cases: Cases, case: Case, outcome: str, *keep: str, who: str = "zhao lei") -> Case:
    """Claim an appeal and judge it."""
    cases.act(case.id, who, lambda one, at: acts.claim(one, who, at))
    return cases.act(
        case.id, who, lambda one, at: appeals.judge(one, who, outcome, "确系家人对话", at, keep)
    )
