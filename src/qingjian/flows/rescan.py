"""
Stored runs decided again by a version of a policy: what would ask for a person now.

Nothing is looked at again, and nothing is done: what is affected goes to the queue, where people
decide. Many at once need a second person who has read a sample.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from qingjian.cases.intake import QUIET
from qingjian.cases.runs import Run
from qingjian.cases.sql import Cases
from qingjian.cases.versions import same
from qingjian.core.actions import ladder
from qingjian.core.errors import NotAllowed
from qingjian.core.hashing import sha256
from qingjian.flows.ingest import Ingested, ingest
from qingjian.flows.shadow import facts_of
from qingjian.policy.decide import of_facts
from qingjian.policy.rules import Pack

MOST_ALONE = 100
"""So many items one person may send to the queue; more need a second, and a sample."""
SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Affected:
    """A run that a version would send to a person: the step of the time, its own, and its rules."""

    run: Run
    was: str
    now: str
    rules: tuple[str, ...]
    row: dict[str, Any]


def affected(
    runs: Iterator[Run], pack: Pack, measured: Collection[str], torn: Counter[str]
) -> Iterator[Affected]:
    """
    Give the runs for which a pack asks a stronger step that a person has to take.

    Args:
        torn: counts, by kind, the subjects whose row contradicts itself; they are passed over.
    """
    steps = ladder(pack.surface)
    for run in runs:
        was = str(run.row["decision"]["do"])
        facts = facts_of(run.row, run.item)
        if facts is None:
            torn[run.kind] += 1
            continue
        said = of_facts(pack, facts, measured)
        if was not in steps or said.do in QUIET or steps.index(said.do) <= steps.index(was):
            continue
        told = {"do": said.do, "rules": list(said.rules), "policy": said.policy}
        row = {**run.row, "decision": {**run.row["decision"], **told, "needs_person": True}}
        yield Affected(run, was, said.do, said.rules, row)


def code_of(ids: Iterable[str]) -> str:
    """Give the code of a sample; whoever names it has had the sample before them."""
    return sha256("\n".join(ids).encode())[:8]


def may_queue(count: int, who: str, approved_by: str, read: str, code: str) -> None:
    """
    Raise NotAllowed where so many items need another person, and the sample to be read.

    Args:
        read: the code that was named; `code` is that of the sample.
    """
    if count <= MOST_ALONE:
        return
    told = f"{count:,} items would go to the queue, more than {MOST_ALONE}"
    if not approved_by.strip() or same(who, approved_by):
        raise NotAllowed(told, "another person reads the sample: --approved-by NAME")
    if read != code:
        raise NotAllowed(f"{told}: the sample was not read", "its code: --read CODE")


def queue(cases: Cases, found: Iterator[Affected], who: str) -> Iterator[Ingested]:
    """Send what is affected to the queue; what was sent before is known."""
    items: dict[str, Mapping[str, Any]] = {}

    def row(one: Affected) -> tuple[str, Mapping[str, Any]]:
        items[one.run.subject] = one.run.item
        return one.run.subject, one.row

    for kind, group in groupby(found, key=lambda one: one.run.kind):
        yield from ingest(cases, map(row, group), lambda id: items.pop(id, {}), who, kind)
