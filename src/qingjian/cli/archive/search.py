"""
`qingjian archive search`, `show`, `stats` and `export`: what the archive holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, records, show, url


def search(
    text: Annotated[str, typer.Argument(help="A statement, a headline, some words.")],
    most: Annotated[int, typer.Option("--most", "-n", min=1, max=1000, help="How many.")] = 10,
    kind: Annotated[str, typer.Option("--kind", help="claim, source or event.")] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Give the approved records closest to a text.

    Examples:
        qingjian archive search "微波炉加热的饭菜致癌"
        qingjian archive search "停水通知" --kind source --json
    """
    from qingjian.archive.index import Index
    from qingjian.archive.recall import index_folder

    hits = Index(index_folder(url(db)), records(db)).search(text, most, kind)
    if json:
        show([{**h.row, "closeness": round(h.closeness, 3)} for h in hits])
        return
    for h in hits:
        rating = f" {h.known.rating}" if h.known.rating else ""
        typer.echo(f"{h.closeness:5.2f}  {h.known.kind}{rating}  {h.known.id}")
        typer.echo(f"       {(h.known.title or h.known.text)[:100]}")
        typer.echo(f"       {h.known.cited}")
    if not hits:
        typer.echo("nothing is near it")


def shown(
    id: Annotated[str, typer.Argument(help="Id of a record.")], db: Db = "", json: Json = False
) -> None:
    """
    Give a record and all its versions: who did what when.

    Examples:
        qingjian archive show 640a08aa1e357aef4d7b5d84cf3149a2
        qingjian archive show 640a08aa1e357aef4d7b5d84cf3149a2 --json
    """
    from qingjian.core.clock import iso

    rows = records(db)
    held, versions = rows.get(id), rows.history(id)
    if json:
        show({"id": id, "state": held.state, "row": held.row, "versions": versions})
        return
    typer.echo(f"{held.id}  {held.state}")
    for name, value in held.row.items():
        if value and name != "id":
            typer.echo(f"  {name}: {value[:500]}")
    for v in versions:
        reason = f": {v['reason']}" if v["reason"] else ""
        typer.echo(f"  {iso(v['at'])}  {v['what']} by {v['who']}{reason}")


def stats(db: Db = "", json: Json = False) -> None:
    """
    Give how many records there are by kind and state.

    Examples:
        qingjian archive stats
        qingjian archive stats --db claims.db --json
    """
    counts = records(db).counts()
    if json:
        show([{"kind": k, "state": s, "records": n} for (k, s), n in sorted(counts.items())])
        return
    for (kind, state), n in sorted(counts.items()):
        typer.echo(f"{n:>9,}  {kind}  {state}")
    typer.echo(f"{sum(counts.values()):>9,}  in all")


def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here; else to standard output.")
    ] = None,
    db: Db = "",
) -> None:
    """
    Give the approved claims as one data feed of ClaimReviews (schema.org, JSON-LD).

    Examples:
        qingjian archive export -o claims.jsonld
        qingjian archive export --db claims.db
    """
    from qingjian.archive.readers import claimreview

    feed = claimreview.write(h.row for h in records(db).approved("claim"))
    if output is None:
        typer.echo(feed)
    else:
        output.write_text(feed + "\n", "utf-8")
