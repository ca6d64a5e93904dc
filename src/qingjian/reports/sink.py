"""
Where a run's lines go: one writer per format, all with the same three calls.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from qingjian.core.card import Card, Quality
from qingjian.core.errors import UsageError
from qingjian.core.types import SEVERITIES

MOST_KEPT = 5000
"""Most items that a report for people shows one by one; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Line:
    """
    One item of a run, small enough to send between processes.

    Args:
        data: its row as a line of JSON.
        shown: the words of its findings for people, only where the format keeps them.
        explained: what every detector said, in sentences, where that was asked for.
        file: whether its id is the path of a file that its places count in.
        worst: index of the highest severity, -1 without findings.
        found: detectors with an unopposed finding.
    """

    data: bytes
    id: str
    do: str
    worst: int
    looked_at: bool
    error: bool
    failed: bool
    found: tuple[str, ...] = ()
    abstained: tuple[str, ...] = ()
    shown: tuple[Mapping[str, str], ...] = ()
    explained: tuple[str, ...] = ()
    file: bool = False

    @property
    def opposed(self) -> bool:
        """Whether something was found, and something speaks against all of it."""
        return self.worst >= 0 and not self.found


def line_of(made: Mapping[str, Any], data: bytes, broken: int = 0) -> Line:
    """
    Give the line of a row.

    Args:
        made: the row.
        data: the row as a line of JSON.
        broken: detectors that could not be loaded, which every row tells.
    """
    severities = [SEVERITIES.index(f["severity"]) for f in made["findings"]]
    failed = sum(note["reason"].startswith("failed: ") for note in made["not_looked_at"])
    return Line(
        data=data,
        id=made["id"],
        do=made["decision"]["do"] if made["decision"] else "",
        worst=max(severities, default=-1),
        looked_at=bool(made["ran"]),
        error=made["error"] is not None,
        failed=failed > broken,
        found=tuple(sorted({f["detector"] for f in made["findings"] if not f["against"]})),
        abstained=tuple(a["detector"] for a in made["abstained"]),
    )


@dataclass(frozen=True)
class About:
    """What a report says about the run as a whole."""

    paths: tuple[str, ...]
    policy: str
    surface: str
    items: int
    with_findings: int
    opposed: int
    errors: int
    not_looked_at: int
    took_s: float
    decisions: Mapping[str, int]
    found: Mapping[str, int]
    abstained: Mapping[str, int]
    cards: tuple[Card, ...]
    quality: Mapping[str, tuple[Quality, ...]] = field(default_factory=dict)
    because: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class Sink(Protocol):
    """Writes lines; `keeps_text` asks for the words of findings."""

    keeps_text: bool

    def write(self, line: Line) -> None:
        """Take one item."""
        ...

    def close(self, about: About) -> None:
        """Take the whole, and end the report."""
        ...


class _Jsonl:
    """Each line is written whole at once, so that a killed run leaves whole lines."""

    keeps_text = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, line: Line) -> None:
        self._file.write(line.data)

    def close(self, about: About) -> None:
        self._file.flush()


class _Json:
    keeps_text = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._next = b"[\n"

    def write(self, line: Line) -> None:
        self._file.write(self._next + line.data.rstrip(b"\n"))
        self._next = b",\n"

    def close(self, about: About) -> None:
        self._file.write((b"[" if self._next == b"[\n" else b"\n") + b"]\n")


class _Kept:
    """Keeps what has findings or an error, up to `MOST_KEPT`, and renders at the end."""

    keeps_text = True

    def __init__(self, file: BinaryIO, format: str) -> None:
        self._file = file
        self._format = format
        self._lines: list[Line] = []
        self._left_out = 0

    def write(self, line: Line) -> None:
        if line.worst >= 0 or line.error or line.explained:
            if len(self._lines) < MOST_KEPT:
                self._lines.append(line)
            else:
                self._left_out += 1

    def close(self, about: About) -> None:
        if self._format == "html":
            from qingjian.reports.html import render
        elif self._format == "sarif":
            from qingjian.reports.sarif import render
        else:
            from qingjian.reports.table import render
        self._file.write(render(self._lines, about, self._left_out).encode("utf-8", "replace"))


@contextmanager
def opened(format: str, path: Path | None, resume: bool = False) -> Iterator[Sink]:
    """
    Give the sink of a format over a file, or over standard output.

    JSON Lines are written as they come; other formats replace the file when they are complete.
    Raises UsageError.
    """
    if path is None:
        yield _sink(format, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        if format == "jsonl":
            with path.open("ab" if resume else "wb", buffering=0) as file:
                yield _sink(format, file)
        elif path.exists() and not path.is_file():
            with path.open("wb") as device:
                yield _sink(format, device)
        else:
            with _replacing(path.resolve()) as whole:
                yield _sink(format, whole)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the place of `path` when it is whole, and goes away otherwise."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _sink(format: str, file: BinaryIO) -> Sink:
    if format == "jsonl":
        return _Jsonl(file)
    return _Json(file) if format == "json" else _Kept(file, format)
