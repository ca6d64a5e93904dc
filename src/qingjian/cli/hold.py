"""
`qingjian hold add`, `list` and `lift`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.told import Reason, listed, of_tenant
from qingjian.cli.incident.told import say

if TYPE_CHECKING:
    from qingjian.cases.holds import Hold, Holds


def opened(db: str) -> Holds:
    """Give the holds of the database. Raises NotFound for one that is not there."""
    from qingjian.cases.holds import Holds

    return of_tenant(Holds, db)


def add(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="case:ID, owner:NAME, or KIND:ID of a subject.")
    ],
    who: Who,
    reason: Reason,
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="2026-12-31; else until it is lifted.")
    ] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Keep the contents of a case, an owner's cases or a subject, though their time may be over.

    Examples:
        qingjian hold add owner:user-9 --who "Li Min" --reason "court of Haidian, case 2026-113"
        qingjian hold add content:post-1 --until 2027-06-30 --who "Li Min" --reason "police asked"
    """
    from qingjian.cases.history import midnight

    end = midnight(until) if until else None
    _told(opened(db).place(target, who, reason, end), json=json)


def list_(db: Db = "", json: Json = False) -> None:
    """
    List holds, also those that are in force no more.

    Examples:
        qingjian hold list
        qingjian hold list --db desk.db --json
    """
    listed(opened(db).all().values(), _line, "nothing was ever held", json=json)


def lift(
    id: Annotated[int, typer.Argument(metavar="HOLD", help="Number of a hold.")],
    who: Who,
    reason: Reason,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Let go what is held; somebody else than placed the hold does.

    Examples:
        qingjian hold lift 17 --who "Wang Fang" --reason "the case is closed"
        qingjian hold lift 17 --who "Wang Fang" --reason "the case is closed" --json
    """
    _told(opened(db).lift(id, who, reason), json=json)


def _told(one: Hold, *, json: bool) -> None:
    from dataclasses import asdict

    show(asdict(one)) if json else _line(one)


def _line(one: Hold) -> None:
    from qingjian.core.clock import iso

    until = f" until {iso(one.until)}" if one.until is not None else ""
    lifted = f", lifted by {one.lifted_by}" if one.lifted_by else ""
    say(f"{one.id}  {one.of}:{one.value}{until}  {one.who} {iso(one.at)}: {one.reason}{lifted}")
