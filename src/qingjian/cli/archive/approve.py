"""
`qingjian archive approve` and `retract`: a second person's word, and taking a record back.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db, Who, records

Names = Annotated[
    list[str], typer.Argument(metavar="ID|BATCH...", help="Records, or lots by their name.")
]


def approve(names: Names, who: Who, db: Db = "") -> None:
    """
    Approve claims that wait; whoever entered one cannot.

    Examples:
        qingjian archive approve "2026-01-05T08:00:00Z Li Min" --who "Wang Fang"
        qingjian archive approve 640a08aa1e357aef4d7b5d84cf3149a2 --who "Wang Fang"
    """
    typer.echo(f"{records(db).approve(names, who):,} approved")


def retract(
    names: Names,
    who: Who,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept.")],
    db: Db = "",
) -> None:
    """
    Take records out of use. Nothing is deleted; what was decided on them can be found again.

    Examples:
        qingjian archive retract 640a08aa1e357aef4d7b5d84cf3149a2 --who Wang --reason "withdrawn"
        qingjian archive retract "lot of May" --who "Wang Fang" --reason "taken in by mistake"
    """
    typer.echo(f"{records(db).retract(names, who, reason):,} retracted")
