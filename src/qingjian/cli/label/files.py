"""
The files that the label verbs work on, one after the other, with a bar where it takes long.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import typer

from qingjian.cli.bar import late
from qingjian.core.errors import NotFound, NothingToScan, QingjianError, UsageError, Vanished
from qingjian.labels.sidecar import SUFFIX
from qingjian.reports.label import one_line

_MOST_PEM_BYTES = 1_000_000
_MAGIC = frozenset("*?[")

Made = TypeVar("Made")


def files(names: Sequence[str]) -> list[Path]:
    """
    Give the files of paths, folders and patterns, in order, once each.

    Sidecars are left out, they go with their file; so is what is hidden in a folder. Links to
    folders are not followed.

    Raises NotFound for a name that stands for nothing, UsageError for a pattern that is none,
    Vanished for a folder that cannot be listed, NothingToScan when no file is left.
    """
    found: dict[Path, None] = {}
    for name in names:
        found.update(dict.fromkeys(p for p in _of(name) if not p.name.endswith(SUFFIX)))
    if not found:
        raise NothingToScan("no file to work on", "sidecars and hidden files are left out")
    return list(found)


def _of(name: str) -> list[Path]:
    path = Path(name)
    if name and os.path.lexists(name):
        if path.is_dir():
            return list(_under(path))
        if path.is_file():
            return [path]
        raise NotFound(f"{name!r} is no regular file", "a broken link, a device or a pipe")
    matched = _matching(path) if _MAGIC & set(name) else []
    if not matched:
        raise NotFound(f"no file or folder {name!r}")
    return matched


def _under(folder: Path) -> Iterator[Path]:
    """Give the files of a folder and of those in it, in order of name."""

    def fail(error: OSError) -> None:
        raise Vanished(f"{error.filename}: {error.strerror}")

    for root, inside, names in os.walk(folder, onerror=fail):
        inside[:] = sorted(one for one in inside if not one.startswith("."))
        paths = (Path(root, one) for one in sorted(names) if not one.startswith("."))
        yield from (path for path in paths if path.is_file())


def _matching(pattern: Path) -> list[Path]:
    """
    Give the files of what a pattern matches, folders as well; `**` stands for any folders.

    As in a shell, what is hidden is matched only where the pattern names the dot.
    """
    parts = pattern.parts
    fixed = next(i for i, part in enumerate(parts) if _MAGIC & set(part))
    root, inside = Path(*parts[:fixed]), parts[fixed:]
    try:
        some = sorted(root.glob(str(Path(*inside))))
    except (ValueError, NotImplementedError) as error:
        raise UsageError(f"{str(pattern)!r} is no pattern: {error}") from None
    if not any(part.startswith(".") for part in inside):
        some = [p for p in some if not any(n.startswith(".") for n in p.relative_to(root).parts)]
    return [file for p in some for file in (_under(p) if p.is_dir() else [p]) if file.is_file()]


def from_pem(path: Path, made: Callable[[bytes], Made]) -> Made:
    """Give what is made of a PEM file. Raises NotFound, and UsageError with the file's name."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_PEM_BYTES)
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror or error}") from None
    try:
        return made(data)
    except UsageError as error:
        raise UsageError(f"{path}: {error.what}", error.hint) from None


def each(paths: Sequence[Path], work: Callable[[Path], None]) -> int:
    """
    Do the work on each file; an error is told with the file, and the rest goes on.

    Gives how many failed.
    """
    failed = 0
    with _bar(len(paths)) as tick:
        for number, path in enumerate(paths):
            tick(number)
            try:
                work(path)
            except QingjianError as error:
                failed += 1
                _tell(path, error.what, error.hint)
            except BrokenPipeError:
                raise
            except OSError as error:
                failed += 1
                _tell(path, error.strerror or str(error))
    return failed


def _tell(path: Path, what: str, hint: str = "") -> None:
    name = str(path)
    said = what if what.startswith(name) else f"{name}: {what}"
    typer.echo(one_line(said), err=True)
    if hint:
        typer.echo(f"  hint: {one_line(hint)}", err=True)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """
    Give a function that moves a bar on a terminal, by files done.

    Lines for standard output stay there; on the same terminal they appear above the bar.
    """
    if total < 2 or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    bar = Progress(
        *(TextColumn("labels"), BarColumn(), MofNCompleteColumn(), TextColumn("files"), Left()),
        console=Console(stderr=True),
        auto_refresh=False,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
    )
    with late(bar, total) as tick:
        yield lambda done: tick(lambda: {"completed": done})
