"""
`qingjian demo`: the whole story on the examples.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_APART = ("plugin", "claims", "desk", "remote")
"""Folders of the examples that need something set up first; their README says what."""


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Serve the report until Ctrl-C.")] = False,
    examples: Annotated[Path, typer.Option("--examples", help="What to scan.")] = Path("examples"),
    folder: Annotated[Path, typer.Option("--report", help="Where the report is written.")] = Path(
        "report"
    ),
    host: Annotated[
        str, typer.Option("--host", help="Address to serve on; the setting by default.")
    ] = "",
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="Port to serve on; the setting by default."),
    ] = None,
) -> None:
    """
    Scan the examples, violating items and innocent look-alikes.

    Shows a table here, and writes a report to open and rows for machines.

    Examples:
        qingjian demo
        qingjian demo --serve --port 8080
    """
    from qingjian.cli.run import Asked, run
    from qingjian.core.errors import NotFound, UsageError
    from qingjian.core.settings import load

    if not examples.is_dir():
        raise NotFound(
            f"no folder {str(examples)!r}",
            "run this in a checkout of qingjian, or name one with --examples",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror or error}") from None
    page, rows = folder / "index.html", folder / "report.jsonl"
    folders = sorted(p for p in examples.iterdir() if p.is_dir() and p.name not in _APART)
    content = tuple(map(str, folders))
    run(Asked(content, format="table"))
    run(Asked(content, format="jsonl", output=rows, quiet=True))
    run(Asked(content, format="html", output=page, quiet=True))
    typer.echo(f"\nreport:  {page}\nrows:    {rows}")
    if serve:
        from qingjian.cli.serve import serve_report

        settings = load().settings
        on = settings.port if port is None else port
        serve_report(page, rows, host or settings.host, on)
