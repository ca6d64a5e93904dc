"""
A record of the archive falls, and with it what was ruled on it.

The steps are reversed at once, and a person looks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qingjian.archive.records import Records
from qingjian.cases import acts
from qingjian.cases.case import Case
from qingjian.cases.event import MACHINE, Draft
from qingjian.cases.sql import Cases

_WORDS = {"retracted": "retracted", "changed": "entered anew with other content"}


@dataclass(frozen=True, slots=True)
class Fallen:
    """A ruling that fell with a record: the case, the record and why."""

    case: str
    ruling: int
    record: str
    why: str


def fall(cases: Cases, records: Records, after: int = 0) -> Iterator[Fallen]:
    """
    Reopen the cases whose rulings rest on records that were retracted or changed, and give them.

    What has fallen already is left alone, so it can run as often as one likes.

    Args:
        after: number of the last change that was seen.
    """
    seq = after
    while lot := records.changes(seq):
        for change in lot:
            record = change.record
            why = f"record {record} was {_WORDS[change.what]}: {change.reason}".rstrip(": ")
            yield from _fallen(cases, cases.resting_on(record), record, change.at, why)
        seq = lot[-1].seq


def _fallen(cases: Cases, ids: Iterable[str], record: str, at: float, why: str) -> Iterator[Fallen]:
    for id in ids:
        numbers: list[int] = []

        def reopened(case: Case, now: float, numbers: list[int] = numbers) -> list[Draft]:
            drafts: list[Draft] = []
            for one in case.rulings:
                stands = one.state in ("in_force", "held")
                if record in one.records and stands and one.at <= at:
                    numbers.append(one.number)
                    drafts += acts.reopen(case, why, now, overturns=one.number)
            return drafts

        cases.act(id, MACHINE, reopened)
        yield from (Fallen(id, number, record, why) for number in numbers)
