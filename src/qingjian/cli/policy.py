"""
`qingjian policy check`: is a pack fit for use.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Annotated

import typer

app = typer.Typer(help="Work with rule packs.", no_args_is_help=True)


@app.callback()
def policies() -> None:
    """Work with rule packs."""


def check(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME|FILE...", help="Shipped packs or TOML files.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """
    Check packs: every fault with its rule and line, what rules rest on, how many are house rules.

    A rule may not turn softer with more findings unless it is marked `exempt`, and the CEL library
    must read it, so that other engines can run it. Exit code 2 when a pack is unfit.

    Examples:
        qingjian policy check ugc
        qingjian policy check my-rules.toml --json
    """
    from qingjian.core.obligations import HOUSE_RULE
    from qingjian.core.settings import load
    from qingjian.policy.load import foreign, parse, read
    from qingjian.wiring import services

    built = services(load().settings)
    unfit = False
    told = []
    for name in names:
        text, where = read(name)
        pack, faults = parse(text, where, built.known)
        faults += foreign(pack) if pack is not None and not faults else []
        unfit |= bool(faults)
        rules = pack.rules if pack else ()
        unproven = sorted({d for r in rules for d in r.detectors} - built.measured)
        lists = {d: built.added[d].card.limits[-1] for d in unproven if _is_list(d, built.added)}
        house = sum(r.row == HOUSE_RULE for r in rules)
        report = {
            "policy": name,
            "faults": faults,
            "rules": len(rules),
            "house_rules": house,
            "not_measured": unproven,
            "lists": lists,
        }
        report["exempt"] = [r.id for r in rules if r.exempt]
        told.append(report)
        if json:
            continue
        state = "unfit" if faults else "fit"
        typer.echo(f"{where}: {state}; {len(rules)} rules, {house} of them house rules")
        for fault in faults:
            typer.echo(f"  {fault}")
        _tell(unproven, lists)
    if json:
        import orjson

        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    if unfit:
        raise typer.Exit(2)


def _tell(unproven: Iterable[str], lists: Mapping[str, str]) -> None:
    for id in unproven:
        typer.echo(
            f"  note: {id} is not measured; no step that rests on it alone is carried out "
            "without a person"
        )
        if id in lists:
            typer.echo(f"    a list of one's own: {lists[id]}")


def _is_list(id: str, added: Container[str]) -> bool:
    return id.startswith("list.") and id in added
