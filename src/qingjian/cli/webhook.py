"""
`qingjian webhook add`, `list`, `dead`, `replay`, `resume` and `remove`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.told import webhooks
from qingjian.cli.incident.told import say

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of an endpoint.")]


def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where messages are posted to.")],
    who: Who,
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event", metavar="TYPE", help="disposition.started, for one; without it, all."
        ),
    ] = None,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Add an endpoint and print the secret that its messages are signed with, this once.

    It is told of what happens from now on; `webhook replay --since 1` tells it what was before.

    Examples:
        qingjian webhook add https://platform.example/desk --who "Li Min"
        qingjian webhook add https://platform.example/steps --event disposition.started --who Li
    """
    from dataclasses import asdict

    from qingjian.core.settings import load

    inside = bool(load().settings.webhook_private)
    made, secret = webhooks(db, make=True).add(url, event or (), who, inside=inside)
    if json:
        show({"secret": secret, **asdict(made)})
        return
    typer.echo(secret)
    typer.echo(f"id {made.id}; the secret is not shown again", err=True)


def list_(db: Db = "", json: Json = False) -> None:
    """
    List endpoints with what is sent, due and dead.

    Examples:
        qingjian webhook list
        qingjian webhook list --db desk.db --json
    """
    from dataclasses import asdict

    from qingjian.core.clock import iso

    hooks = webhooks(db)
    counts = hooks.counts()
    rows = [
        (one, {state: counts.get((one.id, state), 0) for state in ("sent", "due", "dead")})
        for one in hooks.listed()
    ]
    if json:
        show([{**asdict(one), **count} for one, count in rows])
        return
    for one, count in rows:
        told = ", ".join(f"{n:,} {state}" for state, n in count.items())
        failing = f", failing since {iso(one.failing_since)}" if one.failing_since else ""
        off = "" if one.active else ", switched off"
        say(f"{one.id}  {one.url}  {told}{failing}{off}")
        say(f"    {', '.join(one.events)}")
    if not rows:
        typer.echo("there is no endpoint")


def dead(
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="How many at most.")] = 100,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    List messages that were given up after eight tries, over 31 hours or more.

    Examples:
        qingjian webhook dead
        qingjian webhook dead -n 1000 --json
    """
    from dataclasses import asdict

    from qingjian.core.clock import iso

    found = webhooks(db).dead(most)
    if json:
        show([{"id": one.id, **asdict(one)} for one in found])
        return
    for one in found:
        say(f"{one.id}  case {one.case}, given up {iso(one.at)}: {one.last}")
    if not found:
        typer.echo("nothing is dead")


def replay(
    who: Who,
    id: Annotated[str, typer.Argument(metavar="[ID]", help="Id of a message.")] = "",
    since: Annotated[
        int | None, typer.Option("--since", metavar="SEQ", min=1, help="All from this event on.")
    ] = None,
    endpoint: Annotated[
        str, typer.Option("--endpoint", metavar="ID", help="With --since: only to this one.")
    ] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Send messages again, with the ids they had: one by its id, or all from an event on.

    They go out at the next turn of `qingjian serve`, or with `qingjian case tick`.

    Examples:
        qingjian webhook replay w_0f3a5c7e9b1d2f40-17 --who "Li Min"
        qingjian webhook replay --since 1 --endpoint w_0f3a5c7e9b1d2f40 --who "Li Min"
    """
    from qingjian.core.errors import UsageError

    if bool(id) == (since is not None) or (id and endpoint):
        raise UsageError("what is sent again?", "one: replay ID; or all: replay --since SEQ")
    hooks = webhooks(db)
    count = hooks.replay(id, who) if since is None else hooks.replay_since(since, who, endpoint)
    show({"due": count}) if json else typer.echo(f"{count:,} due again")


def resume(id: Id, who: Who, db: Db = "") -> None:
    """
    Switch an endpoint on again that answered 410 Gone; it is told all it missed.

    Examples:
        qingjian webhook resume w_0f3a5c7e9b1d2f40 --who li
        qingjian webhook resume w_0f3a5c7e9b1d2f40 --who "Li Min" --db desk.db
    """
    webhooks(db).resume(id, who)
    say(f"{id} switched on")


def remove(id: Id, who: Who, db: Db = "") -> None:
    """
    Take an endpoint away, with all that it was still to be told.

    Examples:
        qingjian webhook remove w_0f3a5c7e9b1d2f40 --who li
        qingjian webhook remove w_0f3a5c7e9b1d2f40 --who "Li Min" --db desk.db
    """
    webhooks(db).remove(id, who)
    say(f"{id} removed")
