from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.engine.chat import Chat, chat

from qingjian.core.errors import ConfigError
from qingjian.engine.endpoint import Endpoint
from qingjian.engine.judge import NoAnswer

MESSAGES = [{"role": "user", "content": "你好"}]


@pytest.fixture
def server() -> Iterator[Chat]:
    with chat() as told:
        yield told


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def endpoint(server: Chat, request: pytest.FixtureRequest) -> Endpoint:
    return Endpoint(server.url, "trial", "s3cret", 2.0, request.param)


def test_an_answer_comes_whole_or_in_a_stream(server: Chat, endpoint: Endpoint) -> None:
    server.says = "安全，没有问题 🙂"
    assert endpoint.ask(MESSAGES) == server.says
    [asked] = server.asked
    assert asked["path"] == "/v1/chat/completions"
    assert asked["messages"] == MESSAGES
    assert (asked["model"], asked["temperature"], asked["stream"]) == ("trial", 0, endpoint.stream)
    assert server.keys == ["Bearer s3cret"]


def test_without_a_key_none_is_sent(server: Chat) -> None:
    Endpoint(server.url, "trial").ask(MESSAGES)
    assert server.keys == [None]


def test_a_slow_answer_is_given_up_in_time(server: Chat, endpoint: Endpoint) -> None:
    server.pause_s = 0.15
    server.says = "字" * 80
    started = time.monotonic()
    with pytest.raises(NoAnswer, match=r"^slow: nothing whole in 0\.4 s"):
        replace(endpoint, timeout_s=0.4).ask(MESSAGES)
    assert time.monotonic() - started < 2


def test_a_refusal_is_told_with_its_status(server: Chat, endpoint: Endpoint) -> None:
    server.status = 429
    with pytest.raises(NoAnswer, match=r"^refused: HTTP 429"):
        endpoint.ask(MESSAGES)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b'{"choices": []}', b"[" * 50_000, b"\xff\xfe", b"x" * 1_000_100]
    + [b'{"choices": [{"message": {"content": null}}]}'],
)
def test_what_is_no_completion_is_malformed(server: Chat, raw: bytes) -> None:
    server.raw = raw
    with pytest.raises(NoAnswer, match=r"^malformed: "):
        Endpoint(server.url, "trial", timeout_s=10.0).ask(MESSAGES)


def test_a_stream_without_its_end_is_malformed(server: Chat) -> None:
    server.ends = False
    with pytest.raises(NoAnswer, match=r"^malformed: the stream has no end"):
        Endpoint(server.url, "trial", stream=True).ask(MESSAGES)


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer, match=r"^unreachable: ConnectionRefusedError"):
        Endpoint(f"http://127.0.0.1:{port}/v1", "trial").ask(MESSAGES)


@pytest.mark.parametrize("url", ["", "localhost:1", "ftp://a/v1", "http://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="is no address"):
        Endpoint(url, "trial")
