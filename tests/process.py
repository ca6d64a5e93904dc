"""
The command line as people run it: a process of its own, with nothing of this shell's settings.

`qingjian` and `script` fork this process, which has imported and compiled what a call needs, so
that no call pays for it; `spawned` starts a new interpreter, for what depends on how Python starts.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

from coverage import Coverage

import qingjian as package
from tests.needs import ROOT

EXAMPLES = ROOT / "examples"
_MOST_S = 120.0
_LEFT_OUT = ("api", "gateway", "console", "store.migrations", "__main__")
"""What `_ready` leaves out: served by processes of their own, or run when imported."""


class Ran(NamedTuple):
    """How a process ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def environment(**settings: str) -> dict[str, str]:
    """Give this environment with these settings of ours alone; a wide terminal, no colours."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QINGJIAN_")}
    return {**kept, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", **settings}


def spawned(
    *arguments: str | Path,
    stdin: bytes = b"",
    folder: Path = ROOT,
    settings: Mapping[str, str] | None = None,
) -> Ran:
    """Run `qingjian` to its end in a new interpreter."""
    ran = subprocess.run(
        [sys.executable, "-m", "qingjian", *map(str, arguments)],
        input=stdin,
        cwd=folder,
        env=environment(**(settings or {})),
        capture_output=True,
        timeout=_MOST_S,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def qingjian(
    *arguments: str | Path,
    stdin: bytes = b"",
    folder: Path = ROOT,
    settings: Mapping[str, str] | None = None,
) -> Ran:
    """Run `qingjian` to its end in a fork of this process."""

    def run() -> None:
        from qingjian.cli import main

        main()

    return _forked(run, ("qingjian", *map(str, arguments)), stdin, folder, settings or {})


def script(path: Path, *arguments: str, folder: Path = ROOT) -> Ran:
    """Run a Python script of ours to its end in a fork of this process."""

    def run() -> None:
        sys.path.insert(0, str(path.parent))
        for beside in path.parent.glob("*.py"):
            sys.modules.pop(beside.stem, None)  # a copy from elsewhere may have been imported
        runpy.run_path(str(path), run_name="__main__")

    return _forked(run, (str(path), *arguments), b"", folder, {})


def _forked(
    run: Callable[[], None],
    words: tuple[str, ...],
    stdin: bytes,
    folder: Path,
    settings: Mapping[str, str],
) -> Ran:
    _ready()
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(stdin)
        given.seek(0)
        child = os.fork()
        if not child:
            _be(run, words, (given, out, err), folder, environment(**settings))
        code = _ended(child)
        out.seek(0)
        err.seek(0)
        return Ran(code, out.read().decode(), err.read().decode())


@cache
def _ready() -> None:
    """Import what calls import and compile the packs, once instead of in every fork."""
    left_out = tuple(f"qingjian.{name}" for name in _LEFT_OUT)
    for module in pkgutil.walk_packages(package.__path__, "qingjian."):
        if not module.name.startswith(left_out):
            import_module(module.name)
    for name in ("hyperscan", "jinja2", "pydantic"):
        import_module(name)
    from qingjian.core.registry import discover
    from qingjian.detectors.instruments.shelf import SHELF

    for one in discover().detectors.values():
        one.build()
    SHELF.compile()
    gc.collect()
    gc.freeze()  # forks need not go over all this to find garbage


def _be(
    run: Callable[[], None],
    words: tuple[str, ...],
    files: tuple[BinaryIO, ...],
    folder: Path,
    variables: Mapping[str, str],
) -> NoReturn:
    """Become the process: run with these files as input and output, then end."""
    code = 1
    try:
        _unmeasured()
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        sys.stdin = os.fdopen(0, encoding="utf-8")
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
        sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace")
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(variables)
        sys.argv = list(words)
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)  # whatever happens, a copy of the test run must not go on


def _unmeasured() -> None:
    """Leave what was measured so far to the parent, or each fork writes all of it once more."""
    measuring = Coverage.current()
    if measuring is not None and measuring._collector is not None:
        measuring._collector._clear_data()  # there is no public way


def _ended(child: int) -> int:
    """Wait for a process and give its exit code."""
    until = time.monotonic() + _MOST_S
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TimeoutError(f"no end after {_MOST_S} s")
