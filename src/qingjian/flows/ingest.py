"""
Rows of scans into cases: one lot after the other, each there whole or not at all.

It can be broken off and begun again: what was taken in before is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from qingjian.cases.intake import Sighting, Whose, sighting
from qingjian.cases.members import listed_in
from qingjian.cases.sql import LOT, Cases
from qingjian.cases.subject import kind_of
from qingjian.core.errors import QingjianError
from qingjian.core.types import Note
from qingjian.flows.shadow import Watch
from qingjian.policy.rules import Pack

Items = Callable[[str], Mapping[str, Any]]
"""Gives the item of an id as it stood in the input, empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What came of a lot: how many opened, joined, quiet, known; and what was refused and why."""

    told: Counter[str]
    refused: tuple[Note, ...]


def ingest(
    cases: Cases,
    rows: Iterable[tuple[str, Any]],
    items: Items,
    who: str,
    kind: str = "",
    pack: Pack | None = None,
    watch: Watch | None = None,
) -> Iterator[Ingested]:
    """
    Take rows in and give what came of each lot.

    Args:
        rows: each row with the place it stood at, for what is refused.
        items: what was scanned.
        kind: of all subjects; empty: what each item is.
        pack: the policy in force; what it lets the machine do alone is done for rows that it
            decided itself.
        watch: counts what versions of policies would have done; what it suspends acts no more.
    """
    grounds = {r.id: (r.do, r.row, r.because) for r in pack.rules} if pack else {}
    label = f"{pack.name} {pack.version}" if pack else ""
    left = iter(rows)
    while lot := list(islice(left, LOT)):
        taken: list[Sighting] = []
        refused = []
        for where, row in lot:
            try:
                whose = _whose(row, items, kind)
                decided = isinstance(row, Mapping) and row.get("decision")
                same = isinstance(decided, Mapping) and decided.get("policy") == label
                taken.append(sighting(row, replace(whose, grounds=grounds) if same else whose))
            except QingjianError as error:
                refused.append(Note(where, error.what))
        told = cases.take_in(taken, who, watch)
        for rule in watch.suspended if watch is not None else ():
            grounds.pop(rule, None)
        yield Ingested(told, tuple(refused))


def _whose(row: Any, items: Items, kind: str) -> Whose:
    """Give what a row's item tells of its subject."""
    item = items(str(row.get("id", ""))) if isinstance(row, Mapping) else {}
    about = item.get("about")
    owner = about.get("who") if isinstance(about, Mapping) else None
    reach = item.get("reach", 0)
    many = listed_in(item) or (isinstance(row, Mapping) and "members" in row)
    return Whose(
        kind or ("cluster" if many else kind_of(str(item.get("kind", "text")))),
        str(owner or ""),
        reach if isinstance(reach, int) and 0 <= reach < 2**53 else 0,
        item,
    )
