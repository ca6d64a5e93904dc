"""
`qingjian report rulings`: every ruling and step as a table.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db
from qingjian.cli.report.desk import From, Output, To, desk, written

FORMATS = ("csv", "parquet")


def rulings(
    format: Annotated[
        str, typer.Option("--format", "-f", help="csv or parquet.", metavar="FORMAT")
    ] = "csv",
    first: From = "",
    last: To = "",
    output: Output = None,
    db: Db = "",
) -> None:
    """
    Give a row for every step that was ruled, or for the ruling where there is none; without a cap.

    It holds owners, reviewers and reasons: it is for the desk's own use. Parquet needs the extra
    corpus and a file.

    Examples:
        qingjian report rulings --from 2026-07-01 --to 2026-07-31 -o july.csv
        qingjian report rulings --format parquet -o rulings.parquet
    """
    from qingjian.cases.history import histories, period
    from qingjian.core.errors import UsageError
    from qingjian.reports import rulings as report

    if format not in FORMATS:
        raise typer.BadParameter(f"one of: {', '.join(FORMATS)}", param_hint="--format")
    days, seen = period(first, last), desk(db)
    rows = report.rows(histories(seen.engine, seen.tenant, since=days.start), days)
    if format == "csv":
        with written(output) as file:
            count = report.write_csv(rows, file)
    elif output is None:
        raise typer.BadParameter("Parquet is written to a file", param_hint="--output")
    else:
        try:
            count = report.write_parquet(rows, output)
        except OSError as error:
            raise UsageError(f"cannot write {output}: {error.strerror or error}") from None
    typer.echo(f"{count:,} rows", err=True)
