"""
`qingjian user add`, `list`, `roles`, `password` and `deactivate`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qingjian.cli.access.opened import (
    Kinds,
    Masks,
    PasswordStdin,
    Queues,
    Roles,
    Who,
    accounts,
    asked_password,
    named,
    row,
    tell,
)
from qingjian.cli.archive.opened import Db, Json, show
from qingjian.cli.incident.told import say

Name = Annotated[str, typer.Argument(metavar="NAME", help="The login; case does not count.")]


def add(
    name: Name,
    role: Roles,
    who: Who,
    queue: Queues = None,
    subject_kind: Kinds = None,
    mask: Masks = None,
    password_stdin: PasswordStdin = False,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Add a user; the password is asked for, at least 12 characters.

    Examples:
        qingjian user add "Li Min" --role admin --who "Li Min"
        qingjian user add wang --role reviewer --queue fraud --who li --password-stdin --json
    """
    from qingjian.access.person import Reach

    reach = Reach(named(queue) or (), named(subject_kind) or (), named(mask) or ())
    secret = asked_password(password_stdin)
    made = accounts(db, make=True).add_user(name, secret, role, who, reach)
    show(row(made)) if json else say(f"{made.name} added: {tell(made)}")


def list_(db: Db = "", json: Json = False) -> None:
    """
    List all users, also those that were deactivated.

    Examples:
        qingjian user list
        qingjian user list --db archive.db --json
    """
    users = accounts(db).listed_users()
    if json:
        show([row(one) for one in users])
        return
    for one in users:
        say(f"{one.name}  {tell(one)}{'' if one.active else '  deactivated'}")
    if not users:
        typer.echo("there is no user")


def roles(
    name: Name,
    who: Who,
    role: Annotated[
        list[str] | None, typer.Option("--role", metavar="ROLE", help="All roles from now on.")
    ] = None,
    queue: Queues = None,
    subject_kind: Kinds = None,
    mask: Masks = None,
    grant: Annotated[
        list[str] | None,
        typer.Option("--grant", metavar="PERMISSION", help="What no role has: sealed.read."),
    ] = None,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Set a user's roles and reach. What is not named stays; a - lifts it.

    The last admin keeps the role, and nobody grants something to themselves.

    Examples:
        qingjian user roles wang --role reviewer --role publisher --who li
        qingjian user roles wang --queue - --grant sealed.read --who li
    """
    from dataclasses import replace

    from qingjian.access.person import Reach
    from qingjian.core.errors import UsageError

    if all(words is None for words in (role, queue, subject_kind, mask, grant)):
        raise UsageError(
            "nothing to set", "name a --role, --queue, --subject-kind, --mask, --grant"
        )
    kept = accounts(db)
    one = kept.user(name)
    given = {"queues": named(queue), "subject_kinds": named(subject_kind), "masked": named(mask)}
    fresh = {k: v for k, v in given.items() if v is not None}
    reach = replace(Reach(one.queues, one.subject_kinds, one.masked), **fresh) if fresh else None
    now = kept.set_roles(name, who, roles=named(role), reach=reach, granted=named(grant))
    show(row(now)) if json else say(f"{now.name}: {tell(now)}")


def password(name: Name, who: Who, password_stdin: PasswordStdin = False, db: Db = "") -> None:
    """
    Set a user's password and end all sessions.

    Examples:
        qingjian user password wang --who li
        pass show wang | qingjian user password wang --who li --password-stdin
    """
    kept = accounts(db)
    kept.user(name)
    kept.set_password(name, asked_password(password_stdin), who)
    say(f"{name}: a new password is set, all sessions are over")


def deactivate(name: Name, who: Who, db: Db = "") -> None:
    """
    Take a user out of use for good. Nothing is deleted; the last admin stays.

    Examples:
        qingjian user deactivate wang --who li
        qingjian user deactivate wang --who "Li Min" --db archive.db
    """
    accounts(db).deactivate(name, who)
    say(f"{name} deactivated, all sessions are over")
