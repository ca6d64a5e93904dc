"""
`qingjian serve` as people run it: a process of its own on a free port, asked over the network.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.api.door import PASSWORD, Answer
from tests.process import environment, qingjian


@dataclass
class Server:
    """
    A server and who may ask it.

    Args:
        address: where it is, without a slash at the end.
    """

    address: str
    folder: Path
    process: subprocess.Popen[str]
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        value: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask as somebody, and give the answer whatever its status."""
        told = {"content-type": "application/json", **(headers or {})}
        if who:
            told["authorization"] = f"Bearer {self.tokens[who]}"
        body = None if value is None else json.dumps(value).encode()
        asked = urllib.request.Request(self.address + path, body, told, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return Answer(
                    answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
                )
        except urllib.error.HTTPError as error:
            return Answer(
                error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()
            )

    def user(self, name: str, *roles: str) -> None:
        """Add a user by the command line and sign in over the network."""
        told = [
            "user",
            "add",
            name,
            *(w for role in roles for w in ("--role", role)),
            "--who",
            "root",
            "--password-stdin",
        ]
        ran = qingjian(*told, "--db", "desk.db", folder=self.folder, stdin=f"{PASSWORD}\n".encode())
        assert ran.code == 0, ran.err
        asked = {"name": name, "password": PASSWORD}
        session = self.ask("", "POST", "/api/v1/sessions", asked)
        assert session.status == 200, session.body
        self.tokens[name] = session.json["token"]

    def key(self, name: str, *roles: str) -> None:
        """Add a key by the command line."""
        named = [word for role in roles for word in ("--role", role)]
        told = ["key", "add", name, *named, "--who", "root", "--db", "desk.db"]
        ran = qingjian(*told, folder=self.folder)
        assert ran.code == 0, ran.err
        self.tokens[name] = ran.out.strip()


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Server]:
    """Serve a new database until the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qingjian", "serve", "--db", "desk.db", "--port", "0"],
        cwd=folder,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.match(r"serving: (http://\S+)/api/v1/docs ", line):
                yield Server(found[1], folder, process)
                break
        else:
            pytest.fail(f"it never served: {process.communicate()[1]}")
    finally:
        ended(process)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """End a server and give its exit code and what it said."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    if process.poll() is None:
        process.kill()
    _, said = process.communicate() if not process.stderr or not process.stderr.closed else ("", "")
    return process.returncode, said
