"""
`qingjian label export-unlabelled`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export_unlabelled(
    file: Annotated[Path, typer.Argument(help="The labelled file.")],
    to: Annotated[str, typer.Option("--to", help="Who gets it: a user's or contract's number.")],
    agreement: Annotated[
        str, typer.Option("--agreement", help="The agreement that puts the duty to label on them.")
    ],
    why: Annotated[str, typer.Option("--why", help="Their reason.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the copy goes.")],
    log: Annotated[Path, typer.Option("--log", help="The ledger it is written to.")] = Path(
        "unlabelled-copies.jsonl"
    ),
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """
    Make a copy without a label for a user who asked, and write down who, what, why and when.

    The log is append-only and hash-chained; entries are kept for 184 days at least. Nothing is
    copied before the log has it.

    Examples:
        qingjian label export-unlabelled a.mp4 --to u81 --agreement v3 --why "for TV" -o b.mp4
    """
    from qingjian.core.clock import iso
    from qingjian.labels.unlabelled import Copy, export

    entry = export(Copy(file, to, agreement, why), output, log)
    if json:
        import orjson

        told = {"seq": entry.seq, "at": iso(entry.at), **entry.data, "hash": entry.hash}
        typer.echo(orjson.dumps(told).decode())
        return
    typer.echo(f"{output}: without a label; entry {entry.seq} of {log}, {iso(entry.at)}")
