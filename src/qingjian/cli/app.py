"""
The verbs, in the order a newcomer needs them; each is imported when it runs.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qingjian.cli import coverage, demo, detectors, eval, policy, scan, settings, train

app = typer.Typer(
    name="qingjian",
    help="清鉴: finds what AI is abused for, shows where, why, what speaks against it, and under "
    "which row of the notice.",
    no_args_is_help=True,
    rich_markup_mode=None,  # rich takes 0.2 s to import for a page of help
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(show: bool) -> None:
    if show:
        from importlib.metadata import version

        typer.echo(f"qingjian {version('qingjian')}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and stop.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Govern AI abuse: find it, decide by written rules, prove what was seen."""


app.command("scan")(scan.scan)
app.command("demo")(demo.demo)
app.command("detectors")(detectors.detectors)
app.command("coverage")(coverage.coverage)
app.command("eval")(eval.eval_)
app.command("train")(train.train)
app.add_typer(policy.app, name="policy")
app.command("settings")(settings.settings)
