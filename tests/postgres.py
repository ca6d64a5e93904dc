"""
A throw-away PostgreSQL server for tests; a test is skipped where none is installed.

The server listens on a free port of 127.0.0.1 with passwords, and on a socket in its own folder
without. It never syncs, and ends with the process that started it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.sql import SQL, Identifier

from qingjian.store.engine import open_store
from tests.needs import postgresql, tool

PASSWORD = "right word"
_MADE = "migrated"
_MOST_S = 30.0
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "64MB",
    "autovacuum": "off",
}


class Server:
    """A server with data of its own in a folder."""

    def __init__(self, folder: Path, *, syncs: bool = False) -> None:
        self.folder, self.port, self._syncs = folder, _free_port(), syncs
        self._programs, self._user = postgresql(), _user()
        self._running: subprocess.Popen[bytes] | None = None
        self._connection: psycopg.Connection | None = None
        self._count = 0
        if self._user:
            shutil.chown(folder, self._user)
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        made = [str(self._programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres"]
        made += ["-A", "trust", "--auth-host=scram-sha-256", f"--pwfile={folder / 'password'}"]
        made += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        subprocess.run([*self._as_user(), *made], check=True, capture_output=True, cwd=folder)

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {
            **({} if self._syncs else _QUICK),
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
        }
        settings["unix_socket_directories"] = str(self.folder)
        command = [*self._as_user(), str(self._programs / "postgres"), "-D", "data"]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._running = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        until = time.monotonic() + _MOST_S
        while True:
            try:
                return self.run(SQL("SELECT 1"))
            except psycopg.OperationalError:
                if time.monotonic() > until or self._running.poll() is not None:
                    said = (self.folder / "log").read_text("utf-8", "replace")
                    raise RuntimeError(f"the server does not start: {said[-2000:]}") from None
                time.sleep(0.02)

    def stop(self) -> None:
        """End it at once, as when its machine goes down: connections break."""
        if self._connection:
            self._connection.close()
            self._connection = None
        if self._running:
            self._running.send_signal(signal.SIGQUIT)  # every process of it ends now
            self._running.wait(_MOST_S)
            self._running = None

    def url(self, name: str) -> str:
        """Give the URL of a database over the socket, without a password."""
        return f"postgresql://postgres@/{name}?host={self.folder}&port={self.port}"

    def url_with_password(self, name: str, password: str = PASSWORD) -> str:
        """Give the URL of a database over TCP."""
        return f"postgresql://postgres:{quote(password, safe='')}@127.0.0.1:{self.port}/{name}"

    def run(self, statement: SQL | psycopg.sql.Composed) -> None:
        """Run a statement outside of a transaction."""
        if self._connection is None:
            where = f"host={self.folder} port={self.port} user=postgres dbname=postgres"
            self._connection = psycopg.connect(where, autocommit=True)
        self._connection.execute(statement)

    def migrate(self) -> None:
        """Make the database that others are copied from."""
        self.run(SQL("CREATE DATABASE {}").format(Identifier(_MADE)))
        open_store(self.url(_MADE)).dispose()

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """Give the name of a database with all tables, or with none; it is dropped after."""
        self._count += 1
        name = f"t{self._count}"
        template = Identifier("template0" if empty else _MADE)
        self.run(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), template))
        try:
            yield name
        finally:
            self.run(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _as_user(self) -> list[str]:
        """Give the words before a command that a root may not run; it ends when we do."""
        words = [tool("setpriv"), "--pdeathsig", "QUIT"]
        if not self._user:
            return words
        group = str(pwd.getpwnam(self._user).pw_gid)
        return [*words, "--reuid", self._user, "--regid", group, "--clear-groups"]


@contextmanager
def server(*, syncs: bool = False) -> Iterator[Server]:
    """Give a server that runs, with a database to copy; it is gone after."""
    folder = Path(tempfile.mkdtemp(prefix="qingjian-pg-"))
    try:
        made = Server(folder, syncs=syncs)
        try:
            made.start()
            made.migrate()
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder)


def _user() -> str:
    """Give whom the server runs as; empty for ourselves, which root may not be."""
    if os.geteuid():
        return ""
    there = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in there else "nobody"


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
