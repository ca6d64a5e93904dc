"""
A cluster for tests: accounts that posted the same, some of them by the same evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.cases.desk import row

from qingjian.cases.case import Case
from qingjian.cases.intake import Whose, sighting
from qingjian.cases.sql import Cases

SAME = {"why": "同一段话在一分钟内发出", "text": "代过人脸活体，先过后付"}


def member(id: str, evidence: dict[str, Any], **other: str) -> dict[str, Any]:
    """Give a member as a finding lists it."""
    return {"subject": {"kind": "account", "id": id, **other}, "evidence": evidence}


def ring(cases: Cases, listed: Iterable[dict[str, Any]], id: str = "ring-1") -> Case:
    """Take a cluster in and give its case."""
    found = sighting(row(id, members=list(listed)), Whose("cluster"))
    cases.take_in([found])
    (case,) = [c for c in cases.listed() if c["subject"] == id]
    return cases.get(str(case["id"]))
