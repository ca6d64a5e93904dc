"""
`qingjian label read`, `verify` and `carriers`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Files, folders, quoted patterns.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one line of JSON a file.")]
Declared = Annotated[
    Literal["yes", "no"], typer.Option("--declared", help="Whether the user says AI made it.")
]


def read(names: Files, json: Json = False) -> None:
    """
    Read every mark of files: GB 45438 labels, C2PA, IPTC, traces of generators.

    Each mark comes with its place and with what deviates from the standard. Exit code 2 when a
    file is damaged or of no format that is handled.

    Examples:
        qingjian label read picture.png
        qingjian label read exports/ "archive/**/*.mp4" --json
    """
    _tell(names, json, declared=False, pins=[], at="", marks=True)


def verify(
    names: Files,
    declared: Declared = "no",
    pins: Annotated[
        list[Path] | None, typer.Option("--pin", help="A public key that is trusted, PEM.")
    ] = None,
    at: Annotated[
        str, typer.Option("--at", help="Time of the check to state, ISO 8601; now by default.")
    ] = "",
    json: Json = False,
) -> None:
    """
    Say what a platform must: is it AI-made, on what basis, and which words it must show.

    confirmed, possible, suspected, unmarked, contradicted, damaged or unsupported. Exit code 2 when
    a file is damaged or of no format that is handled.

    Examples:
        qingjian label verify upload.mp4 --declared yes
        qingjian label verify uploads/ --pin producer.pem --json
    """
    _tell(names, json, declared == "yes", pins or [], at, marks=False)


def _tell(
    names: list[str], json: bool, declared: bool, pins: list[Path], at: str, marks: bool
) -> None:
    from qingjian.cli.label.files import each, files, from_pem
    from qingjian.core.clock import iso, now
    from qingjian.labels import label, sign
    from qingjian.reports.label import dumps, label_lines, label_row

    stated = _time(at)
    keys = frozenset(from_pem(path, sign.public_of) for path in pins)
    bad = 0

    def one(path: Path) -> None:
        nonlocal bad
        verdict = label.verify(path, declared=declared, keys=keys)
        bad += verdict.verdict in ("damaged", "unsupported")
        if json:
            typer.echo(dumps(label_row(str(path), verdict, stated or iso(now()))))
        else:
            for line in label_lines(str(path), verdict, marks):
                typer.echo(line)

    if each(files(names), one) or bad:
        raise typer.Exit(2)


def _time(at: str) -> str:
    """Give a time as rows have it, UTC where it names no zone. Raises UsageError."""
    from qingjian.core.clock import iso
    from qingjian.core.errors import UsageError

    if not at:
        return ""
    try:
        told = datetime.fromisoformat(at)
        return iso((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise UsageError(f"--at {at!r} is no time", "for one, 2026-11-22T10:00:00Z") from None


def carriers(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """
    List the formats that are handled: their suffixes, where the label goes, and the source of that.

    Examples:
        qingjian label carriers
        qingjian label carriers --json
    """
    from qingjian.labels.carriers import SIDECARS, codec, names

    listed = [(c.name, list(c.suffixes), c.place, c.source) for c in map(codec, names())]
    listed += [("sidecar", [s], "a file beside it", why) for s, why in SIDECARS.items()]
    if json:
        import orjson

        names_of = ("carrier", "suffixes", "place", "source")
        rows = [dict(zip(names_of, row, strict=True)) for row in listed]
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("carrier", "suffixes", "place", "source", box=None, pad_edge=False)
    for name, suffixes, where, why in listed:
        table.add_row(name, " ".join(suffixes), where, why)
    Console().print(table)
