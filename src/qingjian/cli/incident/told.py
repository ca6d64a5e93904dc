"""
The rooms that a verb works on, what a check changed, and how it is told to people and machines.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from qingjian.cli.archive.opened import there

if TYPE_CHECKING:
    from qingjian.archive.watched import Verdict
    from qingjian.cli.bar import Tick
    from qingjian.wiring import Services

MOST_SHOWN = 20
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of an incident.")]
T = TypeVar("T")


def built(db: str, *, make: bool = False) -> Services:
    """Give the services with the checks. Raises NotFound for a database that is not there."""
    from dataclasses import replace

    from qingjian.core.settings import load
    from qingjian.flows.incident import CHECKS
    from qingjian.wiring import services

    return services(replace(load().settings, db=there(db, make=make)), CHECKS)


def checked(services: Services, id: str, who: str, *, every: bool = False) -> dict[str, Any]:
    """Check watched posts and give how many there were, what changed and what failed."""
    from qingjian.flows.incident import recheck

    told: dict[str, Any] = {"posts": 0, "changed": [], "failed": []}
    rooms = services.incidents
    with bar("posts checked", rooms.show(id).posts) as tick:
        for lot in recheck(rooms, id, services.engine.scan, who, every=every):
            told["posts"] += lot.posts
            told["changed"] += [
                {
                    **{"id": c.post.id, "hash": c.post.hash, "text": c.post.text[:200]},
                    **{"before": c.before.word if c.before else None, **c.now.row},
                }
                for c in lot.changed
            ]
            told["failed"] += [{"id": n.what, "what": n.reason} for n in lot.failed]
            tick(lambda: {"completed": told["posts"], "count": told["posts"]})
    return told


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Tick]:
    """Give what moves a bar on a terminal: `completed`, and `count` of what is counted."""
    if not sys.stderr.isatty():
        yield lambda now: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    from qingjian.cli.bar import late

    columns = (BarColumn(), TextColumn(f"{{task.fields[count]:,}} {what}"))
    made = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    with late(made, total, count=0) as tick:
        yield tick


def changes(told: Mapping[str, Any]) -> None:
    """Print what a check changed."""
    say(f"{told['posts']:,} posts checked, {len(told['changed']):,} changed")
    some(told["changed"], changed)
    some(told["failed"], lambda one: say(f"  not checked  {one['id']}: {one['what']}"))


def changed(one: Mapping[str, Any]) -> None:
    """Print a post whose verdict changed."""
    say(f"{one['id'] or one['hash'][:12]}: {one['text'][:100]}")
    if one["before"]:
        say(f"  was      {one['before']}")
    verdict(one)


def row(verdict: Verdict | None) -> dict[str, Any]:
    """Give a verdict as doors print it; a post without one was not checked."""
    return verdict.row if verdict else {"verdict": None}


def verdict(one: Mapping[str, Any]) -> None:
    """Print a verdict with its note, the step and both quotations."""
    if one["verdict"] is None:
        say("  not checked yet")
        return
    note = one["note"]
    say(f"  verdict  {one['verdict']}: {note['zh']} / {note['en']}")
    say(f"  step     {one['do']}; {', '.join(one['beside'])} by a person")
    for q in one["quoted"]:
        say(f"  said     {q['said']}")
        say(f"  source   {q['source']}")
        say(f"  cited    {q['cited']} ({q['record']})")
        for reason in q["against"]:
            say(f"  against  {reason}")
    for line in one["not_looked_at"]:
        say(f"  not looked at  {line}")


def some(many: Sequence[T], tell: Callable[[T], None]) -> None:
    """Tell the first of many, and how many more there are."""
    for one in many[:MOST_SHOWN]:
        tell(one)
    if len(many) > MOST_SHOWN:
        say(f"  … and {len(many) - MOST_SHOWN:,} more; --json has all")


def say(text: str) -> None:
    """Print what others wrote, with its hidden letters shown."""
    from qingjian.reports.visible import visible

    typer.echo(visible(text))
