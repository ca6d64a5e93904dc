"""
`qingjian case import`, `report` and `tick`: what comes in, and what time brings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.opened import orders
from qingjian.cli.case.told import built, opened, webhooks
from qingjian.cli.incident.told import bar, say, some

if TYPE_CHECKING:
    from qingjian.core.types import Note

_WORDS = ("opened", "joined", "acted", "quiet", "known")


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="ROWS...", help="What `qingjian scan --format jsonl` wrote."),
    ],
    who: Who,
    items: Annotated[
        Path | None,
        typer.Option("--items", help="What was scanned, .jsonl: owners, and what to replay."),
    ] = None,
    kind: Annotated[
        str, typer.Option("--subject", help="Kind of all subjects; else what each item is.")
    ] = "",
    act: Annotated[
        bool,
        typer.Option(
            "--act", help="Do what the policy lets the machine do alone; owners are told."
        ),
    ] = False,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Take findings in: what asks for a person opens a case or joins the subject's open one.

    The rest is kept too, so that a rule can be tried on it later. What was taken in before is
    known, so an import that was broken off is simply run again.

    Examples:
        qingjian case import rows.jsonl --items posts.jsonl --who "Li Min"
        qingjian case import rows.jsonl --subject listing --who "Li Min" --db desk.db

    Exit codes: 0 all was taken; 2 something was refused or the call is wrong.
    """
    from qingjian.core.errors import NotFound
    from qingjian.flows.ingest import ingest

    missing = next((p for p in (*paths, *([items] if items else [])) if not p.is_file()), None)
    if missing is not None:
        raise NotFound(f"no file {missing}")
    services = built(db, make=True)
    known = _Items(items)
    told: Counter[str] = Counter()
    refused: list[Note] = []
    with bar("rows taken in", None) as tick:
        pack = services.pack if act else None
        for lot in ingest(services.cases, _rows(paths), known, who, kind, pack, services.watch):
            told.update(lot.told)
            refused += lot.refused
            tick(lambda: {"count": told.total()})
    if json:
        listed = [{"at": n.what, "reason": n.reason} for n in refused]
        show({**{word: told[word] for word in _WORDS}, "refused": listed})
    else:
        typer.echo(", ".join(f"{told[word]:,} {word}" for word in _WORDS))
        some(refused, lambda n: say(f"  refused  {n.what}: {n.reason}"))
    if refused:
        raise typer.Exit(2)


def report(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="The platform's id of it.")],
    words: Annotated[str, typer.Option("--words", help="What whoever reports says.")],
    voice: Annotated[
        str, typer.Option("--by", help="Who reports; people who report as one are one voice.")
    ],
    kind: Annotated[str, typer.Option("--subject", help="Kind of the subject.")] = "content",
    owner: Annotated[str, typer.Option("--owner", help="The account it belongs to.")] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Take in what somebody reports, and print the case; its id is the ticket number.

    Examples:
        qingjian case report post-1 --words "有人冒充我要钱" --by user-7 --owner user-9
        qingjian case report app-3 --subject product --words "一键脱衣" --by user-7
    """
    id = built(db, make=True).cases.report(kind, subject, owner, voice, words)
    show({"id": id}) if json else typer.echo(id)


def tick(db: Db = "", json: Json = False) -> None:
    """
    Begin and end the steps whose time has come, and let rulings on retracted records fall.

    Orders of authorities end too, and owners who were not told are told; webhooks that are due are
    sent. `qingjian serve` does all this by itself; without it run this by the clock.

    Examples:
        qingjian case tick
        qingjian case tick --db desk.db --json
    """
    from dataclasses import asdict

    from qingjian.api.sender import Sender
    from qingjian.cli.archive.opened import records
    from qingjian.core.settings import load
    from qingjian.flows.deliver import deliver
    from qingjian.flows.retraction import fall

    cases = opened(db)
    moved = 0
    while count := cases.tick():
        moved += count
    fallen = list(fall(cases, records(db)))
    over = orders(db).tick()
    sent = deliver(webhooks(db), Sender(inside=bool(load().settings.webhook_private)))
    if json:
        told = {"steps": moved, "fallen": [asdict(one) for one in fallen], "orders_over": over}
        show({**told, "webhooks": dict(sent)})
        return
    typer.echo(f"{moved:,} steps began or ended, {len(fallen):,} rulings fell")
    some(fallen, lambda one: say(f"  case {one.case}, ruling {one.ruling}: {one.why}"))
    if over:
        typer.echo(f"orders: over for {over:,} cases")
    if sent:
        typer.echo("webhooks: " + ", ".join(f"{n:,} {word}" for word, n in sorted(sent.items())))


def _rows(paths: list[Path]) -> Iterator[tuple[str, Any]]:
    """Give each line's row with its place; a line that is no JSON comes as None, and is refused."""
    import orjson

    for path in paths:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    row = orjson.loads(line)
                except orjson.JSONDecodeError:
                    row = None
                yield f"{path}:{number}", row


class _Items:
    """The items of a file by id, read when they are asked for."""

    def __init__(self, path: Path | None) -> None:
        import orjson

        self._at: dict[str, tuple[int, int]] = {}
        self._file = path.open("rb") if path else None
        at = 0
        for number, line in enumerate(self._file or (), 1):
            size = len(line)
            try:
                item = orjson.loads(line)
            except orjson.JSONDecodeError:
                item = None
            if isinstance(item, dict):
                self._at.setdefault(str(item.get("id", f"{path}#{number}")), (at, size))
            at += size

    def __call__(self, id: str) -> Mapping[str, Any]:
        """Give an item, empty where it is not known."""
        import orjson

        if self._file is None or id not in self._at:
            return {}
        at, size = self._at[id]
        self._file.seek(at)
        item: Mapping[str, Any] = orjson.loads(self._file.read(size))
        return item
