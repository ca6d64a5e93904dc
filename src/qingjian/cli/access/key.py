"""
`qingjian key add`, `list` and `revoke`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.access.opened import Kinds, Masks, Queues, Roles, Who, accounts, named, row, tell
from qingjian.cli.archive.opened import Db, Json, show
from qingjian.cli.incident.told import say

if TYPE_CHECKING:
    from qingjian.access.person import Key


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for.")],
    role: Roles,
    who: Who,
    queue: Queues = None,
    subject_kind: Kinds = None,
    mask: Masks = None,
    days: Annotated[
        int | None, typer.Option("--days", help="It holds so long; without it, until revoked.")
    ] = None,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Make a key and print it, this once; only its SHA-256 is kept.

    No key decides a case, approves or judges an appeal, whatever its roles: a person does.

    Examples:
        qingjian key add crawler --role integration --who li
        qingjian key add "yearly audit" --role auditor --days 30 --who "Li Min" --json
    """
    from qingjian.access.person import Reach

    reach = Reach(named(queue) or (), named(subject_kind) or (), named(mask) or ())
    made, token = accounts(db, make=True).add_key(name, role, who, reach, days)
    if json:
        show({"key": token, **_row(made)})
        return
    typer.echo(token)
    typer.echo(f"id {made.person.id}; the key is not shown again", err=True)


def list_(db: Db = "", json: Json = False) -> None:
    """
    List all keys with the day of their last use, also those out of use.

    Examples:
        qingjian key list
        qingjian key list --db archive.db --json
    """
    keys = accounts(db).listed_keys()
    if json:
        show([_row(one) for one in keys])
        return
    for one in keys:
        used = f"used on {one.used_on}" if one.used_on else "never used"
        say(f"{one.person.id}  {one.person.name}  {tell(one.person)}; {used}; {_state(one)}")
    if not keys:
        typer.echo("there is no key")


def revoke(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of a key.")], who: Who, db: Db = ""
) -> None:
    """
    Take a key out of use, from the next call on.

    Examples:
        qingjian key revoke k_0f3a5c7e9b1d2f40 --who li
        qingjian key revoke k_0f3a5c7e9b1d2f40 --who "Li Min" --db archive.db
    """
    accounts(db).revoke(id, who)
    say(f"{id} revoked")


def _row(key: Key) -> dict[str, Any]:
    more = {"added_at": key.added_at, "expires_at": key.expires_at, "used_on": key.used_on}
    kept = {k: v for k, v in row(key.person).items() if k != "granted"}
    return {**kept, **more, "revoked_at": key.revoked_at}


def _state(key: Key) -> str:
    from qingjian.core.clock import iso

    if key.revoked_at is not None:
        return f"revoked {iso(key.revoked_at)}"
    if key.expires_at is None:
        return "holds until revoked"
    return f"{'holds until' if key.person.active else 'expired'} {iso(key.expires_at)}"
