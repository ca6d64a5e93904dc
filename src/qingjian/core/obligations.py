"""
The notice as rows: what each clause asks, of whom, and whether we answer it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from qingjian.core.errors import NotFound

HOUSE_RULE = "house_rule"
"""What an operator's own rule names instead of a row; counted apart everywhere."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """
    One clause of the notice.

    Args:
        id: `phase.class.name`.
        phase: 1 the source, 2 the abuse, 0 around both.
        class_: the problem class, in the notice's words.
        who: whom it binds: provider, platform, store, corpus.
        zh: the clause, in the notice's words.
        by: the rooms that answer for it.
        declined: whether we do not build it; `note` says why.
        source: the instrument.
        verified: whether someone has held `zh` against the official page.
    """

    id: str
    phase: int
    class_: str
    who: tuple[str, ...]
    zh: str
    by: str
    declined: bool
    note: str
    source: str
    verified: bool


@cache
def obligations() -> Mapping[str, Obligation]:
    """Give all rows by id, in the notice's order."""
    raw = tomllib.loads(files("qingjian.core").joinpath("obligations.toml").read_text("utf-8"))
    return {
        row["id"]: Obligation(
            id=row["id"],
            phase=row["phase"],
            class_=row["class"],
            who=tuple(row["who"]),
            zh=row["zh"],
            by=row["by"],
            declined=row.get("answer") == "declined",
            note=row.get("note", ""),
            source=row.get("source", "CAC notice 2025"),
            verified=row.get("verified", False),
        )
        for row in raw["row"]
    }


def obligation(id: str) -> Obligation:
    """Give one row. Raises NotFound."""
    try:
        return obligations()[id]
    except KeyError:
        raise NotFound(f"no row {id!r} in the notice", "`qingjian coverage` lists them") from None
