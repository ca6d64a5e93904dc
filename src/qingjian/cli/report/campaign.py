"""
`qingjian report campaign`: the counts of a period.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db
from qingjian.cli.report.desk import From, Output, To, desk, written


def campaign(
    first: From,
    last: To,
    format: Annotated[
        str, typer.Option("--format", "-f", help="md, json or csv.", metavar="FORMAT")
    ] = "md",
    lang: Annotated[
        str, typer.Option("--lang", help="zh or en, for md; else the setting lang.")
    ] = "",
    output: Output = None,
    db: Db = "",
) -> None:
    """
    Count what was done in a period, beside the period of the same length before it.

    By problem class, subject and step: intake, rulings, time to rule, appeals, steps taken back,
    what is open and overdue, typical cases without names. House rules are counted apart.

    Examples:
        qingjian report campaign --from 2026-07-01 --to 2026-07-31
        qingjian report campaign --from 2026-07-01 --to 2026-07-31 --lang en -o july.md
        qingjian report campaign --from 2026-07-01 --to 2026-07-31 --format csv -o july.csv
    """
    from qingjian.cases.history import histories, period
    from qingjian.cases.notices import LANGUAGES
    from qingjian.reports import bulletin
    from qingjian.reports import campaign as report

    if format not in bulletin.FORMATS:
        raise typer.BadParameter(f"one of: {', '.join(bulletin.FORMATS)}", param_hint="--format")
    if lang not in ("", *LANGUAGES):
        raise typer.BadParameter(f"one of: {', '.join(LANGUAGES)}", param_hint="--lang")
    if not first or not last:
        raise typer.BadParameter("a campaign has a first and a last day", param_hint="--from")
    days, seen = period(first, last), desk(db)
    listed = histories(seen.engine, seen.tenant, until=days.end)
    made = report.campaign(listed, days, seen.cases.clock())
    with written(output) as file:
        file.write(bulletin.written(made, format, lang or seen.lang))
