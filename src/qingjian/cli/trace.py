"""
`qingjian trace`: from a content number to copies, cases and rulings.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show, url

if TYPE_CHECKING:
    from qingjian.flows.trace import Sought, Traced
    from qingjian.wiring import Services

_LOG = Path("unlabelled-copies.jsonl")


def trace(
    what: Annotated[
        str,
        typer.Argument(
            metavar="PRODUCE_ID|FILE",
            help="Content number of a label, or a file: then its label and its hash.",
        ),
    ],
    who: Who,
    logs: Annotated[
        list[Path] | None,
        typer.Option("--log", help=f"Log of unlabelled copies; {_LOG} if it is there. Repeatable."),
    ] = None,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Tell what is written down of a content number: unlabelled copies, cases, rulings, steps.

    A case is told when its subject has that number or hash as its id, or when an item or a run that
    it keeps mentions it as a whole word. That you read it is written into each such case.

    What is not logged, and so not found: writing, repairing and propagating labels; the prompt, the
    model and the account that made the content; runs that no case kept, or that are kept no longer;
    copies without a label that were made by other means than `label export-unlabelled`.

    Examples:
        qingjian trace cc75f5e99aae4210960acb722f10974e --who "Li Min"
        qingjian trace picture.png --log copies.jsonl --who "Li Min" --db desk.db --json
    """
    from qingjian.core.errors import NotFound
    from qingjian.flows import trace as flow

    missing = next((log for log in logs or () if not log.is_file()), None)
    if missing is not None:
        raise NotFound(f"no log {missing}")
    read = logs or ([_LOG] if _LOG.is_file() else [])
    sought = flow.sought(what)
    built = _built(db)
    cases, proof = (built.cases, built.proof) if built else (None, None)
    traced = flow.trace(sought, read, cases, proof, who)
    if json:
        show(_row(sought, traced))
        return
    _tell(sought, traced)
    if not read:
        typer.echo(f"no log of unlabelled copies was read: {_LOG} is not there")
    if built is None:
        typer.echo(f"no cases were read: there is no database {_shown(db)}")


def _built(db: str) -> Services | None:
    """Give the services of the database; None where nobody named one and none is there."""
    from qingjian.cli.case.told import built
    from qingjian.core.errors import NotFound
    from qingjian.core.settings import load

    try:
        return built(db)
    except NotFound:
        if db or load().settings.db:
            raise
        return None


def _shown(db: str) -> str:
    from qingjian.core.address import without_password

    return without_password(url(db))


def _row(sought: Sought, traced: Traced) -> dict[str, Any]:
    from dataclasses import asdict

    marks = [{"label": m.label, "place": m.place, **m.fields} for m in sought.marks]
    return {
        "produce_ids": list(sought.ids),
        "sha256": list(sought.hashes),
        "marks": marks,
        "copies": [{"log": log, **entry} for log, entry in traced.copies],
        "cases": [asdict(case) for case in traced.cases],
    }


def _tell(sought: Sought, traced: Traced) -> None:
    """Print what was found."""
    from qingjian.cli.case.told import tell
    from qingjian.cli.incident.told import say

    for mark in sought.marks:
        made = mark.fields.get("ContentProducer", "")
        number = mark.fields.get("ProduceID", "")
        say(f"label    {mark.label}, produce id {number or 'none'}, by {made or 'nobody named'}")
    if not sought.ids:
        say("label    none with a produce id: traced by its hash alone")
    for hash in sought.hashes:
        say(f"sha256   {hash}")
    for log, one in traced.copies:
        said = f"to {one['to']}, agreement {one['agreement']}: {one['why']}"
        say(f"copy     {one['at']} {one['file']} {said} ({log})")
    for case in traced.cases:
        tell(case)
    say(f"{len(traced.copies):,} unlabelled copies, {len(traced.cases):,} cases")
