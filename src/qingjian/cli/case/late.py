"""
`qingjian case late-negatives`: what was found in cases whose ruling fell.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingjian.cli.archive.opened import Db, Json, show
from qingjian.cli.case.told import opened
from qingjian.cli.incident.told import say


def late_negatives(
    detector: Annotated[
        str, typer.Argument(metavar="[DETECTOR]", help="Whose rows are written; none: counts.")
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the rows; it may not exist.")
    ] = None,
    who: Annotated[str, typer.Option("--who", help="Who looks; it stands in each case.")] = "",
    db: Db = "",
    json: Json = False,
) -> None:
    """
    Count how often rulings on each detector's hits fell, or write the texts of one as rows.

    Rows are in the form of `evals/data`, all of them negative, each with the words of whoever
    judged: an appeal may be won because a step was too hard. They are your users' texts: nothing
    takes them into data of ours, and cases that are sealed give none.

    Examples:
        qingjian case late-negatives
        qingjian case late-negatives text.scam --who "Li Min" -o late.jsonl
    """
    from qingjian.core.errors import UsageError
    from qingjian.flows.late import counts

    if detector and (output is None or not who.strip()):
        raise UsageError("rows hold texts of users", "add --who NAME and -o FILE")
    if output is not None and not detector:
        raise UsageError("no detector is named", "whose rows? counts are printed")
    if output is not None:
        _rows(detector, output, who.strip(), db, json=json)
        return
    told = counts(opened(db))
    if json:
        named = [{"detector": f.detector, "ruled": f.ruled, "fell": f.fell} for f in told]
        show([{**n, "interval": f.interval} for n, f in zip(named, told, strict=True)])
        return
    for one in told:
        low, high = one.interval
        say(f"{one.detector}: {one.fell:,} of {one.ruled:,} fell ({low:.1%} to {high:.1%})")
    if not told:
        say("no ruling rests on a detector's hit")


def _rows(detector: str, output: Path, who: str, db: str, *, json: bool) -> None:
    import orjson

    from qingjian.core.errors import UsageError
    from qingjian.flows.late import LeftOut, negatives

    if output.exists():
        raise UsageError(f"{output} is there already", "name another file")
    written, left = 0, list[LeftOut]()
    with output.open("xb") as file:
        for one in negatives(opened(db), detector, who):
            if isinstance(one, LeftOut):
                left.append(one)
                continue
            file.write(orjson.dumps(one) + b"\n")
            written += 1
    if json:
        show({"written": written, "left_out": [{"case": o.case, "why": o.why} for o in left]})
        return
    say(f"{written:,} rows written to {output}, {len(left):,} left out")
    for out in left:
        say(f"  {out.case}: {out.why}")
