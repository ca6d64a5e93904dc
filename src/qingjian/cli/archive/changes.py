"""
`qingjian archive changes`: what decisions can no longer rest on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, records, show

if TYPE_CHECKING:
    from qingjian.archive.records import Held, Records


def changes(
    after: Annotated[
        int, typer.Option("--after", min=0, help="Number of the last change that is known.")
    ] = 0,
    most: Annotated[int, typer.Option("--most", "-n", min=1, max=100_000, help="How many.")] = 1000,
    since: Annotated[
        str,
        typer.Option(
            "--expired-since", metavar="DAY", help="Also what expired from this day to --on."
        ),
    ] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="DAY", help="With --expired-since; today by default.")
    ] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Give the records that were retracted or entered anew with other content, oldest first.

    Each comes with its number, who did it when and why, and the record as it was before. Ask again
    with --after and the last number.

    Examples:
        qingjian archive changes
        qingjian archive changes --after 1204 --expired-since 2026-07-01 --json
    """
    from dataclasses import asdict

    from qingjian.core.clock import iso

    days = _days(since, on)
    kept = records(db)
    told = kept.changes(after, most=most)
    expired = list(_expired(kept, *days)) if days else []
    if json:
        show(
            {
                "changes": [asdict(c) for c in told],
                "expired": [{"record": h.id, "seq": h.seq, "row": h.row} for h in expired],
                "after": told[-1].seq if told else after,
                "more": len(told) == most,
            }
        )
        return
    for c in told:
        reason = f": {c.reason}" if c.reason else ""
        typer.echo(f"{c.seq:>9}  {iso(c.at)}  {c.what} by {c.who}{reason}")
        typer.echo(f"           {c.record}  {(c.before['title'] or c.before['text'])[:80]}")
    for h in expired:
        typer.echo(f"  expired  {h.row['expires_at']}")
        typer.echo(f"           {h.id}  {(h.row['title'] or h.row['text'])[:80]}")
    if len(told) == most:
        typer.echo(f"there may be more: --after {told[-1].seq}")
    if not told and not expired:
        typer.echo("nothing was retracted or changed")


def _expired(kept: Records, since: date, on: date) -> Iterator[Held]:
    seq = 0
    while lot := kept.expired(on, since, seq):
        yield from lot
        seq = lot[-1].seq


def _days(since: str, on: str) -> tuple[date, date] | None:
    """Give both days, None when nobody asks for what expired."""
    from qingjian.core.clock import today

    if not since:
        if on:
            raise typer.BadParameter("needs --expired-since", param_hint="--on")
        return None
    try:
        return date.fromisoformat(since), date.fromisoformat(on or today())
    except ValueError:
        raise typer.BadParameter(
            "write a day as 2026-01-31", param_hint="--expired-since"
        ) from None
