"""
`qingjian detectors`: cards and measured quality.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer


def detectors(
    id: Annotated[str, typer.Argument(help="One detector's id; without it all are listed.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """
    List detectors, or show one's card: what it finds, where it fails, how well it was measured.
    """
    from qingjian.core.settings import load
    from qingjian.wiring import services

    built = services(load().settings)
    chosen = [built.registry.get(id)] if id else list(built.registry.detectors.values())
    cards = [_card(d.card, built.quality.get(d.card.id, ())) for d in chosen]
    if json:
        import orjson

        typer.echo(
            orjson.dumps(cards, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY).decode()
        )
        return
    for broken in built.registry.broken:
        typer.echo(f"not loaded: {broken.what}: {broken.reason}", err=True)
    if id:
        _show(cards[0])
    else:
        _list(cards)


def _card(card: Any, sets: tuple[Any, ...]) -> dict[str, Any]:
    from qingjian.reports.coverage import said

    return {
        "id": card.id,
        "reads": card.reads.kind,
        "finds": card.finds,
        "severity": card.severity,
        "serves": list(card.serves),
        "limits": list(card.limits),
        "source": card.source,
        "version": card.version,
        "scoring": card.scoring,
        "hits": list(card.hits),
        "misses": list(card.misses),
        "blind": said(sets),
        "quality": [
            {
                "set": q.set,
                "n": q.n,
                "positives": q.positives,
                "metrics": {k: [None if x != x else x for x in v] for k, v in q.metrics.items()},
                "rates": dict(q.rates),
                "measured_on": q.measured_on,
                "stale": q.stale,
            }
            for q in sets
        ],
    }


def _list(cards: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("detector", "reads", "finds", "quality on blind data", box=None, pad_edge=False)
    for c in cards:
        table.add_row(c["id"], c["reads"], c["finds"], c["blind"])
    Console().print(table)


def _show(card: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    out = Console()
    out.print(f"[bold]{card['id']}[/] {card['version']}: finds {card['finds']}", highlight=False)
    out.print(
        f"reads {card['reads']}; severity {card['severity']}; serves {', '.join(card['serves'])}",
        highlight=False,
    )
    out.print(f"source: {card['source']}", highlight=False)
    for name in ("limits", "hits", "misses"):
        for line in card[name]:
            out.print(f"  {name[:-1]}: {line}", highlight=False, markup=False)
    if not card["quality"]:
        out.print("not measured")
        return
    table = Table("set", "n", "measure", "value", "95 % interval", box=None, pad_edge=False)
    for q in card["quality"]:
        for name, (value, low, high) in q["metrics"].items():
            if value is not None:
                table.add_row(
                    q["set"], str(q["n"]), name, f"{value:.3f}", f"{low:.3f} – {high:.3f}"
                )
        for name, rate in q["rates"].items():
            if rate is not None:
                table.add_row(q["set"], "", name, f"{rate:g}", "")
        if q["stale"]:
            table.add_row(q["set"], "", "not measured", q["stale"], "")
    out.print(table)
