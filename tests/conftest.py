"""
For every test: no network but loopback, one hypothesis profile, a count of what was skipped.

What a test needs from outside (a program, a package, the shared data) it asks of `tests.needs`.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.needs import SKIPPED

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from tests.postgres import Server

settings.register_profile(
    "ci", max_examples=30, deadline=None, derandomize=bool(os.environ.get("CI")), print_blob=True
)
settings.register_profile("soak", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile("ci")

_UNTRACED = {"house", "journeys"}
_ADDRESSED = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
_LOOKED_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


def _here(host: object) -> bool:
    if host is None or host in ("localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _guard(event: str, args: tuple[Any, ...]) -> None:
    """Refuse whatever leaves this machine; processes that are forked inherit it."""
    if event in _ADDRESSED:
        sock, address = args
        if sock.family == socket.AF_UNIX or address is None:
            return
        if sock.family not in (socket.AF_INET, socket.AF_INET6) or not _here(address[0]):
            pytest.fail(f"a test may not reach {address!r} ({event})")
    elif event in _LOOKED_UP and not _here(args[0]):
        pytest.fail(f"a test may not look {args[0]!r} up ({event})")


if not getattr(sys, "_qingjian_guarded", False):
    sys.addaudithook(_guard)
    sys._qingjian_guarded = True  # type: ignore[attr-defined]  # a hook cannot be taken away again


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Give a PostgreSQL server, one a test process."""
    from tests.postgres import server as started  # pulls in the database

    with started() as one:
        yield one


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database of one's own, on each kind in turn."""
    if request.param == "sqlite":
        yield str(tmp_path / "a.db")
        return
    server: Server = request.getfixturevalue("server")
    with server.database() as name:
        yield server.url(name)


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    """Give the opened database."""
    from qingjian.store.engine import open_store  # slow to import

    engine = open_store(store_url)
    yield engine
    engine.dispose()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """
    Run tests of laws, of the house and of whole journeys untraced.

    They go over the same lines hundreds of times, which tracing makes twice as slow; each line of
    theirs has to be reached by a test of examples too, or coverage falls. The plugin's own marker
    would patch `os._exit` once more with every such test, until a fork can no longer end.
    """
    law = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    if not law and _UNTRACED.isdisjoint(item.path.parts):
        return (yield)
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped because something outside the checkout is missing."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", ()):
        if isinstance(report.longrepr, tuple):
            reason = str(report.longrepr[2]).removeprefix("Skipped: ")
            if reason.startswith(SKIPPED):
                reasons[reason] += 1
    terminalreporter.write_line(f"skipped for want of something: {sum(reasons.values())}")
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"  {count} × {reason}")
