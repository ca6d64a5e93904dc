"""
A real server on this machine that speaks the OpenAI protocol of chat, and misbehaves on request.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Chat:
    """
    What the server answers, and what it was asked.

    Args:
        says: the answer's text.
        status: of the answer.
        raw: bytes instead of a completion.
        pause_s: between pieces of the answer.
        ends: whether a stream has its end.
    """

    says: str = '{"label": "clear", "quotes": [], "why": "nothing"}'
    status: int = 200
    raw: bytes | None = None
    pause_s: float = 0.0
    ends: bool = True
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@contextmanager
def chat() -> Iterator[Chat]:
    """Serve until left."""
    told = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append({**body, "path": self.path})
            told.keys.append(self.headers["Authorization"])
            stream = bool(body["stream"]) and told.raw is None
            self.send_response(told.status)
            kind = "text/event-stream; charset=utf-8" if stream else "application/json"
            self.send_header("Content-Type", kind)
            self.end_headers()
            try:
                for piece in _events(told) if stream else _pieces(told):
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(told.pause_s)
            except BrokenPipeError:
                return

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _pieces(told: Chat) -> Iterator[bytes]:
    message = {"choices": [{"index": 0, "message": {"role": "assistant", "content": told.says}}]}
    whole = told.raw if told.raw is not None else json.dumps(message).encode()
    yield from (whole[i : i + 40] for i in range(0, len(whole), 40))


def _events(told: Chat) -> Iterator[bytes]:
    for part in [told.says[i : i + 7] for i in range(0, len(told.says), 7)]:
        chunk = {"choices": [{"index": 0, "delta": {"content": part}}]}
        yield b"data: " + json.dumps(chunk).encode() + b"\n\n"
    if told.ends:
        yield b"data: [DONE]\n\n"
