"""
One question to an endpoint that speaks the OpenAI protocol of chat, answered whole or in a stream.

Bounded in time as a whole and in bytes; every failure is a NoAnswer with its kind first.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from qingjian.core.errors import ConfigError
from qingjian.engine.judge import NoAnswer

_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    Where chat completions are asked for.

    Args:
        url: base address, `http://127.0.0.1:8001/v1` for one.
        model: the model's name there.
        key: sent as a bearer token; empty for none.
        timeout_s: for the whole answer, in seconds.
        stream: whether to ask for a stream.
    """

    url: str
    model: str
    key: str = ""
    timeout_s: float = 5.0
    stream: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"{self.url!r} is no address", "write http://HOST:PORT/v1")

    def ask(self, messages: list[dict[str, str]]) -> str:
        """Send messages and give the answer's text. Raises NoAnswer."""
        until = time.monotonic() + self.timeout_s
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        connection = (
            http.client.HTTPSConnection(
                str(parts.hostname), port, context=ssl.create_default_context()
            )
            if secure
            else http.client.HTTPConnection(str(parts.hostname), port)
        )
        connection.timeout = self.timeout_s
        body = {"model": self.model, "messages": messages, "temperature": 0, "stream": self.stream}
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            path = parts.path.rstrip("/") + "/chat/completions"
            connection.request("POST", path, json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            data = _within(answer, until, self.timeout_s)
            if answer.status != 200:
                raise NoAnswer(f"refused: HTTP {answer.status}")
            kind = answer.headers.get_content_type()
        except TimeoutError:
            raise NoAnswer(f"slow: nothing whole in {self.timeout_s:g} s") from None
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"unreachable: {type(error).__name__}") from None
        finally:
            connection.close()
        return _streamed(data) if kind == "text/event-stream" else _whole(data)


def _within(answer: http.client.HTTPResponse, until: float, timeout_s: float) -> bytes:
    """Read an answer piece by piece. Raises NoAnswer past the time or the bytes allowed."""
    parts: list[bytes] = []
    size = 0
    while piece := answer.read1(65_536):
        parts.append(piece)
        size += len(piece)
        if size > _MOST_BYTES:
            raise NoAnswer(f"malformed: more than {_MOST_BYTES:,} bytes")
        if time.monotonic() > until:
            raise NoAnswer(f"slow: nothing whole in {timeout_s:g} s")
    return b"".join(parts)


def _whole(data: bytes) -> str:
    try:
        text = json.loads(data)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, TypeError, LookupError, RecursionError):
        raise NoAnswer("malformed: no chat completion") from None
    if not isinstance(text, str):
        raise NoAnswer("malformed: an answer without text")
    return text


def _streamed(data: bytes) -> str:
    """Give the text of a stream of server-sent events. Raises NoAnswer when it has no end."""
    parts: list[str] = []
    for line in data.decode("utf-8", "replace").splitlines():
        if not line.startswith("data:"):
            continue
        event = line[5:].strip()
        if event == "[DONE]":
            return "".join(parts)
        try:
            piece = json.loads(event)["choices"][0]["delta"].get("content")
        except (ValueError, KeyError, TypeError, LookupError, AttributeError, RecursionError):
            raise NoAnswer("malformed: an event that is no chunk") from None
        if piece is not None and not isinstance(piece, str):
            raise NoAnswer("malformed: a chunk without text")
        parts.append(piece or "")
    raise NoAnswer("malformed: the stream has no end")
