"""
`qingjian report statements`: rulings as DSA statements of reasons.
"""

from __future__ import annotations

from itertools import islice

import typer

from qingjian.cli.archive.opened import Db
from qingjian.cli.incident.told import MOST_SHOWN
from qingjian.cli.report.desk import From, Output, To, desk, written


def statements(first: From = "", last: To = "", output: Output = None, db: Db = "") -> None:
    """
    Give a statement of reasons for every ruling that restricts, as the EU database takes them.

    JSON Lines: a line {"statements": […]} is the body of one call, at most 100; a line
    {"not_exported": […]} names rulings of which no statement can be made, and why. Texts with
    personal data are refused. Nothing is sent.

    Examples:
        qingjian report statements --from 2026-07-01 --to 2026-07-31 -o july.jsonl
        qingjian report statements --db desk.db
    """
    from dataclasses import asdict

    import orjson

    from qingjian.cases.history import histories, period
    from qingjian.reports.statement import MOST, NotExported, Statements

    days, seen = period(first, last), desk(db)
    listed = histories(seen.engine, seen.tenant, since=days.start)
    made = Statements(seen.cases.snapshot).made(listed, days)
    count, left_out = 0, 0
    with written(output) as file:
        while lot := list(islice(made, MOST)):
            fit = [one for one in lot if not isinstance(one, NotExported)]
            unfit = [one for one in lot if isinstance(one, NotExported)]
            for name, part in (("statements", fit), ("not_exported", [asdict(u) for u in unfit])):
                if part:
                    file.write(orjson.dumps({name: part}).decode() + "\n")
            for one in unfit[: max(0, MOST_SHOWN - left_out)]:
                told = f"not exported: case {one.case}, ruling {one.ruling}: {one.reason}"
                typer.echo(told, err=True)
            count, left_out = count + len(fit), left_out + len(unfit)
    typer.echo(f"{count:,} statements, {left_out:,} rulings not exported", err=True)
