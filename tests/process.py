"""
The command line as people run it: a process of its own, with nothing of this shell's settings.

`qingjian` forks this process, so that a call does not pay for importing again; `spawned` starts a
new interpreter, for what depends on how Python starts.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

from tests.needs import ROOT

EXAMPLES = ROOT / "examples"
_MOST_S = 120.0


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
    """
    Give this environment with these settings of ours alone; a wide terminal, no colours.

    A new interpreter is not traced: it takes twice as long, for lines that forks run too.
    """
    left_out = ("QINGJIAN_", "COVERAGE_PROCESS_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
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
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(stdin)
        given.seek(0)
        child = os.fork()
        if not child:
            variables = environment(**(settings or {}))
            _be(tuple(map(str, arguments)), (given, out, err), folder, variables)
        code = _ended(child)
        out.seek(0)
        err.seek(0)
        return Ran(code, out.read().decode(), err.read().decode())


def _be(
    arguments: tuple[str, ...],
    files: tuple[BinaryIO, ...],
    folder: Path,
    variables: Mapping[str, str],
) -> NoReturn:
    """Become the process: the command line with these files as input and output, then end."""
    code = 1
    try:
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        sys.stdin = os.fdopen(0, encoding="utf-8")
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
        sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace")
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(variables)
        sys.argv = ["qingjian", *arguments]
        from qingjian.cli import main

        main()
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
