"""
`qingjian policy backtest`: what rules would have done on what was scanned before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingjian.cli.bar import late

if TYPE_CHECKING:
    from qingjian.batch.readers.meter import Meter
    from qingjian.core.errors import BadRow
    from qingjian.flows.outcome import Backtested
    from qingjian.policy.facts import Row

_BETWEEN = 1_000
"""Rows from one look at the bar to the next."""

Pack = Annotated[
    str,
    typer.Argument(metavar="NAME|FILE", help="A shipped pack, or a TOML file; one rule will do."),
]
More = Annotated[
    list[str] | None, typer.Argument(metavar="[DATA...]", help="Further files for --on.")
]
On = Annotated[
    list[str],
    typer.Option("--on", metavar="DATA", help="What scan wrote: .jsonl, .jsonl.gz or .parquet."),
]
Rules = Annotated[str, typer.Option("--rule", metavar="ID,...", help="Look at these rules alone.")]
Against = Annotated[
    str, typer.Option("--against", metavar="NAME|FILE", help="Tell what differs from this pack.")
]
Labels = Annotated[
    str,
    typer.Option(
        "--labels", metavar="FILE", help="CSV or JSONL: id, and label violation or clear."
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Write the report here too, as JSON.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Examples = Annotated[
    int, typer.Option("--examples", min=0, help="Most ids told of each rule and change.")
]


def backtest(
    pack: Pack,
    on: On,
    more: More = None,
    rule: Rules = "",
    against: Against = "",
    labels: Labels = "",
    out: Out = None,
    json: Json = False,
    examples: Examples = 3,
) -> None:
    """
    Decide stored items again: what rules would have done, what would change, how often right.

    Nothing is scanned again: a rule that needs a detector which did not run then is unknown, never
    fires, and is counted with what was missing. Bad rows are told and passed over.

    Examples:
        qingjian policy backtest my-rule.toml --on posts.jsonl
        qingjian policy backtest my-rules.toml --on may.jsonl.gz june.jsonl.gz --against ugc
        qingjian policy backtest ugc --rule scam --on posts.jsonl --labels decided.csv --json

    Exit codes: 0 done; 2 the call is wrong, or a pack is unfit; 3 no item to decide.
    """
    from qingjian.batch.readers.labels import Labelled, read
    from qingjian.cli.archive.opened import show
    from qingjian.core.errors import NothingToScan
    from qingjian.core.settings import load
    from qingjian.reports.backtest import lines, told

    ids = tuple(dict.fromkeys(x.strip() for x in rule.split(",") if x.strip()))
    if rule and not ids:
        raise typer.BadParameter("names no rule", param_hint="--rule")
    said = read(labels, load().settings.max_item_bytes) if labels else Labelled({}, 0)
    result = _tested((pack, against), (*on, *(more or ())), ids, said.labels, examples)
    report = {**told(result), "labels_torn": said.torn}
    if out is not None:
        import orjson

        option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        out.write_bytes(orjson.dumps(report, option=option))
    if json:
        show(report)
    else:
        torn = [f"{said.torn:,} items have both labels: left out"] if said.torn else []
        typer.echo("\n".join([*lines(result), *torn]))
    if not result.decided:
        raise NothingToScan("no row of an item that was decided", "the report tells what was read")


def _tested(
    packs: tuple[str, str],
    data: tuple[str, ...],
    ids: tuple[str, ...],
    labels: Mapping[str, bool],
    examples: int,
) -> Backtested:
    """Give what a pack would have done; the second one, where named, is what it is held against."""
    from qingjian.batch.readers.meter import Meter, size_of
    from qingjian.batch.readers.stored import Needed, rows
    from qingjian.core.settings import load as load_settings
    from qingjian.flows.backtest import alone, backtest
    from qingjian.policy.load import load
    from qingjian.wiring import services

    settings = load_settings().settings
    built = services(settings)
    other = load(packs[1], built.known) if packs[1] else None
    ours, theirs = alone(load(packs[0], built.known), ids, other)
    rules = [*ours.rules, *(theirs.rules if theirs is not None else ())]
    detectors = frozenset(d for r in rules for d in r.detectors)
    needed = Needed(detectors, any(r.scores for r in rules))
    meter = Meter(size_of(data))
    stored = rows(data, settings.max_item_bytes, meter, needed)
    with _bar(meter) as over:
        return backtest(over(stored), ours, built.measured, theirs, labels, examples)


_Stream = Callable[["Iterable[Row | BadRow]"], "Iterable[Row | BadRow]"]


@contextmanager
def _bar(meter: Meter) -> Iterator[_Stream]:
    """Give a function that passes rows on and moves a bar on a terminal, by bytes read."""
    if not sys.stderr.isatty():
        yield lambda rows: rows
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("deciding"),
        BarColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    with late(bar, meter.total_bytes or None, rows=0) as tick:

        def over(rows: Iterable[Row | BadRow]) -> Iterator[Row | BadRow]:
            for number, row in enumerate(rows):
                if not number % _BETWEEN:
                    tick(lambda n=number: {"completed": meter.read_bytes, "rows": n})  # type: ignore[misc]  # a lambda with a default
                yield row

        yield over
