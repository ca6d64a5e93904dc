"""
`qingjian incident pin`, `watch` and `check`: bulletins and posts as they come.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, Who, records, show
from qingjian.cli.incident.told import Id, bar, built, changes, checked, say, some

if TYPE_CHECKING:
    from qingjian.archive.records import Records
    from qingjian.archive.watched import Post
    from qingjian.batch.entry import Entry
    from qingjian.wiring import Services


def pin(
    id: Id,
    who: Who,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE.md...", help="Notices; entered as sources of the archive."),
    ] = None,
    record: Annotated[
        list[str] | None,
        typer.Option("--record", metavar="RECORD", help="A record of the archive, by its id."),
    ] = None,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Pin bulletins, check the watched posts again, and print what changed.

    A notice is Markdown with publisher, url and published_at between lines of --- at its top.

    Examples:
        qingjian incident pin 20260718-3fa9c1 notice.md --who "Li Min"
        qingjian incident pin 20260718-3fa9c1 --record 640a08aa1e357aef4d7b5d84cf3149a2 --who Li
    """
    if not paths and not record:
        raise typer.BadParameter("name a notice, or a record with --record", param_hint="FILE.md")
    services = built(db)
    entered = _entered(services, id, paths or (), who, records(db))
    pinned = services.incidents.pin(id, [*entered, *(record or ())], who)
    told = checked(services, id, who)
    if json:
        show({"pinned": pinned, **told})
        return
    typer.echo(f"{len(pinned):,} pinned")
    changes(told)


def watch(
    id: Id,
    paths: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Posts: .jsonl, .csv, .parquet a row each; .txt."),
    ],
    who: Who,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Take in the posts that match, check them, and print what is known of them.

    Every text is kept once. Broken off, it keeps what it took in; run again, the rest follows.

    Examples:
        qingjian incident watch 20260718-3fa9c1 posts.jsonl --who "Li Min"
        qingjian incident watch 20260718-3fa9c1 weibo.csv sms.csv --who "Li Min" --json

    Exit codes: 0 all was read; 2 something could not be read or the call is wrong; 3 no post.
    """
    from qingjian.core.errors import NothingToScan

    services = built(db)
    unread: list[dict[str, str]] = []
    told = _taken_in(services, id, paths, who, unread)
    if not told.total() and not unread:
        raise NothingToScan("there is no post to watch", "a row of .jsonl or .csv holds a text")
    seen = checked(services, id, who)
    if json:
        show({**{k: told[k] for k in ("kept", "known", "other")}, "unread": unread, **seen})
    else:
        match = told["kept"] + told["known"]
        typer.echo(f"{told.total():,} read, {match:,} match, {told['kept']:,} of them new")
        some(unread, lambda one: say(f"  not read  {one['id']}: {one['what']}"))
        changes(seen)
    if unread:
        raise typer.Exit(2)


def check(id: Id, who: Who, db: Db = "", json: Json = False) -> None:
    """
    Check every watched post again, also where no bulletin is new.

    Examples:
        qingjian incident check 20260718-3fa9c1 --who "Li Min"
        qingjian incident check 20260718-3fa9c1 --who "Li Min" --json
    """
    told = checked(built(db), id, who, every=True)
    show(told) if json else changes(told)


def _entered(
    services: Services, id: str, paths: Iterable[Path], who: str, kept: Records
) -> list[str]:
    """Enter notices as sources and give their ids. Raises UsageError before one is entered."""
    from qingjian.archive.entry import Refused
    from qingjian.archive.readers import files
    from qingjian.core.errors import NotFound, UsageError

    read = [one for path in files.listed(paths) for one in files.read(path, "source")]
    fit = []
    for one in read:
        if isinstance(one, Refused):
            raise UsageError(f"{one.where}: {one.reason}: {one.what}", "nothing was pinned")
        if one.known.kind != "source":
            hint = "take it in with `qingjian archive import`, then pin it with --record"
            raise UsageError(f"only a source is entered here, this is: {one.known.kind}", hint)
        with suppress(NotFound):
            if kept.get(one.id).state == "retracted":
                raise UsageError(f"record {one.id} was retracted", "nothing was pinned")
        fit.append(one)
    services.incidents.writable(id)
    for _ in kept.enter(fit, who, f"incident {id}"):
        pass
    return [one.id for one in fit]


def _taken_in(
    services: Services, id: str, paths: list[str], who: str, unread: list[dict[str, str]]
) -> Counter[str]:
    """Watch the posts of files and give what came of them; what is none goes to `unread`."""
    from qingjian.batch.readers.meter import Meter, size_of
    from qingjian.batch.readers.paths import entries
    from qingjian.batch.readers.rows import Reading

    meter = Meter(size_of(paths))
    reading = Reading(max_item_bytes=services.settings.max_item_bytes, meter=meter)
    listed = entries(paths, reading, sys.stdin.buffer)
    told: Counter[str] = Counter()
    with bar("posts read", meter.total_bytes or None) as tick:
        for lot in services.incidents.watch(id, _posts(listed, unread), who):
            told.update(lot)
            tick(lambda: {"completed": meter.read_bytes, "count": told.total()})
    return told


def _posts(listed: Iterable[Entry], unread: list[dict[str, str]]) -> Iterator[Post]:
    """Give the texts of entries as posts; what is none is told in `unread`."""
    from qingjian.archive.watched import post
    from qingjian.core.types import Document, Text

    for entry in listed:
        item = entry.item
        if isinstance(item, Text | Document) and item.body.strip():
            yield post(item.body, entry.id, item.about.at)
            continue
        why = [entry.error.what] if entry.error else [n.reason for n in entry.not_looked_at]
        unread.append({"id": entry.id, "what": "; ".join(why) or "it holds no text"})
