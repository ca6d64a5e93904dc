"""
Cases for tests: rows as a scan gives them, a clock that is set by hand.
"""

from __future__ import annotations

from typing import Any

from qingjian.cases.case import Case
from qingjian.cases.intake import Sighting, Whose, sighting
from qingjian.cases.sql import Cases

DAY_S = 86_400.0
GROUND = "社区规则3.1"
REASON = "冒充亲友索要钱款"
ROW = "2.4.kin_fraud"


class Hands:
    """A clock that is set by hand; it begins on 2026-07-18."""

    at = 1_784_332_800.0

    def __call__(self) -> float:
        return self.at


def row(id: str = "post-1", do: str = "queue", **other: Any) -> dict[str, Any]:
    """Give a row of a scan that found a scam."""
    finding = {
        "detector": "text.scam",
        "severity": "high",
        "score": 0.99,
        "why": "asks for a transfer",
        "at": {"kind": "span", "start": 0, "end": 3},
        "evidence": {"words": "快转账"},
        "against": [],
        "serves": [ROW],
    }
    decision = {"do": do, "rules": ["scam"], "policy": "ugc 1", "needs_person": True, "unknown": []}
    made = {"contract": 1, "id": id, "decision": decision, "findings": [finding], "scores": {}}
    rest: dict[str, Any] = {"abstained": [], "not_looked_at": [], "error": None, "took_ms": 1.0}
    ran = [{"detector": "text.scam", "version": "1"}]
    return {**made, **rest, "ran": ran, **other}


def seen(id: str = "post-1", owner: str = "user-9", **other: Any) -> Sighting:
    """Give a sighting of an owner's post."""
    item = {"id": id, "text": f"快转账 {id}", "about": {"who": owner}}
    return sighting(row(id, **other), Whose(owner=owner, item=item))


def opened(cases: Cases, id: str = "post-1", owner: str = "user-9", **other: Any) -> Case:
    """Take one post in and give its case."""
    cases.take_in([seen(id, owner, **other)])
    listed = [c for c in cases.listed() if c["subject"] == id]
    return cases.get(listed[0]["id"])
