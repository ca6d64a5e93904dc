from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest
from tests.flows.receiver import receiving

from qingjian.api.sender import Sender
from qingjian.flows.deliver import NoAnswer

SENDER = Sender(inside=True, timeout_s=0.4)


def test_it_posts_and_gives_the_status() -> None:
    with receiving(204) as receiver:
        assert SENDER(receiver.url, b"{}", {"webhook-id": "1"}) == 204
    (got,) = receiver.got
    assert (got.path, got.body, got.headers["webhook-id"]) == ("/hook?a=1", b"{}", "1")
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_private_address_is_not_connected_to(host: str) -> None:
    with receiving() as receiver:
        with pytest.raises(NoAnswer, match="private"):
            Sender()(f"http://{host}:{receiver.port}/", b"{}", {})
        assert receiver.got == []


def test_the_address_that_a_name_has_is_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
        with pytest.raises(NoAnswer, match="private"):
            Sender()("http://platform.example/", b"{}", {})
        assert receiver.got == []
        assert SENDER("http://platform.example/", b"{}", {}) == 200
        assert receiver.got[0].headers["host"] == "platform.example"


def test_whoever_hangs_is_cut_off() -> None:
    with receiving(0) as receiver, pytest.raises(NoAnswer, match=r"no answer in 0\.4 s"):
        SENDER(receiver.url, b"{}", {})


def test_whoever_drips_is_cut_off_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            taken, _ = listening.accept()
            with taken:
                try:
                    while True:
                        taken.sendall(b"H")
                        time.sleep(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(NoAnswer, match="no answer in"):
            SENDER(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"{}", {})
        assert time.monotonic() - began < 3
        thread.join()


def test_what_is_no_server_is_told_without_its_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(NoAnswer, match="unreachable: ConnectionRefusedError"):
        SENDER(f"http://127.0.0.1:{port}/", b"{}", {})
    with pytest.raises(NoAnswer, match="no web address"):
        SENDER("ftp://127.0.0.1/", b"{}", {})
    with receiving() as receiver, pytest.raises(NoAnswer, match="unreachable: SSLError"):
        SENDER(f"https://127.0.0.1:{receiver.port}/", b"{}", {})


def test_a_name_that_is_not_there_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*words: Any, **named: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoAnswer, match="unreachable: gaierror"):
        SENDER("https://platform.example/", b"{}", {})
