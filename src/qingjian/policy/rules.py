"""
Rules and packs as values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from qingjian.policy.holds import Holds


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One rule of a pack.

    Args:
        id: stable; history names it.
        when: an expression in the language of `policy.when`.
        do: a step of the surface's ladder.
        row: the row of the notice it enforces, or `house_rule`.
        because: one sentence for the person concerned.
        beside: side effects outside the ladder.
        exempt: allowed to turn softer with more findings.
        detectors: ids `when` names.
        holds: the question `when` puts to facts; None where it cannot be read.
        where: `file:line`, for messages.
        idle: whether it may hold while no detector it names says anything.
        about: whether it names the item.
        scores: whether it names a score.
    """

    id: str
    when: str
    do: str
    row: str
    because: str
    beside: tuple[str, ...] = ()
    exempt: bool = False
    detectors: tuple[str, ...] = ()
    holds: Holds | None = field(default=None, compare=False, repr=False)
    where: str = ""
    idle: bool = False
    about: bool = False
    scores: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """
    A policy.

    Args:
        name, version, author: who wrote what when.
        surface: which ladder its steps stand on.
        without_person: steps that may be carried out by the machine alone.
        rules: in order.
        by_detector: numbers of the rules to ask when a detector says something; those that may
            hold whatever detectors say stand under the empty string.
    """

    name: str
    version: str
    author: str
    surface: str
    without_person: tuple[str, ...]
    rules: tuple[Rule, ...]
    by_detector: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def indexed(rules: Iterable[Rule]) -> dict[str, tuple[int, ...]]:
    """Give the numbers of the rules to ask, by what speaks; see `Pack.by_detector`."""
    index: dict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        for detector in ("",) if rule.idle else rule.detectors:
            index[detector].append(number)
    return {detector: tuple(numbers) for detector, numbers in index.items()}


def narrowed(pack: Pack, ids: Collection[str]) -> Pack:
    """Give a pack of those of its rules that are named; it may have none."""
    rules = tuple(rule for rule in pack.rules if rule.id in ids)
    named = (pack.name, pack.version, pack.author, pack.surface, pack.without_person)
    return Pack(*named, rules, indexed(rules))


def differences(before: Pack, after: Pack) -> list[tuple[str, str, str]]:
    """Give the rules that are new, gone or changed: which word, the rule's id, and what changed."""
    was, now = ({r.id: r for r in pack.rules} for pack in (before, after))
    told = [("gone", id, "") for id in was if id not in now]
    told += [("new", id, f"{r.do} when {r.when}") for id, r in now.items() if id not in was]
    for id in was.keys() & now.keys():
        for name in ("when", "do", "row", "because", "beside", "exempt"):
            old, new = getattr(was[id], name), getattr(now[id], name)
            if old != new:
                told.append(("changed", id, f"{name} was {old!r}, is {new!r}"))
    if before.without_person != after.without_person:
        old, new = before.without_person, after.without_person
        told.append(("changed", "without_person", f"was {list(old)}, is {list(new)}"))
    return sorted(told)
