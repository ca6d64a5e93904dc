"""
What to know before trusting a detector: its card, and its measured quality.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from qingjian.core.errors import ConfigError
from qingjian.core.types import ROLES, Item, Role, Severity, Value

_ID = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Card:
    """
    A detector in words.

    Args:
        id: its address, `family.name`, named after the thing found.
        reads: the item type it judges.
        serves: rows of the notice it answers for, or `house_rule`.
        severity: of an unopposed finding.
        finds: one line; all that the writer of its blind data is told.
        limits: what it is known to miss or to find wrongly.
        source: where the obligation stands.
        hits, misses: its own examples, tested: each hit gives an unopposed finding, no miss does.
        examples_about: `About` fields the examples need (such as `{"role": "assistant"}`).
        scoring: whether it returns `Scored`.
        cost_us: rough cost for a short item in microseconds; cheap ones run first.
        instruments: instruments it rests on; their code is part of its quality's hash.
        files: packs and weights beside it, by name, part of its quality's hash.
        modules: other modules of ours that decide its answers, part of its quality's hash.
        signals: the pack whose rules and slots its linear model weighs beside the n-grams.
        hears: whose turns of a conversation it judges.
        lookalike: a real innocent text that looks like a hit and passes, tested.
        version: raised when its answers change.
    """

    id: str
    reads: type[Item]
    serves: tuple[str, ...]
    severity: Severity
    finds: str
    limits: tuple[str, ...]
    source: str
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    examples_about: Mapping[str, str] = field(default_factory=dict)
    scoring: bool = False
    cost_us: int = 50
    instruments: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    signals: str = ""
    hears: tuple[Role, ...] = ROLES
    lookalike: str = ""
    version: str = "1"

    def __post_init__(self) -> None:
        """Refuse an id that is no address, and a card that serves nothing."""
        if not _ID.fullmatch(self.id):
            raise ConfigError(
                f"{self.id!r} is no detector id", "write it family.name in lower case"
            )
        if not self.serves:
            raise ConfigError(
                f"{self.id} serves no row", 'name rows of the notice, or "house_rule"'
            )


Interval = tuple[float, float, float]
"""Value, low, high: 95 % bootstrap interval."""


@dataclass(frozen=True, slots=True)
class Quality:
    """
    Measured quality of a detector on one named set.

    Args:
        set: name of the data (`blind` for the blind half).
        n, positives: rows judged, and how many of them are positive.
        metrics: name to (value, low, high).
        rates: what a team would see: reviews per 100,000 items, precision at a prevalence.
        measured_on: ISO date.
        stale: why it no longer speaks for the code, empty when it does.
    """

    set: str
    n: int
    positives: int
    metrics: Mapping[str, Interval]
    rates: Mapping[str, float] = field(default_factory=dict)
    measured_on: str = ""
    stale: str = ""
    extra: Mapping[str, Value] = field(default_factory=dict)

    @property
    def measured(self) -> bool:
        """Whether the numbers speak for the code as it is."""
        return not self.stale and self.n > 0


@dataclass(frozen=True, slots=True)
class Workflow:
    """
    Something that answers for rows of the notice without judging items: a door people use.

    Args:
        id: how it is called, `label write` for one.
        serves: rows of the notice it answers for.
        does: one line.
        package: the package of ours that does it; its code is part of what was measured.
    """

    id: str
    serves: tuple[str, ...]
    does: str
    package: str
