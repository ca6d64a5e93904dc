"""
`qingjian evidence export` and `verify`: what an auditor is handed, and whether it is whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, show
from qingjian.cli.incident.told import bar, say, some

if TYPE_CHECKING:
    from qingjian.reports.evidence.bundle import Manifest
    from qingjian.reports.evidence.check import Checked


def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="The zip to write.")],
    cases: Annotated[
        list[str] | None, typer.Argument(metavar="CASE...", help="Ids of cases.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Every event of the tenant: the whole chain.")
    ] = False,
    no_content: Annotated[
        bool, typer.Option("--no-content", help="Without what events name: no snapshots.")
    ] = False,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Write the events of cases, and what they name, into a zip that proves itself.

    Only the whole chain shows that nothing was left out. Some cases show that each event is that of
    its hash, and no more. Content of cases about minors is never put in; only you can read the zip.
    Events hold names, grounds and reasons also without content.

    Examples:
        qingjian evidence export --all -o evidence.zip
        qingjian evidence export 01M854CSF8C02Z16B1VJYTG39R --no-content -o case.zip --db desk.db
    """
    from dataclasses import asdict
    from importlib.metadata import version

    from qingjian.cli.case.told import built
    from qingjian.core.clock import now
    from qingjian.core.errors import UsageError
    from qingjian.reports.evidence import export as bundles

    if whole is bool(cases):
        raise UsageError("say which cases, or --all", "ids stand in `qingjian case list`")
    services = built(db)
    proof = services.proof
    detectors = {id: one.card.version for id, one in services.registry.detectors.items()}
    maker = bundles.Maker(version("qingjian"), detectors, now())
    wanted = bundles.Wanted(tuple(cases or ()), not no_content)
    with bar("events and snapshots", None) as tick:
        made = bundles.export(
            proof, wanted, output, maker, lambda done: tick(lambda: {"count": done})
        )
    show(asdict(made)) if json else _tell(made, output)


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="What was exported.")],
    head: Annotated[
        str, typer.Option("--head", metavar="HASH", help="A hash noted before: is it there?")
    ] = "",
    json: Json = False,
) -> None:
    """
    Check every hash, the chain, the digest of every snapshot, and the manifest; no database.

    Each event or file that is broken is named. A zip of unknown origin can be checked: nothing is
    unpacked to the disk.

    Examples:
        qingjian evidence verify evidence.zip
        qingjian evidence verify evidence.zip --head 7aec56dd… --json

    Exit codes: 0 nothing is broken; 2 something is, or the file is no zip of evidence.
    """
    from dataclasses import asdict

    from qingjian.reports.evidence.check import check

    with bar("events and snapshots", None) as tick:
        told = check(file, head.lower(), lambda done: tick(lambda: {"count": done}))
    if json:
        show({"whole": told.whole, **asdict(told)})
    else:
        _tell_checked(told)
    raise typer.Exit(0 if told.whole else 2)


def _tell(made: Manifest, output: Path) -> None:
    counts = made.counts
    say(
        f"{output}: {counts['events']:,} events of {counts['cases']:,} cases, "
        f"{counts['snapshots']:,} snapshots, {counts['absent']:,} absent"
    )
    typer.echo(f"the chain ends with event {made.head['seq']:,}, {made.head['hash']}")
    typer.echo("keep this hash somewhere else: then nobody can write the whole chain anew unseen")


def _tell_checked(told: Checked) -> None:
    from qingjian.core.clock import iso

    some(told.broken, lambda note: say(f"broken  {note.what}: {note.reason}"))
    if told.faults > len(told.broken):
        typer.echo(f"  {told.faults:,} in all")
    made = told.manifest
    if made is None:
        return
    say(f"tenant {made.tenant}, exported {iso(made.made_at)} by qingjian {made.tool}")
    typer.echo(f"{told.events:,} events, {told.snapshots:,} snapshots, {told.absent:,} absent")
    if not told.whole:
        return
    if made.scope == "all":
        say(f"proven: the whole chain to event {made.head['seq']:,}, {made.head['hash']}")
    else:
        typer.echo("proven: each event is that of its hash")
        typer.echo("not proven: that none is missing, and that they stand in the chain")
    if told.noted:
        typer.echo(f"the hash noted before is that of event {told.noted:,}")
