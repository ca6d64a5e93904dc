"""
`qingjian case rule`, `approve`, `refuse`, `lift` and `reopen`: what is decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who
from qingjian.cli.case.told import Id, Reason, acted

if TYPE_CHECKING:
    from qingjian.cases.acts import Asked


def rule(
    id: Id,
    row: Annotated[str, typer.Option("--row", help="Row of `qingjian coverage`, or house_rule.")],
    reason: Reason,
    who: Who,
    step: Annotated[
        list[str] | None,
        typer.Option(
            "--step",
            metavar="STEP[:DAYS]",
            help="What is done; DAYS 0 without end. None: no violation. May be repeated.",
        ),
    ] = None,
    ground: Annotated[
        str, typer.Option("--ground", help="The article of a law, or the platform's rule.")
    ] = "",
    facts: Annotated[
        str, typer.Option("--facts", help="What was seen; else what the findings say.")
    ] = "",
    record: Annotated[
        list[str] | None,
        typer.Option("--record", help="A record of the archive it rests on; may be repeated."),
    ] = None,
    illegal: Annotated[
        bool, typer.Option("--illegal", help="The ground is a law, not the platform's own rule.")
    ] = False,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Rule on a case that was claimed. What takes away much waits for a second person.

    The owner is told the step, the ground, the reason, who decided and how to appeal.

    Examples:
        qingjian case rule ID --row 2.4.kin_fraud --step remove --ground 3.1 --reason "…" --who Li
        qingjian case rule ID --row 2.4.kin_fraud --reason "是家人之间的玩笑" --who "Li Min"
    """
    from qingjian.cases import acts

    asked = [asked_of(one) for one in step or ()]
    said = acts.Ground(row, ground, reason, tuple(record or ()), facts, illegal)
    acted(db, id, who, lambda case, at: acts.rule(case, who, said, asked, at), json=json)


def approve(id: Id, who: Who, db: Db = "", json: Json = False) -> None:
    """
    Agree, as a second person who has claimed it, to a ruling that waits.

    Examples:
        qingjian case approve 01M854CSF8C02Z16B1VJYTG39R --who "Wu Fang"
        qingjian case approve 01M854CSF8C02Z16B1VJYTG39R --who "Wu Fang" --json
    """
    from qingjian.cases import acts

    acted(db, id, who, lambda case, at: acts.approve(case, who, at), json=json)


def refuse(id: Id, reason: Reason, who: Who, db: Db = "", json: Json = False) -> None:
    """
    Disagree, as a second person who has claimed it: the case is reviewed again.

    Examples:
        qingjian case refuse 01M854CSF8C02Z16B1VJYTG39R --reason "证据不足以关闭" --who Wu
        qingjian case refuse 01M854CSF8C02Z16B1VJYTG39R --reason "too hard a step" --who Wu --json
    """
    from qingjian.cases import acts

    acted(db, id, who, lambda case, at: acts.refuse(case, who, reason, at), json=json)


def lift(
    id: Id,
    disposition: Annotated[
        str, typer.Argument(metavar="STEP", help="Number of the step in the case, 1.1 for one.")
    ],
    reason: Reason,
    who: Who,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Take a step back before its end; the owner is told.

    Examples:
        qingjian case lift 01M854CSF8C02Z16B1VJYTG39R 1.1 --reason "已改正" --who "Li Min"
        qingjian case lift 01M854CSF8C02Z16B1VJYTG39R 1.2 --reason "set right" --who Li --json
    """
    from qingjian.cases import acts

    acted(db, id, who, lambda case, _at: acts.lift(case, disposition, reason), json=json)


def reopen(id: Id, reason: Reason, who: Who, db: Db = "", json: Json = False) -> None:
    """
    Review a closed case again.

    Examples:
        qingjian case reopen 01M854CSF8C02Z16B1VJYTG39R --reason "新的证据" --who "Li Min"
        qingjian case reopen 01M854CSF8C02Z16B1VJYTG39R --reason "new evidence" --who Li --json
    """
    from qingjian.cases import acts

    acted(db, id, who, lambda case, at: acts.reopen(case, reason, at), json=json)


def asked_of(text: str) -> Asked:
    """Give the step that `STEP` or `STEP:DAYS` asks for. Raises UsageError."""
    from qingjian.cases.acts import Asked as One

    step, _, days = text.partition(":")
    if days and not days.isdecimal():
        raise typer.BadParameter("write STEP or STEP:DAYS", param_hint="--step")
    return One(step, int(days) if days else None)
