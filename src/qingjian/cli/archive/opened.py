"""
The archive that a verb works on, and the options all verbs share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qingjian.archive.records import Records

DEFAULT = "qingjian.db"
Db = Annotated[
    str,
    typer.Option(
        "--db",
        metavar="FILE|URL",
        help=f"Database: a file or postgresql://…; else the setting db, else {DEFAULT}.",
    ),
]
Who = Annotated[str, typer.Option("--who", help="Who does it; it is kept with every version.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def url(db: str) -> str:
    """Give the database's URL."""
    from qingjian.core.settings import load

    return db or load().settings.db or DEFAULT


def there(db: str, *, make: bool = False) -> str:
    """Give the URL of a database whose file exists, or may be made. Raises NotFound."""
    from qingjian.core.errors import NotFound
    from qingjian.store.sqlite import file_of

    where = url(db)
    path = file_of(where)
    if not make and path and not path.exists():
        raise NotFound(
            f"no archive at {where}", "make one: qingjian archive import FILE --who NAME"
        )
    return where


def records(db: str, *, make: bool = False) -> Records:
    """Give the rows. Raises NotFound for a file that is not there, unless it may be made."""
    from qingjian.archive.records import Records
    from qingjian.store.engine import open_store

    return Records(open_store(there(db, make=make)))


def show(value: object) -> None:
    """Print JSON."""
    import orjson

    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())
