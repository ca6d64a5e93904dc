"""
What was severed from one cluster stands together in one thing: the evidence that it shares.

Where a ruling on one member falls, people look again at the members whose evidence is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from qingjian.cases.acts import reopen
from qingjian.cases.case import Case
from qingjian.cases.chain import events
from qingjian.cases.event import Draft
from qingjian.cases.fold import fold

WHY = "a ruling on other content or another account, by the same evidence, was overturned"
"""It names nobody: the case of one member tells nothing of another."""


def shared(db: sa.Connection, tenant: str, case: Case, drafts: Iterable[Draft]) -> Iterator[Case]:
    """Give closed cases of the same cluster and evidence, where drafts overturn a ruling."""
    if not case.cluster or not any(map(_overturns, drafts)):
        return
    cluster = fold(events(db, tenant, case.cluster))
    cluster = fold(events(db, tenant, case.cluster))
    assert cluster is not None  # the case was severed from it
    evidence = evidence_of(case)
    for one in cluster.severed:
        ours = {m.evidence for m in cluster.members.get((one.kind, one.id), ())}
        if one.case == case.id or evidence.isdisjoint(ours):
            continue
        other = fold(events(db, tenant, one.case))
        if other is not None and (evidence & evidence_of(other)) - set(other.again):
            yield other


def again(other: Case, fallen: Case, at: float) -> list[Draft]:
    """Give what opens a case again for the evidence that it shares; one under review stays so."""
    same = sorted((evidence_of(other) & evidence_of(fallen)) - set(other.again))
    return [Draft(d.what, {**d.data, "shared": same}) for d in reopen(other, WHY, at)]


def evidence_of(case: Case) -> frozenset[str]:
    """Give the hashes of the evidence that a member's case holds."""
    return frozenset(seen.item for seen in case.seen if seen.item)


def _overturns(draft: Draft) -> bool:
    if draft.what == "judged":
        return bool(draft.data["outcome"] != "upheld")
    return draft.what == "reopened" and bool(draft.data["overturns"])
