"""
`qingjian case list`, `show`, `verify` and `rebuild`: how cases stand, and that it is proven.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, show
from qingjian.cli.case.told import Id, clock_of, opened, tell
from qingjian.cli.incident.told import say

if TYPE_CHECKING:
    from qingjian.cases.case import Case

Queue = Annotated[
    list[str] | None, typer.Option("--queue", help="Only of this queue; may be repeated.")
]


def list_(
    queue: Queue = None,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help="review, approval, appeal or closed; may be repeated."),
    ] = None,
    owner: Annotated[str, typer.Option("--owner", help="Only of this account.")] = "",
    sealed: Annotated[
        bool, typer.Option("--sealed", help="Only sealed ones, and when each is to be reported.")
    ] = False,
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="How many at most.")] = 20,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    List cases in the order they are taken, and how many wait in each queue.

    Examples:
        qingjian case list
        qingjian case list --queue 2.4 --queue minors -n 100
        qingjian case list --state appeal --json
        qingjian case list --sealed
    """
    from qingjian.cases.queue import SEALED
    from qingjian.cases.wanted import Wanted
    from qingjian.core.clock import iso

    cases = opened(db)
    queues = (SEALED,) if sealed else tuple(queue or ())
    wanted = Wanted(queues, (), tuple(state or ()), owner)
    rows, counts = cases.listed(wanted, most), cases.counts()
    if sealed:
        _clocks([cases.get(str(row["id"])) for row in rows], json=json)
        return
    if json:
        named = [{"queue": q, "state": s, "cases": n} for (q, s), n in sorted(counts.items())]
        show({"cases": rows, "counts": named})
        return
    for row in rows:
        due = f", due {iso(row['due_at'])}" if row["waiting"] else ""
        held = f", with {row['held_by']}" if row["held_until"] > cases.clock() else ""
        say(
            f"{row['id']}  {row['queue']:7} {row['severity']:6} {row['state']}{due}{held}  "
            f"{row['kind']} {row['subject']}"
        )
    for (name, stands), count in sorted(counts.items()):
        say(f"{name:10} {stands:10} {count:>9,}")
    if not counts:
        typer.echo("no cases")


def _clocks(listed: list[Case], *, json: bool) -> None:
    """Print sealed cases, those first that are to be reported first."""
    known = [(case, case.sealed) for case in listed if case.sealed is not None]
    known.sort(key=lambda pair: (pair[1].told_at is not None, pair[1].due_at))
    if json:
        show([{"case": case.id, **asdict(one)} for case, one in known])
        return
    for case, one in known:
        say(f"{case.id}  {case.state}  {case.subject.kind} {case.subject.id}: {clock_of(one)}")
    if not known:
        typer.echo("no sealed cases")


def shown(
    id: Id,
    log: Annotated[bool, typer.Option("--events", help="Also every event of it.")] = False,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Give a case: what was seen, reported, ruled, done, appealed, told, and what comes next.

    Examples:
        qingjian case show 01M854CSF8C02Z16B1VJYTG39R
        qingjian case show 01M854CSF8C02Z16B1VJYTG39R --events --json
    """
    from qingjian.core.clock import iso

    cases = opened(db)
    case = cases.get(id)
    events = list(cases.events(id)) if log else []
    if json:
        show({**asdict(case), "events": [asdict(e) for e in events] if log else case.events})
        return
    tell(case)
    for event in events:
        say(f"  {event.seq:>9,} {iso(event.at)} {event.who}: {event.what}")


def credit(
    owner: Annotated[str, typer.Argument(metavar="OWNER", help="An account.")],
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Give an account's credit with every strike that counts: what its owner may see.

    A strike expires after 180 days and dies with the ruling. What many strikes suggest is for a
    reviewer to weigh; nothing is done by itself.

    Examples:
        qingjian case credit user-9
        qingjian case credit user-9 --json
    """
    from qingjian.cases.credit import credit as credit_of
    from qingjian.core.clock import iso

    cases = opened(db)
    told = credit_of(owner, cases.of_owner(owner), cases.clock())
    if json:
        show(asdict(told))
        return
    say(f"{owner}: {told.left} of 100, {len(told.strikes):,} strikes")
    for one in (*told.strikes, *told.house):
        cost = f"-{one.cost}" if one in told.strikes else "apart"
        say(f"  {iso(one.at)} {cost:5} {one.row}, {one.ground}: {', '.join(one.steps)}")
        say(f"    {one.reason} (case {one.case}, counts until {iso(one.until)})")
    for name, step in told.suggest.items():
        say(f"  strikes in {name} suggest: {step}")


def verify(db: Db = "", json: Json = False) -> None:
    """
    Prove that no event was changed, left out or put in.

    Keep the hash it prints somewhere else: then nobody can write the whole chain anew unseen.

    Examples:
        qingjian case verify
        qingjian case verify --db desk.db --json
    """
    count, head = opened(db).verify()
    if json:
        show({"events": count, "head": head})
        return
    typer.echo(f"{count:,} events proven, the last is {head}")


def rebuild(db: Db = "", json: Json = False) -> None:
    """
    Make the tables of cases and steps again from the events.

    Examples:
        qingjian case rebuild
        qingjian case rebuild --db desk.db
    """
    count = opened(db).rebuild()
    show({"cases": count}) if json else typer.echo(f"{count:,} cases")
