"""
What versions of policies would have done with the rows that came in, counted in the store.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from qingjian.store.tables.policy import TALLY

MOST_IDS = 20
_ROWS, _UNREAD, _PERSON, _NOW = "rows", "unread", "person", "window"
_STEP, _HIT, _UNKNOWN, _MOVED, _FIRED = "do:", "hit:", "unknown:", "moved:", "window:"
_FLOODS = "flood:"


@dataclass
class Tally:
    """
    Counts of one version.

    Args:
        rows: that it was asked about.
        unread: rows beside them that contradict themselves.
        people: of them, whose step a person has to confirm.
        steps: rows by the step it asks for.
        hits, unknown: rows on which each rule fired, or lacked something it names.
        moved: rows whose step was another, by both steps: what was decided, what it asks for.
        ids: of the first of those.
        floods: hits in windows that were floods.
        window: rows of the window that is not over, and how often each rule fired in it.
    """

    rows: int = 0
    unread: int = 0
    people: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    ids: defaultdict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    floods: Counter[str] = field(default_factory=Counter)
    window: int = 0
    fired: Counter[str] = field(default_factory=Counter)

    def move(self, was: str, now: str, id: str) -> None:
        """Count a row whose step was another."""
        self.moved[was, now] += 1
        if len(self.ids[was, now]) < MOST_IDS:
            self.ids[was, now].append(id)

    def add(self, other: Tally) -> None:
        """Add what was counted later."""
        self.rows += other.rows
        self.unread += other.unread
        self.people += other.people
        for mine, more in ((self.steps, other.steps), (self.hits, other.hits)):
            mine.update(more)
        self.unknown.update(other.unknown)
        self.moved.update(other.moved)
        for pair, ids in other.ids.items():
            self.ids[pair] = [*self.ids[pair], *ids][:MOST_IDS]
        self.window += other.rows
        self.fired.update(other.hits)


def read(db: sa.Connection, tenant: str, versions: Iterable[str]) -> dict[str, Tally]:
    """Give the tallies of versions; one that was never asked has an empty one."""
    listed = list(versions)
    made = {version: Tally() for version in listed}
    mine = (TALLY.c.tenant == tenant, TALLY.c.version.in_(listed))
    for row in db.execute(sa.select(TALLY).where(*mine)):
        _put(made[row.version], row.what, int(row.times), row.ids)
    return made


def write(db: sa.Connection, tenant: str, tallies: Mapping[str, Tally]) -> None:
    """Put tallies down in place of what stood there; whoever does holds the tenant's chain."""
    mine = (TALLY.c.tenant == tenant, TALLY.c.version.in_(list(tallies)))
    db.execute(sa.delete(TALLY).where(*mine))
    rows = [
        {"tenant": tenant, "version": version, "what": what, "times": count, "ids": ids}
        for version, tally in tallies.items()
        for what, count, ids in _listed(tally)
    ]
    if rows:
        db.execute(sa.insert(TALLY), rows)


def _listed(tally: Tally) -> list[tuple[str, int, list[str]]]:
    rows: list[tuple[str, int, list[str]]] = [
        (_ROWS, tally.rows, []),
        (_UNREAD, tally.unread, []),
        (_PERSON, tally.people, []),
        (_NOW, tally.window, []),
    ]
    named = ((_STEP, tally.steps), (_HIT, tally.hits), (_UNKNOWN, tally.unknown))
    for head, counts in (*named, (_FIRED, tally.fired), (_FLOODS, tally.floods)):
        rows += [(head + name, count, []) for name, count in counts.items() if count]
    return rows + [
        (f"{_MOVED}{a}>{b}", count, tally.ids[a, b]) for (a, b), count in tally.moved.items()
    ]


def _put(tally: Tally, what: str, count: int, ids: list[str]) -> None:
    plain = {_ROWS: "rows", _UNREAD: "unread", _PERSON: "people", _NOW: "window"}
    if what in plain:
        setattr(tally, plain[what], count)
        return
    head, _, name = what.partition(":")
    if head + ":" == _MOVED:
        was, _, now = name.partition(">")
        tally.moved[was, now], tally.ids[was, now] = count, list(ids)
        return
    heads = {_STEP: tally.steps, _HIT: tally.hits, _UNKNOWN: tally.unknown, _FIRED: tally.fired}
    heads[_FLOODS] = tally.floods
    heads[head + ":"][name] = count
