"""
`qingjian case cluster` and `cluster-rule`: many who act as one, ruled on one by one.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.bulk import told
from qingjian.cli.case.rule import asked_of
from qingjian.cli.case.told import Id, Reason, opened
from qingjian.cli.incident.told import say


def cluster(id: Id, db: Db = "", json: Json = False) -> None:
    """
    List the members of a cluster: the hash of the evidence against each, and its own case.

    Examples:
        qingjian case cluster 01M854CSF8C02Z16B1VJYTG39R
        qingjian case cluster 01M854CSF8C02Z16B1VJYTG39R --json
    """
    cases = opened(db)
    case = cases.get(id)
    own = {(one.kind, one.id): one.case for one in case.severed}
    rows: list[dict[str, Any]] = [
        {
            "kind": kind,
            "id": name,
            "owner": listed[0].owner,
            "evidence": [one.evidence for one in listed],
            "case": own.get((kind, name), ""),
        }
        for (kind, name), listed in case.members.items()
    ]
    if json:
        show(rows)
        return
    for row in rows:
        stands = f"case {row['case']}, {cases.get(row['case']).state}" if row["case"] else "no case"
        marks = ", ".join(hash[:12] for hash in row["evidence"])
        say(f"{row['kind']} {row['id']}  evidence {marks}  {stands}")
    if not rows:
        typer.echo("it names no members")


def cluster_rule(
    id: Id,
    row: Annotated[str, typer.Option("--row", help="Row of `qingjian coverage`, or house_rule.")],
    reason: Reason,
    who: Who,
    step: Annotated[
        list[str],
        typer.Option("--step", metavar="STEP[:DAYS]", help="As in `case rule`; may be repeated."),
    ],
    ground: Annotated[
        str, typer.Option("--ground", help="The article of a law, or the platform's rule.")
    ] = "",
    facts: Annotated[
        str, typer.Option("--facts", help="What was seen; else what each one's evidence says.")
    ] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Rule on each member of a cluster that was claimed, in a case of its own.

    Each gets its own ruling, notice and appeal, with the evidence against it alone. Words that name
    a member are refused, and so are steps that need a second person: a cluster decision begins with
    what can be taken back. `case bulk-undo` takes it back as a whole. Where one ruling falls,
    people look again at members with the same evidence.

    Examples:
        qingjian case cluster-rule ID --row house_rule --step mute:7 --ground 4.2 \
--reason "posted the same text within a minute" --who "Li Min"
        qingjian case cluster-rule ID --row house_rule --step warn --ground 4 --reason "…" --who Li

    Exit codes: 0 each member was ruled on; 2 some were refused, or the call is wrong.
    """
    from qingjian.cases import acts
    from qingjian.flows import clusters as flow

    said = acts.Ground(row, ground, reason, facts=facts)
    batch, made = flow.rule(opened(db), id, who, said, [asked_of(one) for one in step])
    told(made, batch, json=json)
