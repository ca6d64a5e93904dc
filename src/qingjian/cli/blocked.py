"""
`qingjian blocked submit` to `check`: hashes that victims hand in, and copies found by them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.told import Reason, of_tenant
from qingjian.cli.incident.told import say

if TYPE_CHECKING:
    from qingjian.cases.blocked import Blocked, Blocklist

Number = Annotated[int, typer.Argument(metavar="HASH", help="Number of a hash, as listed.")]
Perceptual = Annotated[
    str, typer.Option("--perceptual", metavar="NAME:HEX", help="Only the very same is found.")
]


def opened(db: str, *, make: bool = False) -> Blocklist:
    """Give the hashes of the database. Raises NotFound for one that is not there."""
    from qingjian.cases.blocked import Blocklist

    return of_tenant(Blocklist, db, make=make)


def submit(
    digest: Annotated[str, typer.Argument(metavar="SHA256", help="64 hex digits.")],
    who: Who,
    perceptual: Perceptual = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Hand a hash in for somebody, and print the ticket number that takes it back.

    The ticket is told this once, and kept nowhere.

    Examples:
        qingjian blocked submit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 \
--who "Li Min"
        qingjian blocked submit "$SHA256" --perceptual dhash:0f1e2d3c4b5a6978 --who Li --json
    """
    one, ticket = opened(db, make=True).submit(digest, perceptual, who)
    if json:
        show({"id": one.id, "ticket": ticket})
        return
    say(f"hash {one.id} waits for another person; the ticket is {ticket}")


def list_(
    state: Annotated[
        str, typer.Option("--state", help="waiting, approved, refused or withdrawn; else all.")
    ] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    List hashes that were handed in, oldest first.

    Examples:
        qingjian blocked list --state waiting
        qingjian blocked list --json
    """
    found = [one for one in opened(db).all().values() if state in ("", one.state)]
    if json:
        show([_values(one) for one in found])
        return
    for one in found:
        _line(one)
    if not found:
        typer.echo("no hashes")


def approve(id: Number, who: Who, reason: Reason, db: Db = "", json: Json = False) -> None:
    """
    Agree to a hash that somebody else handed in: copies are found from now on.

    Examples:
        qingjian blocked approve 17 --who "Wu Fang" --reason "spoke with whoever it shows"
        qingjian blocked approve 17 --who "Wu Fang" --reason "the police confirmed it" --json
    """
    _told(opened(db).approve(id, who, reason), json=json)


def refuse(id: Number, who: Who, reason: Reason, db: Db = "", json: Json = False) -> None:
    """
    Refuse a hash that somebody else handed in.

    Examples:
        qingjian blocked refuse 17 --who "Wu Fang" --reason "a news picture, nobody is shown"
        qingjian blocked refuse 17 --who "Wu Fang" --reason "handed in twice" --json
    """
    _told(opened(db).refuse(id, who, reason), json=json)


def withdraw(
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help="As it was told.")],
    who: Annotated[str, typer.Option("--who", help="Who does it.")] = "public",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Take a hash back by its ticket: copies are found no more.

    Examples:
        qingjian blocked withdraw 0f1e2d3c4b5a69780f1e2d3c4b5a6978
        qingjian blocked withdraw 0f1e2d3c4b5a69780f1e2d3c4b5a6978 --who "Li Min" --json
    """
    _told(opened(db).withdraw(ticket, who), json=json)


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files.")],
    perceptual: Perceptual = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Tell which files are copies of what a person agreed to block.

    Examples:
        qingjian blocked check upload.jpg
        qingjian blocked check uploads/* --json

    Exit codes: 0 none is; 14 one is; 2 the call is wrong.
    """
    import hashlib

    from qingjian.core.errors import NotFound

    blocked = opened(db)
    found = {}
    for path in paths:
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise NotFound(f"{path} cannot be read: {error.strerror or error}") from None
        empty = not path.stat().st_size
        found[str(path)] = [] if empty else [b.id for b in blocked.check(digest, perceptual)]
    if json:
        show(found)
    else:
        for name, ids in found.items():
            say(f"{name}  {f'blocked by hash {ids[0]}' if ids else 'not blocked'}")
    if any(found.values()):
        raise typer.Exit(14)


def _values(one: Blocked) -> dict[str, object]:
    from dataclasses import asdict

    return {name: value for name, value in asdict(one).items() if name != "ticket"}


def _told(one: Blocked, *, json: bool) -> None:
    show(_values(one)) if json else _line(one)


def _line(one: Blocked) -> None:
    from qingjian.core.clock import iso

    judged = f", {one.judged_by}: {one.reason}" if one.judged_by else ""
    near = f" {one.perceptual}" if one.perceptual else ""
    say(f"{one.id}  {one.state}  {one.sha256}{near}  {one.by} {iso(one.at)}{judged}")
