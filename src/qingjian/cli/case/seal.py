"""
`qingjian case seal` and `sealed-report`: suspected sexual imagery of minors.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.told import Id, Reason, acted, opened, tell


def seal(id: Id, who: Who, reason: Reason, db: Db = "", json: Json = False) -> None:
    """
    Seal a case: what it looks at is shown to nobody from now on, and it comes before all others.

    Only hashes stay, or, with the setting `sealed_contents = "sealed"`, what the API gives to a
    person with the role and the grant for it. No verb here gives it out. The clock of the report
    to an authority begins: `qingjian case list --sealed`.

    Examples:
        qingjian case seal 01M854CSF8C02Z16B1VJYTG39R --who "Li Min" --reason "seems to be a minor"
        qingjian case seal 01M854CSF8C02Z16B1VJYTG39R --who Li --reason "a hit of hashes" --json
    """
    from dataclasses import asdict

    case = opened(db).seal(id, who, reason)
    show(asdict(case)) if json else tell(case)


def sealed_report(
    id: Id,
    who: Who,
    to: Annotated[str, typer.Option("--to", help="The authority that was told.")],
    number: Annotated[str, typer.Option("--number", help="The number it gave.")],
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Put down that a sealed case was reported; its clock stops.

    Examples:
        qingjian case sealed-report CASE --to "police of Haidian" --number 2026-113 --who "Li Min"
        qingjian case sealed-report CASE --to 12377 --number A-7 --who "Li Min" --json
    """
    from qingjian.cases import sealed

    acted(db, id, who, lambda case, _at: sealed.reported(case, to, number), json=json)
