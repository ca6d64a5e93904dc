"""
`qingjian case purge`: contents go when their time is over.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, show
from qingjian.cli.case.told import built
from qingjian.cli.incident.told import say


def purge(
    who: Annotated[str, typer.Option("--who", help="Who does it; it stands on the chain.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Delete contents whose time is over: items, rows and words of cases long closed, runs long past.

    The chain stays and says which hashes went. What is held (`qingjian hold`) is kept, and so is
    what happened in a case within `retention_days`. `qingjian serve` does it once a day.

    Examples:
        qingjian case purge --dry-run
        qingjian case purge --who "Li Min" --json
    """
    from qingjian.core.errors import UsageError

    if not dry_run and not who.strip():
        raise UsageError("nobody says who does it", "add --who NAME, or --dry-run")
    told = built(db).retention.purge(who.strip(), dry=dry_run)
    if json:
        counts = {"purged": dict(told.kinds), "bytes": told.size_bytes, "kept": told.kept}
        show({**counts, "dry_run": dry_run})
        return
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(told.kinds.items()))
    would = "would go" if dry_run else "gone"
    say(f"{would}: {kinds or 'nothing'}; {told.size_bytes:,} bytes")
    if told.kept:
        say(f"{told.kept:,} past their time are kept: their case is alive, or they are held")
