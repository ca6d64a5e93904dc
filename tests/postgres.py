"""
A real PostgreSQL for tests: one throw-away cluster a process, a fresh database a test.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import Engine

from qingjian.store import postgres
from tests.needs import tool

_NUMBERS = count(1)
_TEMPLATE = "migrated"


class Cluster:
    """
    A running server that listens on a socket in its folder.

    Args:
        folder: readable for whoever it runs as.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._data = folder, folder / "data"
        self._as = _as_nobody(folder)
        self._run("initdb", "-D", self._data, "-U", "qingjian", "-A", "trust", "-N", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        quick = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
        settings = [word for one in quick for word in ("-c", one)]
        listens = ("-c", "listen_addresses=", "-k", self._folder, *settings)
        command = [*self._as, _program("postgres"), "-D", self._data, *listens]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """Kill the server and its children, as a power cut would."""
        pid = (self._data / "postmaster.pid").read_text().split()[0]
        subprocess.run(["pkill", "-KILL", "-P", pid], check=False)
        subprocess.run(["kill", "-KILL", pid], check=False)
        self._server.wait(10)

    def stop(self) -> None:
        """Stop the server and take its folder away."""
        if self._server.poll() is None:
            self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
            self._server.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Give the URL of one of its databases."""
        return f"postgresql://qingjian@/{database}?host={self._folder}"

    def empty(self) -> str:
        """Give the URL of a new database without any table."""
        name = f"empty_{next(_NUMBERS)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute(f"create database {name}")
        return self.url(name)

    def fresh(self) -> str:
        """Give the URL of a new database whose tables are made."""
        from qingjian.store.engine import open_store

        name = f"test_{next(_NUMBERS)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            there = db.execute("select 1 from pg_database where datname = %s", [_TEMPLATE])
            if there.fetchone() is None:
                db.execute(f"create database {_TEMPLATE}")
                open_store(self.url(_TEMPLATE)).dispose()
            db.execute(f"create database {name} template {_TEMPLATE}")
        return self.url(name)

    def _run(self, program: str, *words: str | Path) -> None:
        command = [*self._as, _program(program), *map(str, words)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


@cache
def _program(name: str) -> str:
    """Give a program of the newest PostgreSQL here; Debian keeps them out of the path."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(beside[-1]) if beside else tool(name)


def _as_nobody(folder: Path) -> list[str]:
    """Give how to run as somebody else where this is root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return []
    who = next(n for n in ("postgres", "nobody") if n in {p.pw_name for p in pwd.getpwall()})
    shutil.chown(folder, who)
    return [tool("setpriv"), f"--reuid={who}", "--clear-groups"]


@contextmanager
def closing_all(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what was opened to PostgreSQL meanwhile, as the end of a process would."""
    made: list[Engine] = []
    real = postgres.engine

    def engine(url: str) -> Engine:
        made.append(real(url))
        return made[-1]

    monkeypatch.setattr(postgres, "engine", engine)
    yield
    for one in made:
        one.dispose()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Give a running cluster; the test is skipped where PostgreSQL is not installed."""
    _program("initdb")
    folder = Path(tempfile.mkdtemp(prefix="qingjian-postgres-"))
    made = Cluster(folder)
    try:
        yield made
    finally:
        made.stop()
