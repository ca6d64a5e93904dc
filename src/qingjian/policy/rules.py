"""
Rules and packs as values, and the language of `when`.

`when` is CEL over what detectors state: for each detector that ran, `family.name` has `hit` (an unopposed finding),
`count`, `unopposed`, `severity` (0 info … 3 high, of the strongest) and, where it scores, `score`; `item` has `kind`,
`role`, `channel`, `audience`, `declared`. What did not run is absent, and a rule that needs it is *unknown*, which is
neither true nor false. All values only grow with more findings, so a rule without negation over them never turns
softer; `monotone` checks that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

FACTS = ("hit", "count", "unopposed", "severity", "score")
ABOUT = ("kind", "role", "channel", "audience", "declared")

_TOKENS = re.compile(
    r"""(?P<space>\s+)|(?P<word>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<string>"[^"\\\n]*"|'[^'\\\n]*')|(?P<operator>&&|\|\||==|!=|>=|<=|>|<|!|\(|\)|\[|\]|,)|(?P<other>.)""",
    re.X,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One rule of a pack.

    Args:
        id: stable; history names it.
        when: a CEL expression.
        do: a step of the surface's ladder.
        row: the row of the notice it enforces, or `house_rule`.
        because: one sentence for the person concerned.
        beside: side effects outside the ladder.
        exempt: allowed to negate findings.
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
        by_detector: rules that name a detector; rules that name none stand under the empty string.
    """

    name: str
    version: str
    author: str
    surface: str
    without_person: tuple[str, ...]
    rules: tuple[Rule, ...]
    by_detector: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


class Token(NamedTuple):
    """A word of an expression and the column it starts at."""

    kind: str
    text: str
    at: int


def tokens(when: str) -> list[Token]:
    """Give the words of an expression, without space."""
    found = ((m.lastgroup or "other", m[0], m.start()) for m in _TOKENS.finditer(when))
    return [Token(*t) for t in found if t[0] != "space"]


class Fact(NamedTuple):
    """A detector's value that an expression names: `text.scam` and `score`."""

    detector: str
    name: str
    at: int


def facts(when: str) -> list[Fact]:
    """Give every detector value that an expression names; `item.…` is none."""
    named = []
    for token in tokens(when):
        if token.kind == "word" and token.text.count(".") >= 2:
            detector, _, name = token.text.rpartition(".")
            named.append(Fact(detector, name, token.at))
    return named


def problems(when: str, known: Mapping[str, bool]) -> list[str]:
    """
    Give what is wrong with an expression before it runs.

    Args:
        when: the expression.
        known: ids of detectors, and whether each scores.
    """
    wrong = []
    for token in tokens(when):
        if token.kind == "other":
            wrong.append(f"column {token.at + 1}: {token.text!r} is not part of the language")
        if token.kind != "word" or token.text in ("true", "false", "null", "in", "has"):
            continue
        head, _, rest = token.text.partition(".")
        if head == "item":
            if rest not in ABOUT:
                wrong.append(
                    f"column {token.at + 1}: item has no {rest!r}; it has {', '.join(ABOUT)}"
                )
        elif token.text.count(".") != 2:
            wrong.append(
                f"column {token.at + 1}: {token.text!r} is no value; write family.name.hit, or item.role"
            )
    for fact in facts(when):
        if fact.detector == "item" or fact.detector.startswith("item."):
            continue
        if fact.detector not in known:
            wrong.append(f"column {fact.at + 1}: no detector {fact.detector!r}")
        elif fact.name not in FACTS:
            wrong.append(
                f"column {fact.at + 1}: {fact.detector} has no {fact.name!r}; it has {', '.join(FACTS)}"
            )
        elif fact.name == "score" and not known[fact.detector]:
            wrong.append(f"column {fact.at + 1}: {fact.detector} states facts and has no score")
    return wrong


def monotone(when: str) -> list[str]:
    """
    Give every place where more findings could make the expression false.

    Allowed over findings: `&&`, `||`, a bare `hit`, and a value above a number. Refused: `!`, `!=`, `==`, `<`, `<=`
    with a finding's value on the growing side, and a `!` before a parenthesis that holds one.
    """
    words = tokens(when)
    wrong = []
    for i, token in enumerate(words):
        finding = token.kind == "word" and token.text.count(".") == 2
        if finding:
            before = words[i - 1].text if i else ""
            after = words[i + 1].text if i + 1 < len(words) else ""
            if before in ("!", "==", "!=", ">", ">=", "in") or after in (
                "==",
                "!=",
                "<",
                "<=",
                "in",
            ):
                wrong.append(
                    f"column {token.at + 1}: {token.text} is compared so that more findings could soften"
                )
        if (
            token.text == "!"
            and i + 1 < len(words)
            and words[i + 1].text == "("
            and _holds_finding(words, i + 1)
        ):
            wrong.append(f"column {token.at + 1}: `!` before findings")
        if (
            token.text == ")"
            and i + 1 < len(words)
            and words[i + 1].text in ("==", "!=", "<", "<=")
        ):
            wrong.append(f"column {token.at + 1}: a comparison of a whole parenthesis")
        if token.text == "(" and i and words[i - 1].text in ("==", "!=", ">", ">="):
            wrong.append(f"column {token.at + 1}: a comparison with a whole parenthesis")
    return wrong


def _holds_finding(words: list[Token], opened: int) -> bool:
    depth = 0
    for token in words[opened:]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.kind == "word" and token.text.count(".") == 2:
            return True
        if depth == 0:
            return False
    return False
