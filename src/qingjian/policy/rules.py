"""
Rules and packs as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
        program: the compiled expression.
        where: `file:line`, for messages.
    """

    id: str
    when: str
    do: str
    row: str
    because: str
    beside: tuple[str, ...] = ()
    exempt: bool = False
    detectors: tuple[str, ...] = ()
    program: Any = field(default=None, compare=False, repr=False)
    where: str = ""


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
