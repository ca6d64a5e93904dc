"""
Whom or what a case is about, and what may be done to it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from qingjian.core.errors import NotFound, UsageError

KINDS = (
    "content",
    "account",
    "mcn",
    "product",
    "service",
    "corpus",
    "listing",
    "conversation",
    "cluster",
    "device",
)
_OF_ITEM: Mapping[str, str] = {
    "account": "account",
    "product": "product",
    "record": "corpus",
    "conversation": "conversation",
}
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """
    Whom or what a case is about.

    Args:
        kind: one of KINDS.
        id: the platform's own name for it.
        owner: the account that is told and may appeal; empty where nobody is known.
    """

    kind: str
    id: str
    owner: str = ""

    def __post_init__(self) -> None:
        """Refuse what no subject can be."""
        if self.kind not in KINDS:
            raise UsageError(f"no kind of subject {self.kind!r}", f"one of: {', '.join(KINDS)}")
        if not 0 < len(self.id) <= LONGEST_ID or len(self.owner) > LONGEST_ID:
            raise UsageError(f"the id of a subject has 1 to {LONGEST_ID} characters")
        if not (self.id + self.owner).isprintable():
            raise UsageError(f"the id {self.id!r} holds characters that cannot be seen")


def kind_of(item_kind: str) -> str:
    """Give the kind of subject that an item of a kind is: a text is content."""
    return _OF_ITEM.get(item_kind, "content")


@dataclass(frozen=True, slots=True)
class Step:
    """
    Something that may be done to a subject.

    Args:
        of: kinds of subjects.
        zh, en: what it is called.
        days: how long it lasts by default, 0 without end.
        approval: whether a second person must agree.
        asked: the step of a policy's ladder that asks for it, or empty.
        dsa: the restriction of a statement of reasons that it is, or empty.
        report: whether an authority has to be told of it.
    """

    id: str
    of: tuple[str, ...]
    zh: str
    en: str
    days: int = 0
    approval: bool = False
    asked: str = ""
    dsa: str = ""
    report: bool = False


@cache
def steps() -> Mapping[str, Step]:
    """Give all steps by id, softest first within a kind."""
    raw = tomllib.loads(files("qingjian.cases").joinpath("steps.toml").read_text("utf-8"))
    return {row["id"]: Step(**{**row, "of": tuple(row["of"])}) for row in raw["step"]}


def step(id: str, kind: str) -> Step:
    """Give a step that may be taken against a kind of subject. Raises NotFound, UsageError."""
    known = steps()
    if id not in known:
        raise NotFound(f"no step {id!r}", f"for {kind}: {', '.join(open_to(kind))}")
    if kind not in known[id].of:
        raise UsageError(f"{id} is no step against {kind}", f"one of: {', '.join(open_to(kind))}")
    return known[id]


def open_to(kind: str) -> tuple[str, ...]:
    """Give the ids of the steps that may be taken against a kind of subject, softest first."""
    return tuple(id for id, one in steps().items() if kind in one.of)


def asked_by(do: str, kind: str) -> Step | None:
    """Give the step that a policy's `do` asks for, None where it asks for none."""
    return next((s for s in steps().values() if s.asked == do and kind in s.of), None)
