"""
A real server on this machine that judges texts as somebody else's would, and misbehaves on request.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SAID = {"results": [{"category_scores": {"sexual": 0.93, "fraud": 0.2, "other": 0.99}}]}
DESCRIBED = """
[remote.trial]
url = "{url}"
key_env = "TRIAL_KEY"
timeout_ms = 400
longest = 100
request = {{ input = ["{{text}}"], model = "trial" }}
answer = {{ at = "{at}"{more} }}
[remote.trial.labels]
sexual = {{ severity = "high", rows = ["2.3.sexual_text"], at_least = 0.5 }}
fraud = {{ severity = "low" }}
"""


@dataclass
class Vendor:
    """
    What the server answers, and what it was asked.

    Args:
        says: gives the answer to a request.
        status: of the answer.
        raw: bytes instead of it.
        pause_s: between the bytes of the answer.
    """

    says: Callable[[dict[str, Any]], Any] = lambda asked: SAID
    status: int = 200
    raw: bytes | None = None
    pause_s: float = 0.0
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def described(
        self, folder: Path, at: str = "results.0.category_scores", more: str = ""
    ) -> Path:
        """Write the file that describes this server."""
        path = folder / "remotes.toml"
        path.write_text(DESCRIBED.format(url=self.url, at=at, more=more), "utf-8")
        return path


@contextmanager
def vendor() -> Iterator[Vendor]:
    """Serve until left."""
    told = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append(asked)
            told.keys.append(self.headers["Authorization"])
            data = told.raw if told.raw is not None else json.dumps(told.says(asked)).encode()
            try:
                self.send_response(told.status)
                self.send_header("Location", told.url)
                self.end_headers()
                step = 20 if told.pause_s else len(data) or 1
                for start in range(0, len(data), step):
                    self.wfile.write(data[start : start + step])
                    time.sleep(told.pause_s)
            except (BrokenPipeError, ConnectionResetError):
                return

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/v1/judge?a=b"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
