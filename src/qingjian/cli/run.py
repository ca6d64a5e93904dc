"""
One scan from the command line: entries in, a report out, an exit code.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import orjson

from qingjian.batch.entry import Entry, Unique
from qingjian.batch.local import Judged
from qingjian.batch.local import run as run_entries
from qingjian.batch.readers.meter import Meter, size_of
from qingjian.batch.readers.paths import entries
from qingjian.batch.readers.rows import Reading
from qingjian.cli.bar import late
from qingjian.core.errors import NothingToScan, UsageError
from qingjian.core.settings import load
from qingjian.engine.explain import explain
from qingjian.flows.copies import copied, marked
from qingjian.reports import sink
from qingjian.reports.row import dumps, row, shown
from qingjian.reports.sink import Line, line_of
from qingjian.reports.visible import visible
from qingjian.wiring import Services, services


@dataclass(frozen=True)
class Asked:
    """What was asked for on the command line; empty texts and -1 mean the setting."""

    paths: tuple[str, ...]
    policy: str = ""
    surface: str = ""
    only: tuple[str, ...] | None = None
    jobs: int = -1
    text_field: str = ""
    id_field: str = ""
    kind: str = ""
    format: str = "table"
    output: Path | None = None
    resume: bool = False
    quiet: bool = False
    explain: bool = False


@dataclass
class Told:
    """Counts of a run."""

    items: int = 0
    looked_at: int = 0
    with_findings: int = 0
    opposed: int = 0
    errors: int = 0
    not_looked_at: int = 0
    failures: int = 0
    worst: int = -1
    took_s: float = 0.0
    resumed: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    abstained: Counter[str] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Count one item."""
        self.items += 1
        self.looked_at += line.looked_at
        self.with_findings += bool(line.found)
        self.opposed += line.opposed
        self.errors += line.error
        self.not_looked_at += not (line.looked_at or line.error)
        self.failures += line.failed
        self.worst = max(self.worst, line.worst)
        if line.do:
            self.decisions[line.do] += 1
        self.found.update(line.found)
        self.abstained.update(line.abstained)

    @property
    def nothing(self) -> bool:
        """Whether there was no item that anything could look at."""
        return not (self.looked_at or self.errors or self.failures)

    def exit_code(self, keep_going: bool = False) -> int:
        """Give the exit code of the run."""
        if not keep_going and self.failures:
            return 1
        if self.nothing:
            return NothingToScan.exit_code
        if not keep_going and self.errors:
            return 2
        return 11 + self.worst if self.worst >= 0 else 0


def run(asked: Asked, stdin: BinaryIO | None = None) -> Told:
    """Run a scan and write its report. Raises UsageError, ConfigError, NotFound."""
    settings = load().settings
    settings = replace(
        settings,
        policy=asked.policy or settings.policy,
        surface=asked.surface or settings.surface,
        jobs=asked.jobs if asked.jobs >= 0 else settings.jobs,
    )
    built = services(settings, asked.only)
    # Built before the workers are forked; faults show at once.
    _, engine, _ = built.pack, built.engine, built.copies
    for broken in engine.broken:
        _say(f"not loaded: {broken.what}: {broken.reason}")
    meter = Meter(size_of(asked.paths))
    limit = settings.max_item_bytes
    reading = Reading(
        asked.text_field, asked.id_field, asked.kind, limit, meter, output=asked.output
    )
    unique = Unique()
    listed = unique.over(entries(asked.paths, reading, stdin or sys.stdin.buffer))
    told, started = Told(), time.monotonic()
    _resume(asked, listed, told, len(engine.broken))
    with (
        sink.opened(asked.format, asked.output, asked.resume) as out,
        _bar(meter, asked.quiet) as tick,
    ):
        for line in _lines(listed, built, out.keeps_text, asked.explain):
            told.add(line)
            out.write(line)
            tick(told)
        told.took_s = time.monotonic() - started
        out.close(_about(told, asked, built, _label(built)))
    for warning in unique.warnings:
        _say(f"warning: {warning}")
    if told.nothing:
        _say(
            "nothing to scan: every detector abstained, the rows say why"
            if told.abstained
            else "nothing to scan: no item that anything reads"
        )
    elif not asked.quiet and (asked.output is not None or asked.format == "table"):
        _say(summary(told, asked))
    return told


def _lines(listed: Iterable[Entry], built: Services, keep: bool, explained: bool) -> Iterator[Line]:
    serves, broken = built.serves, len(built.engine.broken)
    cards = {d.card.id: d.card for d in built.engine.detectors}

    def finish(judged: Judged) -> Line:
        made = row(judged, serves)
        if digest := copied(judged.entry.item, built.copies, _path(judged)):
            made = marked(made, digest, built.pack.surface, _label(built))
        line = line_of(made, dumps(made), broken)
        if keep and (line.worst >= 0 or line.error):
            line = replace(line, shown=tuple(shown(judged)), file=_is_file(judged))
        if explained and judged.scanned is not None:
            line = replace(line, explained=explain(judged.scanned, cards))
        return line

    s = built.settings
    yield from run_entries(
        listed, built.engine, built.decide, finish, jobs=s.jobs, timeout_s=s.item_timeout_s
    )


def _path(judged: Judged) -> Path | None:
    """Give the file that an entry is of, None where it is of something else."""
    entry = judged.entry
    return Path(entry.id) if entry.item is None and not entry.given else None


def _label(built: Services) -> str:
    return f"{built.pack.name} {built.pack.version}"


def _is_file(judged: Judged) -> bool:
    entry = judged.entry
    return not (entry.given or entry.id == "-" or entry.item is None or entry.item.source is None)


def _about(told: Told, asked: Asked, built: Services, policy: str) -> sink.About:
    cards = [d.card for d in built.engine.detectors]
    return sink.About(
        paths=asked.paths,
        policy=policy,
        surface=built.settings.surface,
        items=told.items,
        with_findings=told.with_findings,
        opposed=told.opposed,
        errors=told.errors,
        not_looked_at=told.not_looked_at,
        took_s=told.took_s,
        decisions=dict(told.decisions),
        found=dict(told.found),
        abstained=dict(told.abstained),
        cards=tuple(cards),
        quality=built.quality,
        because={r.id: (r.because, r.row) for r in built.pack.rules},
    )


def summary(told: Told, asked: Asked) -> str:
    """Give the run in a line or two."""
    rate = (told.items - told.resumed) / told.took_s if told.took_s > 0 else 0
    lines = [
        f"{told.items:,} items in {told.took_s:.1f} s ({rate:,.0f} a second); "
        f"{told.with_findings:,} with findings"
    ]
    if told.decisions:
        lines.append(
            "decisions: " + ", ".join(f"{do} {n:,}" for do, n in told.decisions.most_common())
        )
    if told.errors:
        lines.append(f"{told.errors:,} could not be read; their rows say why")
    if told.not_looked_at:
        lines.append(f"{told.not_looked_at:,} were not looked at; their rows say why")
    if asked.output is not None:
        lines.append(f"written to {asked.output}")
    return "\n".join(lines)


def _resume(asked: Asked, listed: Iterator[Entry], told: Told, broken: int) -> None:
    """
    Count the rows that OUT holds, pass over their entries, and cut a torn last line off.

    Raises UsageError when OUT is not the beginning of this scan.
    """
    if not asked.resume or asked.output is None or not asked.output.is_file():
        return
    if "-" in asked.paths:
        raise UsageError("standard input cannot be resumed", "name the file")
    end = 0
    with asked.output.open("r+b") as file:
        for number, data in enumerate(file, 1):
            if not data.endswith(b"\n"):
                break
            try:
                line = line_of(orjson.loads(data), data, broken)
            except (ValueError, KeyError, TypeError):
                raise UsageError(
                    f"{asked.output}:{number} is no row of a scan", "choose another OUT"
                ) from None
            entry = next(listed, None)
            if entry is None or entry.id != line.id:
                now = "nothing" if entry is None else repr(entry.id)
                raise UsageError(
                    f"{asked.output}:{number} is {line.id!r}, the input has {now} there",
                    "the input has changed; scan it anew, without --resume",
                )
            told.add(line)
            end += len(data)
        file.truncate(end)
    told.resumed = told.items
    if told.resumed:
        _say(f"going on after {told.resumed:,} items")


def _say(text: str) -> None:
    print(visible(text), file=sys.stderr, flush=True)


@contextmanager
def _bar(meter: Meter, quiet: bool) -> Iterator[Callable[[Told], None]]:
    """
    Give a function that moves a bar on a terminal, by bytes read.

    It starts no thread, so that workers can be forked.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda told: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("scanning"),
        BarColumn(),
        TextColumn("{task.fields[items]:,} items"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    with late(bar, meter.total_bytes or None, items=0) as tick:
        yield lambda told: tick(lambda: {"completed": meter.read_bytes, "items": told.items})
