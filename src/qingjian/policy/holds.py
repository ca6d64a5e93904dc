"""
Whether an expression holds: true, false, or None where something it needs did not run.

Each function gives a question to be put to facts. `&&` and `||` are those of CEL: one false part
settles `&&`, one true part settles `||`, whatever is unknown beside it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Sequence

from qingjian.policy.facts import Facts

Holds = Callable[[Facts], bool | None]
_COMPARES: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COUNTS = ("count", "unopposed", "severity")
_NONE = (0, 0, 0)


def always(value: bool) -> Holds:
    """Ask nothing."""
    return lambda facts: value


def either(parts: Sequence[Holds]) -> Holds:
    """Ask for one of several."""
    if len(parts) == 1:
        return parts[0]

    def holds(facts: Facts) -> bool | None:
        value: bool | None = False
        for part in parts:
            told = part(facts)
            if told:
                return True
            if told is None:
                value = None
        return value

    return holds


def both(parts: Sequence[Holds]) -> Holds:
    """Ask for all of several."""
    if len(parts) == 1:
        return parts[0]

    def holds(facts: Facts) -> bool | None:
        value: bool | None = True
        for part in parts:
            told = part(facts)
            if told is False:
                return False
            if told is None:
                value = None
        return value

    return holds


def negated(part: Holds) -> Holds:
    """Ask for the opposite."""

    def holds(facts: Facts) -> bool | None:
        told = part(facts)
        return None if told is None else not told

    return holds


def hit(detector: str) -> Holds:
    """Ask for an unopposed finding."""

    def holds(facts: Facts) -> bool | None:
        found = facts.counted.get(detector)
        if found is not None:
            return found[1] > 0
        return False if detector in facts.ran else None

    return holds


def compared(detector: str, name: str, sign: str, number: float) -> Holds:
    """Ask how a detector's count, severity or score stands to a number."""
    compare = _COMPARES[sign]
    if name == "score":
        ordering = sign not in ("==", "!=")

        def scored(facts: Facts) -> bool | None:
            score = facts.scores.get(detector)
            if score is None or detector not in facts.ran or (ordering and score != score):
                return None
            return compare(score, number)

        return scored
    which = _COUNTS.index(name)

    def holds(facts: Facts) -> bool | None:
        if detector not in facts.ran:
            return None
        return compare(facts.counted.get(detector, _NONE)[which], number)

    return holds


def declared() -> Holds:
    """Ask whether the item is declared to be made by AI."""

    def holds(facts: Facts) -> bool | None:
        value = facts.item.get("declared") if facts.item is not None else None
        return None if value is None else bool(value)

    return holds


def among(name: str, texts: Collection[str], inside: bool = True) -> Holds:
    """Ask whether a text about the item is one of several, or none of them."""

    def holds(facts: Facts) -> bool | None:
        value = facts.item.get(name) if facts.item is not None else None
        return None if value is None else (value in texts) is inside

    return holds
