"""
The cases that a report reads, its days, and where it is written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TextIO

import typer

from qingjian.cli.archive.opened import there

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from qingjian.cases.sql import Cases

From = Annotated[str, typer.Option("--from", metavar="DATE", help="First day, UTC.")]
To = Annotated[str, typer.Option("--to", metavar="DATE", help="Last day, UTC; it belongs to it.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write here; else to standard output.")
]


class Desk(NamedTuple):
    """The cases of a tenant, and the database they stand in."""

    engine: Engine
    tenant: str
    cases: Cases
    lang: str


def desk(db: str) -> Desk:
    """Give the cases of the database. Raises NotFound for one that is not there."""
    from qingjian.cases.sql import Cases
    from qingjian.core.settings import load
    from qingjian.store.engine import open_store

    settings = load().settings
    engine = open_store(there(db))
    return Desk(engine, settings.tenant, Cases(engine, settings.tenant), settings.lang)


@contextmanager
def written(path: Path | None) -> Iterator[TextIO]:
    """Give a file that takes its name when it is whole, or standard output. Raises UsageError."""
    from qingjian.core.errors import UsageError

    if path is None:
        yield sys.stdout
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
