"""
`qingjian eval`: measure a detector.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

What = Annotated[
    str, typer.Argument(metavar="DETECTOR|SET", help="A detector's id, or a named set.")
]
Judge = Annotated[str, typer.Option("--detector", help="Which detector judges a named set.")]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        exists=True,
        dir_okay=False,
        help="Rows to judge instead of the detector's own data.",
    ),
]
Beside = Annotated[
    list[str] | None,
    typer.Option("--beside", help="Another detector on the same rows; may be given more often."),
]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of the named sets.")]
Transfer = Annotated[
    bool, typer.Option("--transfer", help="Also measure named sets and leave one source out.")
]
Write = Annotated[bool, typer.Option("--write", help="Write evals/results/<detector>.json.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def eval_(
    what: What,
    detector: Judge = "text.scam",
    data: Data = None,
    beside: Beside = None,
    data_dir: DataDir = None,
    transfer: Transfer = False,
    write: Write = False,
    json: Json = False,
) -> None:
    """
    Measure a detector on its own data or on a named set.

    Gives precision, recall, AUROC, calibration and coverage. Every number comes with n and a 95 %
    bootstrap interval, and with what a team would see at 0.1 % and 1 % prevalence.

    Examples:
        qingjian eval text.scam
        qingjian eval text.scam --data mine.jsonl --json
        qingjian eval remote.mine --data mine.jsonl --beside text.scam
        qingjian eval fbs --detector text.scam --data-dir ../shared/data
    """
    import orjson

    from qingjian.core.errors import UsageError
    from qingjian.core.settings import load
    from qingjian.evals import own, sets
    from qingjian.evals.measure import quality, rows
    from qingjian.wiring import services

    if beside and data is None:
        raise UsageError("--beside needs rows that all of them judge", "name them with --data")
    built = services(load().settings)
    where = data_dir or sets.DEFAULT
    if what in sets.SETS:
        chosen = sets.named(what)
        result: dict[str, Any] = {
            "detector": detector,
            "note": chosen.note,
            "data_hash": chosen.hash(where),
        }
        result["sets"] = [quality(what, built.registry.get(detector), chosen.rows(where))]
    elif data is not None:
        judges = [built.registry.get(id) for id in dict.fromkeys((what, *(beside or ())))]
        judged = list(rows(data))
        measured = [{"by": j.card.id, **quality(data.name, j, judged)} for j in judges]
        result = {"detector": what, "sets": measured}
    else:
        one = built.registry.get(what)
        result = own.result(one)
        result |= own.transfer(one, where) if transfer else own.kept(what) or {}
        if write:
            typer.echo(f"written to {own.write(what, result)}", err=True)
    if json:
        typer.echo(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
        return
    _show(result)


def _show(result: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "set", "n", "positive", "measure", "value", "95 % interval", box=None, pad_edge=False
    )
    shown = [*result["sets"], *result.get("shipped", ())]
    shown += [
        {**one, "set": f"left out: {one['left_out']}"} for one in result.get("leave_one_out", ())
    ]
    several = len({one.get("by") for one in shown}) > 1
    for one in shown:
        if several:
            one = {**one, "set": f"{one['set']}, {one['by']}"}
            table.add_row(one["set"], str(one["n"]), "", "p95_ms", f"{one['p95_ms']:g}", "")
        for name, (value, low, high) in one["metrics"].items():
            interval = "" if low is None else f"{low:.3f} – {high:.3f}"
            value = "–" if value is None else f"{value:.3f}"
            table.add_row(one["set"], str(one["n"]), str(one["positives"]), name, value, interval)
        for name, rate in one.get("rates", {}).items():
            table.add_row(one["set"], "", "", name, "–" if rate is None else f"{rate:g}", "")
    Console().print(table)
