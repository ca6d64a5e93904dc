"""
Strikes and credit of an account: what was ruled against its owner and still counts.

A strike is a ruling in force that found a violation and took a step. It expires, and dies with the
ruling or when all its steps are taken back. Rules of the house are counted apart. Pure: computed
from the owner's cases whenever it is asked for, of one tenant, and never acted on by itself.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from qingjian.cases.case import Case, Ruling
from qingjian.cases.subject import open_to, steps
from qingjian.core.obligations import HOUSE_RULE

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Strike:
    """
    A ruling that counts against an owner: nothing of who ruled or who reported.

    Args:
        class_: problem class of its row, `2.4`, or `house_rule`.
        cost: what it takes from the credit.
        until: when it expires, UTC epoch seconds.
    """

    case: str
    subject: str
    at: float
    until: float
    row: str
    class_: str
    ground: str
    reason: str
    steps: tuple[str, ...]
    cost: int


@dataclass(frozen=True, slots=True)
class Credit:
    """
    What an owner may see, with every entry.

    Args:
        left: 0 to 100.
        strikes: that still count, oldest first.
        suggest: steps that a reviewer may think of, by problem class.
    """

    owner: str
    left: int
    strikes: tuple[Strike, ...]
    house: tuple[Strike, ...]
    suggest: Mapping[str, str]


def credit(owner: str, cases: Iterable[Case], at: float) -> Credit:
    """Give the credit of an owner at a time, from all of the owner's cases."""
    living = sorted(
        (s for case in cases if case.subject.owner == owner for s in _strikes(case, at)),
        key=lambda s: (s.at, s.case),
    )
    strikes = tuple(s for s in living if s.class_ != HOUSE_RULE)
    house = tuple(s for s in living if s.class_ == HOUSE_RULE)
    left = max(0, int(_costs()["full"]) - sum(s.cost for s in strikes))
    counts = Counter(s.class_ for s in strikes)
    suggest = {name: step for name, n in sorted(counts.items()) if (step := _suggested(n))}
    return Credit(owner, left, strikes, house, suggest)


def _strikes(case: Case, at: float) -> Iterator[Strike]:
    for one in case.rulings:
        until = one.at + _costs()["days"] * DAY_S
        mine = [d for d in case.dispositions if d.ruling == one.number and d.state != "reversed"]
        if case.silence(one.number) is not None:
            continue  # its owner sees this
        if one.state != "in_force" or one.outcome != "violation" or not mine or until <= at:
            continue
        names = tuple(d.step for d in mine)
        said = (one.row, _class_of(one), one.ground, one.reason)
        cost = max(_cost(name, case.subject.kind) for name in names)
        yield Strike(case.id, case.subject.id, one.at, until, *said, names, cost)


def _class_of(ruling: Ruling) -> str:
    return HOUSE_RULE if ruling.row == HOUSE_RULE else ruling.row.rpartition(".")[0]


def _cost(step: str, kind: str) -> int:
    """Give what a step costs: much where it needs two, little among the softest third."""
    costs, ladder = _costs(), open_to(kind)
    if steps()[step].approval:
        return int(costs["heavy"])
    soft = ladder.index(step) < len(ladder) / 3
    return int(costs["light" if soft else "middle"])


def _suggested(strikes: int) -> str:
    """Give the hardest step that so many strikes suggest, empty for none."""
    listed = [one["step"] for one in _costs()["suggest"] if strikes >= one["strikes"]]
    return str(listed[-1]) if listed else ""


@cache
def _costs() -> dict[str, Any]:
    return tomllib.loads(files("qingjian.cases").joinpath("credit.toml").read_text("utf-8"))
