"""
What was ruled, one row a step, or a ruling without one: CSV and Parquet, without a cap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from qingjian.cases.case import Case, Disposition, Ruling
from qingjian.cases.event import MACHINE
from qingjian.cases.history import ALWAYS, History, Period
from qingjian.core.clock import iso
from qingjian.core.errors import MissingExtra
from qingjian.core.obligations import obligations
from qingjian.core.types import SEVERITIES
from qingjian.reports import cells

TIMES = ("ruled_at", "starts_at", "ends_at")
COLUMNS = (
    *("case", "kind", "subject", "owner", "queue", "source", "severity", "detectors"),
    *("ruling", "outcome", "row", "class", "ground", "reason", "ruled_at", "ruled_by"),
    *("approved_by", "automated", "disposition", "step", "state", "starts_at", "ends_at"),
    *("appealed", "appeal"),
)
_BLOCK = 10_000


def rows(histories: Iterable[History], period: Period = ALWAYS) -> Iterator[dict[str, Any]]:
    """
    Give the rows of the rulings that were made in a period.

    Times are UTC epoch seconds. `state` is that of the step, or of the ruling where there is none;
    `appeal` is what came of the last appeal, empty without one.
    """
    for case, _ in histories:
        for ruling in case.rulings:
            if period.holds(ruling.at):
                steps = [d for d in case.dispositions if d.ruling == ruling.number]
                said = _said(case, ruling)
                yield from ({**said, **_step(one, ruling)} for one in steps or (None,))


def write_csv(rows: Iterable[dict[str, Any]], file: TextIO) -> int:
    """Write rows as CSV with a header, times as `2026-11-22T10:00:00Z`; give how many."""
    count = 0

    def lines() -> Iterator[list[object]]:
        nonlocal count
        for row in rows:
            count += 1
            timed = {k: None if row[k] is None else iso(row[k]) for k in TIMES}
            made = {**row, **timed, "detectors": ";".join(row["detectors"])}
            yield [made[column] for column in COLUMNS]

    cells.write(file, chain([COLUMNS], lines()))
    return count


def write_parquet(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """
    Write rows as Parquet, times as UTC timestamps; give how many.

    The file takes its name when it is whole. Raises MissingExtra without pyarrow.
    """
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        hint = 'pip install "qingjian[corpus]"'
        raise MissingExtra("writing Parquet needs pyarrow", hint) from None
    types = dict.fromkeys(COLUMNS, arrow.string())
    types |= dict.fromkeys(TIMES, arrow.timestamp("ms", tz="UTC"))
    types |= {"detectors": arrow.list_(arrow.string()), "ruling": arrow.int32()}
    types |= dict.fromkeys(("automated", "appealed"), arrow.bool_())
    schema, count, listed = arrow.schema(list(types.items())), 0, iter(rows)
    part = path.with_name(path.name + ".part")
    try:
        with parquet.ParquetWriter(part, schema, compression="zstd") as file:
            while block := list(islice(listed, _BLOCK)):
                count += len(block)
                file.write_table(arrow.Table.from_pylist([_timed(r) for r in block], schema=schema))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def class_of(row: str) -> str:
    """Give the problem class of a row in the notice's words, the row itself where it has none."""
    known = obligations().get(row)
    return known.class_ if known else row


def _said(case: Case, ruling: Ruling) -> dict[str, Any]:
    """Give what all rows of a ruling have in common."""
    seen = [s for s in case.seen if s.at <= ruling.at]
    appeal = next((a.state for a in reversed(case.appeals) if a.ruling == ruling.number), "")
    whose = {"case": case.id, "kind": case.subject.kind, "subject": case.subject.id}
    found = {
        "severity": max((s.severity for s in seen), key=SEVERITIES.index, default=""),
        "detectors": sorted(
            {f"{id}@{version}" for s in seen for id, version in s.detectors.items()}
        ),
    }
    ruled = {
        "ruling": ruling.number,
        "outcome": ruling.outcome,
        "row": ruling.row,
        "class": class_of(ruling.row),
        "ground": ruling.ground,
        "reason": "sealed" if case.sealed else ruling.reason,
        "ruled_at": ruling.at,
        "ruled_by": ruling.who,
        "approved_by": ruling.approved_by,
        "automated": bool(ruling.told.get("automated")) or ruling.who == MACHINE,
    }
    told = {"owner": case.subject.owner, "queue": case.queue, "source": case.source}
    return {**whose, **told, **found, **ruled, "appealed": bool(appeal), "appeal": appeal}


def _step(one: Disposition | None, ruling: Ruling) -> dict[str, Any]:
    """Give what a row says of its step."""
    if one is None:
        return {"disposition": "", "step": "", "state": ruling.state} | dict.fromkeys(TIMES[1:])
    times = {"starts_at": one.starts_at, "ends_at": one.ends_at}
    return {"disposition": one.id, "step": one.step, "state": one.state, **times}


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """Give a row with its times in milliseconds."""
    return {**row, **{k: None if row[k] is None else round(row[k] * 1000) for k in TIMES}}
