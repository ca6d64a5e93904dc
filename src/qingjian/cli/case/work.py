"""
`qingjian case claim`, `release`, `skip` and `snooze`: who has what.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.look import Queue
from qingjian.cli.case.told import Id, Reason, acted, opened, tell


def claim(
    who: Who,
    id: Annotated[
        str, typer.Argument(metavar="[CASE]", help="Id of a case; else the one that comes first.")
    ] = "",
    queue: Queue = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only review, approval or appeal.")
    ] = None,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Take the case that comes first, or one by its id, for a quarter of an hour.

    First comes what is due first, earlier the more severe, certain and far-reaching it is; minors
    come before all. Claiming again prolongs it. Sealed cases come with `--queue sealed` alone.

    Examples:
        qingjian case claim --who "Li Min"
        qingjian case claim --queue 2.4 --state review --who "Li Min"
        qingjian case claim 01M854CSF8C02Z16B1VJYTG39R --who "Li Min"

    Exit codes: 0 there is a case; 3 nothing waits.
    """
    from qingjian.cases import acts
    from qingjian.cases.queue import SEALED
    from qingjian.cases.wanted import Wanted

    if id:
        acted(db, id, who, lambda case, at: acts.claim(case, who, at), json=json)
        return
    sealed = SEALED in (queue or ())
    wanted = Wanted(tuple(queue or ()), (), tuple(state or ()), sealed=sealed)
    case = opened(db).claim(who, wanted)
    if case is None:
        typer.echo("nothing waits", err=True)
        raise typer.Exit(3)
    show(asdict(case)) if json else tell(case)


def release(id: Id, who: Who, db: Db = "", json: Json = False) -> None:
    """
    Give a case back to its queue.

    Examples:
        qingjian case release 01M854CSF8C02Z16B1VJYTG39R --who "Li Min"
        qingjian case release 01M854CSF8C02Z16B1VJYTG39R --who "Li Min" --json
    """
    from qingjian.cases import acts

    acted(db, id, who, lambda case, at: acts.release(case, who, at), json=json)


def skip(id: Id, reason: Reason, who: Who, db: Db = "", json: Json = False) -> None:
    """
    Pass a case on; it is not offered to this person again.

    Examples:
        qingjian case skip 01M854CSF8C02Z16B1VJYTG39R --reason "我认识当事人" --who "Li Min"
        qingjian case skip 01M854CSF8C02Z16B1VJYTG39R --reason "not my field" --who Li --json
    """
    from qingjian.cases import acts

    acted(db, id, who, lambda case, at: acts.skip(case, who, reason, at), json=json)


def snooze(
    id: Id,
    reason: Reason,
    who: Who,
    hours: Annotated[float, typer.Option("--hours", help="For how long.")] = 4.0,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Put a case off, until it is due at the latest.

    Examples:
        qingjian case snooze 01M854CSF8C02Z16B1VJYTG39R --reason "等待权威通报" --who "Li Min"
        qingjian case snooze 01M854CSF8C02Z16B1VJYTG39R --hours 1 --reason "asked back" --who Li
    """
    from qingjian.cases import acts

    acted(
        db,
        id,
        who,
        lambda case, at: acts.snooze(case, who, at + hours * 3600, reason, at),
        json=json,
    )
