"""No test reaches beyond this machine; the guard stands in conftest."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

ABROAD = "192.0.2.1"  # TEST-NET-1 of RFC 5737: nobody's
REFUSED = "a test may not"
INET, INET6, UDP = socket.AF_INET, socket.AF_INET6, socket.SOCK_DGRAM


def with_socket(
    do: Callable[[socket.socket], object], family: int = INET, kind: int = socket.SOCK_STREAM
) -> None:
    with closing(socket.socket(family, kind)) as one:
        one.settimeout(0.2)
        do(one)


LEAVING: dict[str, Callable[[], object]] = {
    "connect": lambda: with_socket(lambda s: s.connect((ABROAD, 9))),
    "connect_ex": lambda: with_socket(lambda s: s.connect_ex((ABROAD, 9))),
    "connect by IPv6": lambda: with_socket(lambda s: s.connect(("2001:db8::1", 9)), INET6),
    "send a datagram": lambda: with_socket(lambda s: s.sendto(b"x", (ABROAD, 9)), kind=UDP),
    "send a message": lambda: with_socket(
        lambda s: s.sendmsg([b"x"], [], 0, (ABROAD, 9)), kind=UDP
    ),
    "serve everybody": lambda: with_socket(lambda s: s.bind(("", 0))),
    "serve everybody by IPv6": lambda: with_socket(lambda s: s.bind(("::", 0)), INET6),
    "look a name up": lambda: socket.getaddrinfo("example.invalid", 80),
    "look a name up the old way": lambda: socket.gethostbyname("example.invalid"),
    "create_connection": lambda: socket.create_connection((ABROAD, 9), 0.2),
    "asyncio": lambda: asyncio.run(asyncio.wait_for(asyncio.open_connection(ABROAD, 9), 0.2)),
}


@pytest.mark.parametrize("how", LEAVING)
def test_a_socket_that_leaves_this_machine_is_refused(how: str) -> None:
    with pytest.raises(pytest.fail.Exception, match=REFUSED):
        LEAVING[how]()


def test_the_refusal_passes_through_code_that_expects_a_broken_network() -> None:
    def careful() -> None:
        try:
            LEAVING["connect"]()
        except Exception:
            pytest.fail("it was caught")

    with pytest.raises(pytest.fail.Exception, match=REFUSED):
        careful()


def connect_abroad() -> None:
    try:
        LEAVING["connect"]()
    except pytest.fail.Exception:
        raise SystemExit(7) from None


def test_a_forked_process_is_refused_too() -> None:
    child = multiprocessing.get_context("fork").Process(target=connect_abroad)
    child.start()
    child.join(30)
    assert child.exitcode == 7


@pytest.mark.parametrize(("family", "host"), [(INET, "127.0.0.1"), (INET, "localhost")])
def test_loopback_works(family: int, host: str) -> None:
    with closing(socket.socket(family)) as server:
        server.bind((host, 0))
        server.listen()
        with closing(socket.create_connection(server.getsockname(), 5)) as client:
            client.sendall(b"x")
            with closing(server.accept()[0]) as accepted:
                assert accepted.recv(1) == b"x"


def test_a_socket_in_the_file_system_works(tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        with_socket(lambda s: s.connect(str(tmp_path / "s")), socket.AF_UNIX)
