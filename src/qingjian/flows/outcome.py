"""
What a backtest found, as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qingjian.core.intervals import wilson

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Agreement:
    """
    How a rule or pack stands to what people decided.

    Args:
        labelled: items with a label on which it was asked; `violations` of them are some.
        fired: of the labelled, those on which it fired; `right` of them are violations.
    """

    labelled: int
    violations: int
    fired: int
    right: int

    @property
    def precision(self) -> Triple:
        """Share of fired items that are violations, with its 95 % interval."""
        return wilson(self.right, self.fired)

    @property
    def recall(self) -> Triple:
        """Share of violations on which it fired, with its 95 % interval; unknown is not fired."""
        return wilson(self.right, self.violations)


@dataclass(frozen=True, slots=True)
class OfRule:
    """What a rule did: how often it fired, how often it was unknown and what was missing then."""

    id: str
    do: str
    fired: int
    unknown: int
    missing: Mapping[str, int]
    examples: tuple[str, ...]
    agreement: Agreement | None = None


@dataclass(frozen=True, slots=True)
class OfPack:
    """What a pack decided: items by step, those that need a person, and what each rule did."""

    policy: str
    steps: Mapping[str, int]
    need_person: int
    rules: tuple[OfRule, ...]
    agreement: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Items that one pack takes from a step to another."""

    before: str
    after: str
    stronger: bool
    items: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backtested:
    """
    What came of it.

    Args:
        decided: items that were decided.
        not_read: rows without a decision: the item could not be read, or nothing reads its kind.
        bad: rows that are none; `faults` are the first of them, each with its place.
        took_ms: median wall time of the items' scans, nan without any.
        pack: what the pack would have done.
        against: what the other one would have done.
        changes: items on which the two differ, by step.
        labels_unseen: labels of items that stand in no row.
    """

    decided: int
    not_read: int
    bad: int
    faults: tuple[str, ...]
    took_ms: float
    pack: OfPack
    against: OfPack | None = None
    changes: tuple[Change, ...] = ()
    labels_unseen: int = 0
