"""
`qingjian coverage`: obligations, what answers for them, and how well.
"""

from __future__ import annotations

from typing import Annotated

import typer


def coverage(
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/coverage.md.")] = False,
) -> None:
    """
    Show all 50 rows of the notice: who answers for each, how well, and what is not built yet.

    Examples:
        qingjian coverage
        qingjian coverage --json
    """
    from qingjian.core.settings import load
    from qingjian.reports import coverage as report
    from qingjian.wiring import services

    built = services(load().settings)
    rows = report.rows(built.registry, built.quality, built.workflows)
    if json:
        import orjson

        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
    elif markdown:
        typer.echo(report.markdown(rows), nl=False)
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(
            "row",
            "the notice asks",
            "answered by",
            "measured quality",
            box=None,
            pad_edge=False,
        )
        for one in rows:
            answering = [*one["detectors"], *one["workflows"]]
            by = ", ".join(d["id"] for d in answering) or one["status"]
            good = "; ".join(d["quality"] for d in answering)
            style = "" if answering else "dim"
            table.add_row(
                one["id"],
                one["zh"][:28] + ("…" if len(one["zh"]) > 28 else ""),
                by,
                good,
                style=style,
            )
        Console().print(table)
        Console().print(report.summary(rows))
