"""
A stand-in for somebody else's moderation endpoint: it looks for two words and knows nothing.

python examples/remote/server.py [PORT]
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WORDS = {"fraud": "中奖", "insult": "废物"}


def scores(text: str) -> dict[str, Any]:
    """Give an object of categories to scores."""
    said = {label: 0.9 if word in text else 0.0 for label, word in WORDS.items()}
    return {"results": [{"category_scores": said}]}


def places(text: str) -> dict[str, Any]:
    """Give a list of labels with scores and places, in code points."""
    found = [(label, text.find(word), len(word)) for label, word in WORDS.items()]
    return {
        "labels": [
            {"name": label, "score": 0.9, "from": start, "to": start + size}
            for label, start, size in found
            if start >= 0
        ]
    }


class Handler(BaseHTTPRequestHandler):
    """Answers the two requests of `remotes.toml`."""

    def do_POST(self) -> None:
        """Answer one request."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/places":
            answer = places(asked["documents"][0]["text"])
        else:
            answer = scores(asked["input"])
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: a log of requests would be a log of texts."""


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8765
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
