from __future__ import annotations

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from tests.api.door import called

from qingjian.api.limits import Limits, Plain


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    size = 0
    while True:
        message = await receive()
        size += len(message["body"])
        if not message["more_body"]:
            break
    await PlainTextResponse(str(size))(scope, receive, send)


async def slow(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(0.2)
    await PlainTextResponse("late")(scope, receive, send)


async def long(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await asyncio.sleep(0.2)
    await send({"type": "http.response.body", "body": b"whole"})


def test_a_body_within_the_limit_goes_through() -> None:
    answer = called(Limits(echo, 10, 5), "POST", "/scan", (b"12345", b"67890"))
    assert (answer.status, answer.body) == (200, b"10")


def test_a_body_that_says_it_is_too_large_is_refused_unread() -> None:
    headers = {"content-length": "11"}
    answer = called(Limits(echo, 10, 5), "POST", "/scan", (b"",), headers)
    assert (answer.status, answer.code) == (413, "body_too_large")


@pytest.mark.parametrize("length", [{}, {"content-length": "3"}])
def test_a_body_that_does_not_say_so_is_refused_where_it_goes_over(length: dict[str, str]) -> None:
    read: list[int] = []

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        async def counted() -> object:
            message = await receive()
            read.append(len(message["body"]))
            return message

        await echo(scope, counted, send)  # type: ignore[arg-type]  # a message is a mapping

    parts = tuple(b"12345" for _ in range(100))
    answer = called(Limits(counting, 10, 5), "POST", "/scan", parts, length)
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert sum(read) <= 10


def test_a_stream_has_no_limit() -> None:
    parts = tuple(b"12345" for _ in range(100))
    answer = called(Limits(echo, 10, 5), "POST", "/api/v1/scan/stream", parts)
    assert (answer.status, answer.body) == (200, b"500")


def test_what_takes_too_long_is_told_in_time_and_its_own_answer_is_dropped() -> None:
    answer = called(Limits(slow, 10, 0.05), "GET", "/cases")
    assert (answer.status, answer.code) == (504, "timeout")
    assert b"late" not in answer.body


def test_an_answer_that_has_begun_is_given_whole() -> None:
    answer = called(Limits(long, 10, 0.05), "GET", "/cases")
    assert (answer.status, answer.body) == (200, b"whole")


def test_answers_are_not_guessed_about_or_kept() -> None:
    answer = called(Plain(slow), "GET", "/")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
