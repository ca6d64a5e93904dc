"""
`qingjian bot add` to `suspects`: accounts that answer by themselves through an API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.archive.opened import Db, Json, Who, show
from qingjian.cli.case.told import Reason, listed, of_tenant
from qingjian.cli.incident.told import bar, say, some

if TYPE_CHECKING:
    from qingjian.cases.bots import Bot, Bots
    from qingjian.cases.replies import Suspect
    from qingjian.core.types import Note

Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The platform's id of it.")]
Days = Annotated[int, typer.Option("--days", min=1, help="So long an audit holds.")]


def opened(db: str, *, make: bool = False) -> Bots:
    """Give the inventory of the database. Raises NotFound for one that is not there."""
    from qingjian.cases.bots import Bots

    return of_tenant(Bots, db, make=make)


def add(
    account: Account,
    who: Who,
    owner: Annotated[str, typer.Option("--owner", help="Who answers for it.")],
    model: Annotated[str, typer.Option("--model", help="The model or service behind it.")],
    filing: Annotated[str, typer.Option("--filing", help="Number it is filed under.")] = "",
    app: Annotated[str, typer.Option("--app", help="API key or client it comes through.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="What it is for.")] = "",
    volume: Annotated[int, typer.Option("--volume", min=0, help="Replies a day.")] = 0,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Add an account that answers by itself, or put down what changed of it.

    Examples:
        qingjian bot add acct-7 --owner "Some Ltd" --model qwen-plus --filing B-2026-7 --who Li
        qingjian bot add acct-7 --owner "Some Ltd" --model qwen-max --volume 2000 --who Li --json
    """
    from qingjian.cases.bots import declared

    said = {"account": account, "owner": owner, "model": model, "filing": filing}
    row = declared({**said, "app": app, "purpose": purpose, "volume": volume})
    bots = opened(db, make=True)
    bots.add([row], who)
    _told(bots.get(account), json=json)


def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON Lines.")],
    who: Who,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Add many: account, owner, model, filing, app, purpose, volume.

    Rows that are wrong are told, and the rest goes in.

    Examples:
        qingjian bot import bots.csv --who "Li Min"
        qingjian bot import bots.jsonl --who "Li Min" --json

    Exit codes: 0 all was taken; 2 something was refused or the call is wrong.
    """
    from qingjian.cases.bots import declared
    from qingjian.core.errors import BadRow
    from qingjian.core.types import Note

    refused: list[Note] = []
    rows = []
    for where, row in _rows(path):
        try:
            if isinstance(row, BadRow):
                raise row
            rows.append(declared(row))
        except BadRow as error:
            refused.append(Note(where, error.what))
    changed = opened(db, make=True).add(rows, who)
    if json:
        listed = [{"at": n.what, "reason": n.reason} for n in refused]
        show({"read": len(rows), "changed": changed, "refused": listed})
    else:
        say(f"{len(rows):,} read, {changed:,} new or changed")
        some(refused, lambda n: say(f"  refused  {n.what}: {n.reason}"))
    if refused:
        raise typer.Exit(2)


def list_(db: Db = "", json: Json = False) -> None:
    """
    List the inventory.

    Examples:
        qingjian bot list
        qingjian bot list --db desk.db --json
    """
    listed(opened(db).all().values(), _line, "the inventory is empty", json=json)


def due(days: Days = 90, db: Db = "", json: Json = False) -> None:
    """
    List accounts that nobody audited, or that long ago.

    Examples:
        qingjian bot due
        qingjian bot due --days 30 --json
    """
    bots = opened(db)
    late = (one for one in bots.all().values() if one.due(bots.clock(), days))
    listed(late, _line, "nothing is due", json=json)


def audit(
    account: Account,
    who: Who,
    reason: Reason,
    sampled: Annotated[int, typer.Option("--sampled", min=1, help="Replies that were read.")],
    labelled: Annotated[int, typer.Option("--labelled", min=0, help="That say AI wrote them.")],
    failed: Annotated[
        bool, typer.Option("--failed", help="It opens a case on the account.")
    ] = False,
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Put down what a sample of its replies showed; one that fails opens a case, where people decide.

    Examples:
        qingjian bot audit acct-7 --sampled 50 --labelled 50 --who Li --reason "all in order"
        qingjian bot audit acct-7 --sampled 50 --labelled 3 --failed --who Li --reason "no labels"
    """
    bots = opened(db)
    one = bots.audit(account, who, "failed" if failed else "passed", sampled, labelled, reason)
    if failed:
        from qingjian.cli.case.told import opened as cases

        say(f"case {cases(db).report('account', account, one.owner, who, reason, who)}")
    _told(one, json=json)


def close(account: Account, who: Who, reason: Reason, db: Db = "", json: Json = False) -> None:
    """
    Put down that an account answers by itself no more.

    Examples:
        qingjian bot close acct-7 --who "Li Min" --reason "its owner switched it off"
        qingjian bot close acct-7 --who "Li Min" --reason "the key was revoked" --json
    """
    _told(opened(db).close(account, who, reason), json=json)


def suspects(
    path: Annotated[Path, typer.Argument(metavar="LOG", help="JSON Lines, a reply a line.")],
    via: Annotated[
        list[str] | None, typer.Option("--via", help="Names in `via` that are APIs; else api.")
    ] = None,
    open_cases: Annotated[bool, typer.Option("--open-cases", help="One on each account.")] = False,
    who: Annotated[str, typer.Option("--who", help="Who opens them.")] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Tell who answers like a machine and is not in the inventory: how replies came in, and when.

    A line has account, at (seconds), via, and in_reply_to_at where it is known. How replies read is
    no evidence. Nothing is done to anybody; with --open-cases people get to look.

    Examples:
        qingjian bot suspects replies.jsonl --via open-platform --via sdk
        qingjian bot suspects replies.jsonl --open-cases --who "Li Min" --json

    Exit codes: 0 nobody; 11 somebody; 2 a line could not be read, or the call is wrong.
    """
    from qingjian.cases.replies import Pace, seen, suspect
    from qingjian.core.errors import BadRow, UsageError
    from qingjian.core.types import Note

    if open_cases and not who.strip():
        raise UsageError("nobody says who opens the cases", "add --who NAME")
    paces: dict[str, Pace] = {}
    refused: list[Note] = []
    clients = frozenset(via or ("api",))
    with bar("replies", None) as tick:
        for count, (where, row) in enumerate(_rows(path)):
            try:
                if isinstance(row, BadRow):
                    raise row
                seen(paces, row, clients)
            except BadRow as error:
                refused.append(Note(where, error.what))
            if not count % 1_000:
                tick(lambda n=count: {"count": n})  # type: ignore[misc]  # a lambda with a default
    known = opened(db).all()
    found = [s for a, p in paces.items() if (s := suspect(a, p, known.get(a))) is not None]
    if open_cases:
        from qingjian.cli.case.told import opened as cases

        desk = cases(db)
        for one in found:
            owner = known[one.account].owner if one.account in known else one.account
            desk.report("account", one.account, owner, "bot suspects", one.evidence, who)
    _suspected(len(paces), found, refused, json=json)
    if refused or found:
        raise typer.Exit(2 if refused else 11)


def _suspected(accounts: int, found: list[Suspect], refused: list[Note], *, json: bool) -> None:
    if json:
        listed = [{"account": s.account, "why": s.why, "evidence": s.evidence} for s in found]
        wrong = [{"at": n.what, "reason": n.reason} for n in refused]
        show({"accounts": accounts, "suspects": listed, "refused": wrong})
        return
    for one in found:
        say(f"{one.account}  {one.why}: {one.evidence}")
    say(f"{len(found):,} of {accounts:,} accounts")
    some(refused, lambda n: say(f"  refused  {n.what}: {n.reason}"))


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any] | Any]]:
    """Give each row with the place it stands at, a BadRow for what is none."""
    import csv

    import orjson

    from qingjian.core.errors import BadRow, NotFound

    if not path.is_file():
        raise NotFound(f"no file {path}")
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                row.pop(None, None)
                yield f"{path}:{number}", row
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                told = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield f"{path}:{number}", BadRow(f"no JSON: {str(error)[:200]}")
                continue
            fit = isinstance(told, dict)
            yield f"{path}:{number}", told if fit else BadRow("no JSON object")


def _told(one: Bot, *, json: bool) -> None:
    from dataclasses import asdict

    show(asdict(one)) if json else _line(one)


def _line(one: Bot) -> None:
    from qingjian.core.clock import iso

    filed = f"filed {one.filing}" if one.filing else "no filing number"
    seen = "never audited"
    if one.audited_at is not None:
        marked = f"{one.labelled:,} of {one.sampled:,} labelled"
        seen = f"{one.outcome} {iso(one.audited_at)} by {one.audited_by}, {marked}"
    say(f"{one.account}  {one.state}, {one.owner}, {one.model}, {filed}; {seen}")
