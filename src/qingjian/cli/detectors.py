"""
`qingjian detectors`: cards and measured quality.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

_MOST_TERMS = 10
"""Most terms of a pack that are shown with the benign rows they stand in."""


def detectors(
    id: Annotated[str, typer.Argument(help="One detector's id; without it all are listed.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """
    List detectors, or show one's card: what it finds, where it fails, how well it was measured.

    For one detector also the care of its word lists: how old they are, and which of their terms
    stand in benign rows of its own data.

    Examples:
        qingjian detectors
        qingjian detectors text.scam
    """
    from qingjian.core.settings import load
    from qingjian.wiring import services

    built = services(load().settings)
    chosen = [built.registry.get(id)] if id else list(built.registry.detectors.values())
    cards = [_card(d.card, built.quality.get(d.card.id, ())) for d in chosen]
    if id:
        from dataclasses import asdict

        from qingjian.evals.care import cares

        cards[0]["packs"] = [asdict(care) for care in cares(chosen[0])]
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
    from rich.table import Column, Table

    table = Table(
        Column("detector", no_wrap=True),
        "reads",
        "finds",
        "quality on blind data",
        box=None,
        pad_edge=False,
    )
    for c in cards:
        table.add_row(c["id"], c["reads"], c["finds"], c["blind"])
    Console().print(table)


def _show(card: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    from qingjian.evals.results import BLIND

    out = Console(highlight=False, markup=False)
    out.print(f"{card['id']} {card['version']}: finds {card['finds']}")
    serves = ", ".join(card["serves"])
    out.print(f"reads {card['reads']}; severity {card['severity']}; serves {serves}")
    out.print(f"source: {card['source']}")
    for name, one in (("limits", "limit"), ("hits", "hit"), ("misses", "miss")):
        for line in card[name]:
            out.print(f"  {one}: {line}")
    for pack in card["packs"]:
        _show_pack(pack)
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
    if BLIND not in {q["set"] for q in card["quality"]}:
        out.print(f"not measured: there is no {BLIND}; what it was fitted on proves little")


def _show_pack(pack: dict[str, Any]) -> None:
    from rich.console import Console

    out = Console(highlight=False, markup=False)
    out.print(
        f"pack {pack['id']} {pack['version']} by {pack['author']}, reviewed {pack['reviewed']}: "
        f"{pack['spellings']:,} spellings"
    )
    slots = ", ".join(
        f"{s['name']} {s['terms']}{' (alone)' if s['alone'] else ''}" for s in pack["slots"]
    )
    out.print(f"  terms by slot: {slots}")
    if pack["benign_texts"]:
        found = f"{pack['benign_found']} of {pack['benign_texts']}"
        out.print(f"  its rules alone find something in {found} benign rows; terms in them:")
        for term in pack["benign"][:_MOST_TERMS]:
            limited = ", limited" if term["limited"] else ""
            out.print(
                f"    {term['term']} ({term['slot']}{limited}) in {term['texts']}, "
                f"{term['share']:.1%}"
            )
    else:
        out.print("  no benign rows at hand")
    for spelling, rule in pack["fills_alone"]:
        out.print(f"  {spelling} alone fills every slot of rule {rule}")
    for problem in pack["problems"]:
        out.print(f"  to mend: {problem}")
