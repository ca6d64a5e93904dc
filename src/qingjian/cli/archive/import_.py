"""
`qingjian archive import`: claims, sources and events from files.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who, records, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingjian.archive.entry import Entry, Refused

_MOST_SHOWN = 20


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="ClaimReview .json or .jsonld, .csv, .tsv, .jsonl, .md, folders.",
        ),
    ],
    who: Who,
    kind: Annotated[
        str, typer.Option("--kind", help="Of rows that do not say: claim, source or event.")
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Column of a table; may be repeated."),
    ] = None,
    batch: Annotated[str, typer.Option("--batch", help="Name of this lot, to approve it by.")] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Take records in. Claims wait until a second person approves them.

    A claim needs a statement that can be checked, its rating, the publisher, a public address, the
    words that settle it and a date. What is refused is listed with its reason; the rest goes in.

    Examples:
        qingjian archive import claims.jsonld --who "Li Min"
        qingjian archive import notices/ --kind source --who "Li Min"
        qingjian archive import rumours.csv --kind claim --map text=statement --who "Li Min"

    Exit codes: 0 all was taken; 2 something was refused or the call is wrong.
    """
    from qingjian.archive.entry import Refused as No
    from qingjian.archive.readers import files
    from qingjian.archive.records import MOST_BATCH
    from qingjian.core.clock import iso, now
    from qingjian.core.known import KINDS

    mapping = dict(m.split("=", 1) for m in column or () if "=" in m)
    if len(mapping) != len(column or ()):
        raise typer.BadParameter("write FIELD=COLUMN", param_hint="--map")
    if kind and kind not in KINDS:
        raise typer.BadParameter(f"one of: {', '.join(KINDS)}", param_hint="--kind")
    listed = files.listed(paths)
    batch = batch or f"{iso(now())} {who}"[:MOST_BATCH]
    refused: list[Refused] = []

    def taken() -> Iterator[Entry]:
        for path in listed:
            for one in files.read(path, kind, mapping):
                if isinstance(one, No):
                    refused.append(one)
                else:
                    yield one

    told = _taken_in(records(db, make=True).enter(taken(), who, batch))
    _report(told, refused, batch, json=json)
    if refused:
        raise typer.Exit(2)


def _taken_in(lots: Iterator[Counter[str]]) -> Counter[str]:
    """Give what came of all lots, with a count on the terminal as they go in."""
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    from qingjian.cli.bar import late

    told: Counter[str] = Counter()
    shown = TextColumn("{task.fields[taken]:,} records taken in")
    bar = Progress(shown, console=Console(stderr=True), auto_refresh=False)
    with late(bar, None, taken=0) as tick:
        for lot in lots:
            told.update(lot)
            tick(lambda: {"taken": told.total()})
    return told


def _report(told: Counter[str], refused: list[Refused], batch: str, *, json: bool) -> None:
    if json:
        show(
            {
                "batch": batch,
                **{name: told[name] for name in ("entered", "changed", "known")},
                "refused": [
                    {"where": r.where, "reason": r.reason, "what": r.what} for r in refused
                ],
            }
        )
        return
    typer.echo(
        f"{told['entered']:,} entered, {told['changed']:,} changed, {told['known']:,} known,"
        f" {len(refused):,} refused"
    )
    for r in refused[:_MOST_SHOWN]:
        typer.echo(f"  {r.where}: {r.reason}: {r.what}")
    if len(refused) > _MOST_SHOWN:
        typer.echo(f"  … and {len(refused) - _MOST_SHOWN:,} more; --json has all")
    if told["entered"] + told["changed"]:
        typer.echo(
            f"claims of this lot wait for a second person: "
            f"qingjian archive approve {batch!r} --who NAME"
        )
