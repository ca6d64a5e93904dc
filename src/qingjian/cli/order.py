"""
`qingjian order enter`, `list`, `show` and `close`: what authorities ask for.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.opened import orders
from qingjian.cli.case.told import Reason
from qingjian.cli.incident.told import say

if TYPE_CHECKING:
    from qingjian.cases.entered import Entered

Id = Annotated[str, typer.Argument(metavar="ORDER", help="Id of an order.")]


def enter(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The order, .toml.")],
    who: Who,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Enter an authority's order: each item opens a case, or joins its open one, and comes first.

    The file has issuer, number, basis, scope, received_at, expires_at, steps, [[item]] with kind
    and id, and, where they are known, due_at, owner and silence: the ground for not telling owners.
    Nothing is decided by it. A person rules with the order as ground: case rule --ground ORDER.

    Examples:
        qingjian order enter order.toml --who "Li Min"
        qingjian order enter order.toml --who "Li Min" --db desk.db --json
    """
    from qingjian.cases.order import read
    from qingjian.core.errors import NotFound

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"cannot read {path}: {error}", "it is TOML in UTF-8") from None
    room = orders(db)
    made = room.enter(read(text), who)
    show(_row(made, room.clock())) if json else _tell(made, room.clock())


def list_(
    all: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="How many at most.")] = 100,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    List orders, newest first.

    Examples:
        qingjian order list
        qingjian order list --all --json
    """
    from qingjian.core.clock import iso

    room = orders(db)
    listed, at = room.listed(most, all=all), room.clock()
    if json:
        show([_row(one, at) for one in listed])
        return
    for one in listed:
        silent = ", silent" if one.order.silence else ""
        count = f"{len(one.order.items):,} items{silent}"
        until = iso(one.order.expires_at)
        say(f"{one.id}  {one.order.named}: {count}, {one.state(at)}, until {until}")
    if not listed:
        typer.echo("no order is open" if not all else "no order was entered")


def shown(id: Id, db: Db = "", json: Json = False) -> None:
    """
    Give an order with its items and their cases.

    Examples:
        qingjian order show o_0f3a5c7e9b1d2f40
        qingjian order show o_0f3a5c7e9b1d2f40 --json
    """
    room = orders(db)
    made = room.get(id)
    show(_row(made, room.clock())) if json else _tell(made, room.clock())


def close(id: Id, reason: Reason, who: Who, db: Db = "", json: Json = False) -> None:
    """
    End an order before its time; owners who were not told are told now.

    Examples:
        qingjian order close o_0f3a5c7e9b1d2f40 --reason "发文机关已经撤回" --who "Li Min"
        qingjian order close o_0f3a5c7e9b1d2f40 --reason "it was withdrawn" --who Li --json
    """
    room = orders(db)
    made = room.close(id, who, reason)
    show(_row(made, room.clock())) if json else _tell(made, room.clock())


def _row(one: Entered, at: float) -> dict[str, Any]:
    return {**asdict(one), "state": one.state(at)}


def _tell(one: Entered, at: float) -> None:
    from qingjian.core.clock import iso

    order = one.order
    say(f"{one.id}  {order.named}: {order.scope}")
    say(f"  {one.state(at)}, received {iso(order.received_at)}, until {iso(order.expires_at)}")
    say(f"  asks for {', '.join(order.steps)} by {iso(order.due_at)}")
    if order.silence:
        say(f"  owners are not told while it is open: {order.silence}")
    say(f"  entered by {one.entered_by} {iso(one.entered_at)}")
    if one.closed_at is not None:
        say(f"  closed by {one.closed_by} {iso(one.closed_at)}: {one.reason}")
    for item, case in zip(order.items, one.cases, strict=True):
        say(f"  case {case}  {item.kind} {item.id}")
