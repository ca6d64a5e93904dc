"""
The files that the label verbs work on, one after the other, with a bar where it takes long.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import typer

from qingjian.core.errors import NotFound, QingjianError
from qingjian.labels.sidecar import path_of
from qingjian.reports.visible import visible

_BAR_AFTER = 200


def files(names: Sequence[str]) -> list[Path]:
    """
    Give the files of paths, folders and patterns, in order, once each; sidecars are left out.

    Raises NotFound for a name that stands for nothing.
    """
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            under = sorted(path.rglob("*"))
        else:
            under = [path] if path.exists() else _matching(path)
        some = [p for p in under if p.is_file() and not _is_sidecar(p)]
        if not some and not path.is_dir():
            raise NotFound(f"no file {name!r}")
        found.update(dict.fromkeys(some))
    return list(found)


def _matching(pattern: Path) -> list[Path]:
    """Give what a pattern matches; `**` stands for any folders."""
    parts = pattern.parts
    fixed = next((i for i, part in enumerate(parts) if set(part) & set("*?[")), len(parts))
    if fixed == len(parts):
        return []
    return sorted(Path(*parts[:fixed]).glob(str(Path(*parts[fixed:]))))


def _is_sidecar(path: Path) -> bool:
    return path.name.endswith(str(path_of(Path("x")))[1:])


def each(paths: Sequence[Path], work: Callable[[Path], None]) -> int:
    """
    Do the work on each file; an error of ours is told with the file, and the rest goes on.

    Gives how many failed.
    """
    failed = 0
    for path in _told(paths):
        try:
            work(path)
        except QingjianError as error:
            failed += 1
            typer.echo(f"{visible(str(path))}: {visible(error.what)}", err=True)
            if error.hint:
                typer.echo(f"  hint: {visible(error.hint)}", err=True)
    return failed


def _told(paths: Sequence[Path]) -> Iterator[Path]:
    """Give the paths, with a bar on a terminal when there are many."""
    if len(paths) < _BAR_AFTER or not sys.stderr.isatty():
        yield from paths
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("labels", total=len(paths))
        shown = time.monotonic()
        for number, path in enumerate(paths):
            yield path
            if time.monotonic() - shown > 0.1:
                bar.update(task, completed=number)
                shown = time.monotonic()
