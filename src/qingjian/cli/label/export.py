"""
`qingjian label export-unlabelled`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingjian.core.errors import NotFound, UsageError


def export_unlabelled(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The labelled file.")],
    to: Annotated[str, typer.Option("--to", help="Who gets it: a user's or contract's number.")],
    agreement: Annotated[
        str, typer.Option("--agreement", help="The agreement that puts the duty to label on them.")
    ],
    why: Annotated[str, typer.Option("--why", help="Their reason.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the copy goes.")],
    log: Annotated[Path, typer.Option("--log", help="The ledger it is written to.")] = Path(
        "unlabelled-copies.jsonl"
    ),
    without_implicit: Annotated[
        bool,
        typer.Option("--without-implicit", help="Take the label in the metadata away, too."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """
    Make a copy without an explicit label for a user who asked; write down who, what, why, when.

    FILE is the content before an explicit label was put on; one that shows it is refused. The label
    in its metadata stays: article 9 of the measures speaks of the explicit one alone.

    The log is append-only and hash-chained; entries are kept for 184 days at least. Nothing is
    copied before the log has it.

    Examples:
        qingjian label export-unlabelled a.mp4 --to u81 --agreement v3 --why "for TV" -o b.mp4
        qingjian label export-unlabelled a.png --to u7 --agreement v3 --why print -o b.png --json
    """
    from qingjian.core.clock import iso
    from qingjian.labels.unlabelled import Copy, export
    from qingjian.reports.label import dumps, one_line

    _check(file, output, log)
    try:
        entry = export(Copy(file, to, agreement, why), output, log, not without_implicit)
    except UnicodeEncodeError:
        raise UsageError("the log holds UTF-8 alone: a name or a reason is not") from None
    except OSError as error:
        raise UsageError(f"{log} cannot be written: {error.strerror or error}") from None
    if json:
        told = {"seq": entry.seq, "at": iso(entry.at), **entry.data, "hash": entry.hash}
        typer.echo(dumps(told))
        return
    said = f"{output}: without an explicit label; entry {entry.seq} of {log}, {iso(entry.at)}"
    typer.echo(one_line(said))


def _check(file: Path, output: Path, log: Path) -> None:
    """Raise NotFound, or UsageError for a place that would be lost or cannot be written."""
    if not file.is_file():
        raise NotFound(f"no file {str(file)!r}")
    if output.resolve() in (file.resolve(), log.resolve()) or log.resolve() == file.resolve():
        raise UsageError("the file, its copy and the log are three files", "choose another -o")
    if log.is_dir():
        raise UsageError(f"{log} cannot be written: it is a folder")
    if output.is_dir() or not output.parent.is_dir():
        raise UsageError(f"{output} cannot be written: name a file in a folder that is there")
