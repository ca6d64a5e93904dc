"""
`qingjian claim check`: a text against the archive, both quotations side by side.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingjian.cli.archive.opened import Db, Json, show, url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingjian.core.known import Known
    from qingjian.core.types import Finding

app = typer.Typer(help="Check what a text says against the archive.", no_args_is_help=True)
NOT_ENOUGH = "not_enough_info"


@app.callback()
def claims() -> None:
    """Check what a text says against the archive."""


def check(
    text: Annotated[str, typer.Argument(metavar="TEXT|FILE", help="A text, or a file with one.")],
    at: Annotated[
        str, typer.Option("--at", help="Day the text was published, 2026-01-31; today by default.")
    ] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Say what the archive shows of a text: matched, contradicted, misquoted, recycled, or not enough.

    Without a record that speaks of it the verdict is not_enough_info, never "true".

    Examples:
        qingjian claim check "微波炉加热的饭菜会致癌，快告诉爸妈"
        qingjian claim check post.txt --at 2026-01-31 --json

    Exit codes: 0 in any case of a verdict; 2 the call is wrong.
    """
    from dataclasses import replace
    from datetime import UTC, datetime

    from qingjian.core.settings import load
    from qingjian.core.types import About, Text
    from qingjian.flows.incident import ALL_CHECKS
    from qingjian.media.open import read_bytes
    from qingjian.media.sniff import decode
    from qingjian.wiring import services

    settings = replace(load().settings, db=url(db))
    try:
        when = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() if at else None
    except ValueError:
        raise typer.BadParameter(f"{at!r} is no day", param_hint="--at") from None
    body = text
    if len(text) < 256 and Path(text).is_file():
        body = decode(read_bytes(Path(text), settings.max_item_bytes)).text
    built = services(settings, ALL_CHECKS)
    assert built.recall
    item = Text(id="text", body=body, about=About(at=when))
    item = replace(item, known=built.recall(item))
    seen = built.engine.scan(item)
    told = _told(seen.findings, item.known or ())
    told["not_looked_at"] = [f"{n.what}: {n.reason}" for n in (*seen.abstained, *seen.errors)]
    if json:
        show(told)
        return
    _print(told)


def _told(findings: Sequence[Finding], known: Sequence[Known]) -> dict[str, Any]:
    """Give the verdict, what it rests on, and what speaks against it."""
    hits = [f for f in findings if not f.opposed]
    disputed = [f for f in findings if f.evidence.get("verdict") == "disputed"]
    verdict = str((hits or disputed)[0].evidence["verdict"]) if hits or disputed else NOT_ENOUGH
    shown = [
        {"check": f.detector, "why": f.why, "against": list(f.against), **f.evidence}
        for f in (*hits, *(f for f in findings if f.opposed))
    ]
    near = [{"kind": k.kind, "text": k.text[:200], "cited": k.cited, "id": k.id} for k in known[:5]]
    return {"verdict": verdict, "findings": shown, "nearest": near}


def _print(told: dict[str, Any]) -> None:
    typer.echo(f"verdict: {told['verdict']}")
    for f in told["findings"]:
        typer.echo(f"\n{f['check']}: {f['why']}")
        for name in ("said", "claim", "debunk", "source", "differs", "changed", "cited"):
            if value := f.get(name):
                line = "; ".join(value) if isinstance(value, tuple) else value
                typer.echo(f"  {name:<8} {line}")
        for reason in f["against"]:
            typer.echo(f"  against  {reason}")
    if told["verdict"] == NOT_ENOUGH:
        typer.echo("nothing in the archive settles what it says; that does not make it true")
        for k in told["nearest"]:
            typer.echo(f"  near it  {k['kind']}: {k['text'][:80]} ({k['cited']})")
    for line in told["not_looked_at"]:
        typer.echo(f"  not looked at  {line}")
