"""
`qingjian label strip-check`.
"""

from __future__ import annotations

from pathlib import Path

import typer

from qingjian.cli.label.read import Files, Json


def strip_check(names: Files, json: Json = False) -> None:
    """
    Try which marks survive what happens to files on the way: re-encode, resize, screenshot, remux.

    Copies are made in memory; the files stay as they are. Needs the extra `media`.

    Examples:
        qingjian label strip-check picture.jpg film.mp4
        qingjian label strip-check "exports/*.png" --json
    """
    from qingjian.cli.label.files import each, files
    from qingjian.labels.survival import survival
    from qingjian.reports.label import dumps, one_line, survival_row

    def one(path: Path) -> None:
        found = survival(path)
        if json:
            typer.echo(dumps(survival_row(str(path), found)))
            return
        typer.echo(one_line(str(path)))
        for step in found:
            kept, lost = ", ".join(step.kept) or "nothing", ", ".join(step.lost) or "nothing"
            said = step.error or f"kept {kept}; lost {lost}"
            typer.echo(f"  {step.step:<16}{one_line(said)}")

    if each(files(names), one):
        raise typer.Exit(2)
