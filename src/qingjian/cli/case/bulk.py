"""
`qingjian case alike`, `bulk` and `bulk-undo`: many cases about nearly the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.rule import asked_of
from qingjian.cli.case.told import Id, Reason, opened
from qingjian.cli.incident.told import say, some

if TYPE_CHECKING:
    from qingjian.cases.case import Case
    from qingjian.core.types import Note

Ids = Annotated[list[str], typer.Argument(metavar="CASE...", help="Ids of cases.")]
_SHOWN = 300


def alike(
    id: Id,
    least: Annotated[
        float, typer.Option("--least", min=0.1, max=1, help="Least share of the text, 0 to 1.")
    ] = 0.6,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    List open cases whose text is nearly that of a case.

    Examples:
        qingjian case alike 01M854CSF8C02Z16B1VJYTG39R
        qingjian case alike 01M854CSF8C02Z16B1VJYTG39R --least 0.9 --json
    """
    from dataclasses import asdict

    from qingjian.flows import bulk as flow

    found = flow.alike(opened(db), id, least)
    if json:
        show([asdict(one) for one in found])
        return
    for one in found:
        say(f"{one.case}  {one.share:.2f}  {one.subject}: {one.text[:80]}")
    if not found:
        typer.echo("nothing is alike")


def bulk(
    ids: Ids,
    who: Who,
    read: Annotated[
        str, typer.Option("--read", metavar="CASE,...", help="The sample, once it was read.")
    ] = "",
    row: Annotated[
        str, typer.Option("--row", help="Row of `qingjian coverage`, or house_rule.")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, in words for each owner.")] = "",
    step: Annotated[
        list[str] | None,
        typer.Option("--step", metavar="STEP[:DAYS]", help="As in `case rule`; may be repeated."),
    ] = None,
    ground: Annotated[
        str, typer.Option("--ground", help="The article of a law, or the platform's rule.")
    ] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Rule on many cases at once, after a sample that is drawn for you was read.

    Without --read it shows the sample. Then each case gets its own ruling, notice and appeal; heavy
    steps wait for a second person as ever. `case bulk-undo` takes the whole batch back.

    Examples:
        qingjian case bulk ID ID ID --who "Li Min"
        qingjian case bulk ID ID ID --read ID,ID --row 1.2.goods --step remove --ground 3.1 \
--reason "the same offer under many accounts" --who "Li Min"

    Exit codes: 0 all were ruled on; 2 some were refused, or the call is wrong.
    """
    from qingjian.cases import acts
    from qingjian.flows import bulk as flow

    cases = opened(db)
    if not read:
        wanted = {id: flow.text_of(cases, cases.get(id)) for id in flow.sample(ids, who)}
        if json:
            show({"sample": wanted})
            return
        for id, text in wanted.items():
            say(f"{id}  {text[:_SHOWN] or 'no text is kept: qingjian case show'}")
        typer.echo(f"\nread these, then: --read {','.join(wanted)}")
        return
    said = acts.Ground(row, ground, reason)
    asked = [asked_of(one) for one in step or ()]
    named = [one.strip() for one in read.split(",") if one.strip()]
    told(flow.rule(cases, ids, who, said, asked, named), flow.batch_of(ids, who), json=json)


def bulk_undo(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="As `case bulk` told.")],
    who: Who,
    reason: Reason,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Take back all steps of a batch that still stand; each owner is told.

    Examples:
        qingjian case bulk-undo b_0f3a5c7e9b1d2f40 --who "Li Min" --reason "another offer"
        qingjian case bulk-undo b_0f3a5c7e9b1d2f40 --who "Li Min" --reason "wrong rule" --json
    """
    from qingjian.flows import bulk as flow

    told(flow.undo(opened(db), batch, who, reason), batch, json=json)


def told(made: Iterable[Case | Note], batch: str, *, json: bool) -> None:
    """Print what was done and what was refused; exit code 2 where something was."""
    from qingjian.core.types import Note

    done, refused = [], []
    for one in made:
        if isinstance(one, Note):
            refused.append(one)
        else:
            done.append(one)
    if json:
        listed = [{"case": n.what, "reason": n.reason} for n in refused]
        show({"batch": batch, "done": [case.id for case in done], "refused": listed})
    else:
        say(f"batch {batch}: {len(done):,} done, {len(refused):,} refused")
        some(refused, lambda n: say(f"  refused  {n.what}: {n.reason}"))
    if refused:
        raise typer.Exit(2)
