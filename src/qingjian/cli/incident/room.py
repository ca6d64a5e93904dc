"""
`qingjian incident open`, `show`, `list` and `close`: the rooms themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.incident.told import MOST_SHOWN, Id, built, row, say, verdict

if TYPE_CHECKING:
    from qingjian.archive.incident import Incident


def open_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    about: Annotated[
        str, typer.Option("--about", help="What and where, in a few words; posts are matched.")
    ],
    who: Who,
    days: Annotated[
        int, typer.Option("--days", help="It closes itself so long after the last news.")
    ] = 14,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Open a room on an incident and print its id.

    It closes itself when no bulletin and no post has come for some days.

    Examples:
        qingjian incident open "青石隧道塌方" --about "云岭 青石隧道 塌方" --who "Li Min"
        qingjian incident open "7.18 fire" --about "Hongxia road fire" --days 7 --who Li --json
    """
    id = built(db, make=True).incidents.open(name, about, who, days)
    show({"id": id}) if json else typer.echo(id)


def shown(
    id: Id,
    most: Annotated[
        int | None, typer.Option("--most", "-n", min=0, help="How many posts; all with --json.")
    ] = None,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Give an incident, its bulletins, and each watched post with verdict, note and both quotations.

    Examples:
        qingjian incident show 20260718-3fa9c1
        qingjian incident show 20260718-3fa9c1 --most 100 --json
    """
    rooms = built(db).incidents
    one, bulletins = rooms.show(id), rooms.bulletins(id)
    posts: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    limit = most if most is not None else None if json else MOST_SHOWN
    seq = 0
    while lot := rooms.posts(id, seq):
        counts.update(w.verdict.word if w.verdict else "not_checked" for w in lot)
        kept = lot if limit is None else lot[: limit - len(posts)]
        posts += [{**asdict(w.post), **row(w.verdict)} for w in kept]
        seq = lot[-1].seq
    pinned = [
        {"record": b.held.id, "at": b.at, "who": b.who, "used": b.used, **b.held.row}
        for b in bulletins
    ]
    if json:
        show({**asdict(one), "verdicts": counts, "pinned": pinned, "watched": posts})
        return
    _tell(one, pinned, counts)
    for p in posts:
        say(f"{p['id'] or p['hash'][:12]}: {p['text'][:100]}")
        verdict(p)
    if len(posts) < one.posts:
        say(f"… and {one.posts - len(posts):,} more; --most, or --json for all")


def _tell(one: Incident, pinned: Sequence[Mapping[str, Any]], counts: Counter[str]) -> None:
    from qingjian.core.clock import iso

    say(f"{one.id}  {one.name}: {one.about}")
    say(f"  opened {iso(one.opened_at)} by {one.opened_by}; {state(one)}")
    for b in pinned:
        gone = "" if b["used"] else "  no longer used"
        say(f"  bulletin {b['record']} pinned {iso(b['at'])} by {b['who']}{gone}")
        say(f"    {(b['title'] or b['text'])[:100]} ({b['publisher']} {b['published_at']})")
    told = ", ".join(f"{word} {n:,}" for word, n in counts.most_common())
    say(f"  {one.posts:,} posts watched{': ' if told else ''}{told}")


def list_(db: Db = "", json: Json = False) -> None:
    """
    List all incidents, oldest first.

    Examples:
        qingjian incident list
        qingjian incident list --db archive.db --json
    """
    rooms = built(db).incidents.listed()
    if json:
        show([asdict(one) for one in rooms])
        return
    for one in rooms:
        say(f"{one.id}  {one.bulletins:,} bulletins, {one.posts:,} posts; {state(one)}  {one.name}")
    if not rooms:
        typer.echo("no incident was opened")


def close(id: Id, who: Who, db: Db = "") -> None:
    """
    Close a room. Nothing is deleted; opening again makes a new one.

    Examples:
        qingjian incident close 20260718-3fa9c1 --who "Li Min"
        qingjian incident close 20260718-3fa9c1 --who "Li Min" --db archive.db
    """
    built(db).incidents.close(id, who)
    typer.echo(f"{id} closed")


def state(one: Incident) -> str:
    """Give whether a room is open, or who closed it when."""
    from qingjian.core.clock import iso

    if one.closed_at is None:
        return f"open, closes itself {one.days} days after {iso(one.last_at)}"
    return f"closed {iso(one.closed_at)} by {one.closed_by}"
