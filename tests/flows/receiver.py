"""
A platform's server for tests: it keeps what it is sent and answers what it is told to.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Got(NamedTuple):
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body as JSON."""
        return json.loads(self.body)


class Receiver:
    """
    What arrived, and what is answered.

    Args:
        status: of the next answers, the last one stays; 0 hangs until the end.
    """

    def __init__(self, *status: int) -> None:
        self.status, self.got = list(status or (200,)), list[Got]()
        self.headers: dict[str, str] = {}
        self.over, self.lock, self.port = threading.Event(), threading.Lock(), 0
        self.choose: Callable[[Got], int] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/hook?a=1"

    def answer(self, got: Got) -> int:
        """Keep a request and give the status of its answer."""
        with self.lock:
            self.got.append(got)
            if self.choose is not None:
                return self.choose(got)
            return self.status.pop(0) if len(self.status) > 1 else self.status[0]


@contextmanager
def receiving(*status: int) -> Iterator[Receiver]:
    """Give a server that listens on loopback."""
    made = Receiver(*status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            named = {k.lower(): v for k, v in self.headers.items()}
            status = made.answer(Got(self.path, named, body))
            if not status:
                made.over.wait(10)
                return
            self.send_response(status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.over.set()
            server.shutdown()
            thread.join()
