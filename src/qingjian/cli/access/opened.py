"""
The accounts that a verb works on, and the options that users and keys share.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.archive.opened import there, url

if TYPE_CHECKING:
    from qingjian.access.accounts import Accounts
    from qingjian.access.person import Person

NONE = "-"
Who = Annotated[str, typer.Option("--who", help="Who does it; it is kept in the log.")]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar="ROLE",
        help="admin, policy_author, publisher, reviewer, senior_reviewer, sealed_reviewer, "
        "auditor; of a key also integration. Several: once each.",
    ),
]
Queues = Annotated[
    list[str] | None,
    typer.Option("--queue", metavar="QUEUE", help="Sees this queue alone; without it, all."),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--subject-kind", metavar="KIND", help="Sees cases about this kind alone."),
]
Masks = Annotated[
    list[str] | None,
    typer.Option("--mask", metavar="FIELD", help="Does not see this field."),
]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
]


def accounts(db: str, *, make: bool = False) -> Accounts:
    """Give users and keys. Raises NotFound for a database that is not there, unless made."""
    from dataclasses import replace

    from qingjian.core.errors import NotFound
    from qingjian.core.settings import load
    from qingjian.wiring import services

    try:
        where = there(db, make=make)
    except NotFound:
        hint = "begin with an admin: qingjian user add NAME --role admin --who NAME"
        raise NotFound(f"no database at {url(db)}", hint) from None
    return services(replace(load().settings, db=where)).accounts


def asked_password(stdin: bool) -> str:
    """Give a password from stdin, or asked for twice on the terminal. Raises UsageError."""
    from qingjian.core.errors import UsageError

    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for the password on", "--password-stdin")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


def named(words: list[str] | None) -> tuple[str, ...] | None:
    """Give what was named, nothing for `-`, and None where the option was not there."""
    return None if words is None else tuple(w for w in words if w != NONE)


def row(person: Person) -> dict[str, Any]:
    """Give a person as machines read it."""
    from dataclasses import asdict

    return {k: v for k, v in asdict(person).items() if k not in ("tenant", "kind")}


def tell(person: Person) -> str:
    """Give roles and reach on one line."""
    parts = [", ".join(person.roles)]
    for what, words in (
        ("granted", person.granted),
        ("queues", person.queues),
        ("subjects", person.subject_kinds),
        ("masked", person.masked),
    ):
        if words:
            parts.append(f"{what} {', '.join(words)}")
    return "; ".join(parts)
