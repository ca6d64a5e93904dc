from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect

from qingjian.api.stream import MOST_LINES, lines_of, ordered


async def each(parts: list[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def lines(parts: list[bytes], most: int = 1_000) -> list[tuple[int, bytes | None]]:
    async def run() -> list[tuple[int, bytes | None]]:
        return [line async for lot in lines_of(each(parts), most) for line in lot]

    return asyncio.run(run())


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=6))
def test_lines_are_the_same_however_they_arrive(body: bytes, cuts: list[int]) -> None:
    at = sorted({0, *(c for c in cuts if c < len(body)), len(body)})
    parts = [body[a:b] for a, b in pairwise(at)]
    whole = [(n, line) for n, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    assert lines(parts) == whole


def test_a_line_that_is_too_long_is_passed_over_in_bounded_memory() -> None:
    parts = [b"a\n", *[b"x" * 40] * 100, b"\nb\n", b"y" * 101]
    assert lines(parts, 100) == [(1, b"a"), (2, None), (3, b"b"), (4, None)]


def test_a_line_is_given_as_soon_as_it_is_whole() -> None:
    async def run() -> None:
        rest: asyncio.Queue[bytes] = asyncio.Queue()

        async def parts() -> AsyncIterator[bytes]:
            while True:
                yield await rest.get()

        lots = lines_of(parts(), 100)
        rest.put_nowait(b"a\nb\nc")
        assert await asyncio.wait_for(anext(lots), 5) == [(1, b"a"), (2, b"b")]

    asyncio.run(run())


def test_lots_are_small() -> None:
    async def run() -> list[int]:
        return [len(lot) async for lot in lines_of(each([b"a\n" * (2 * MOST_LINES + 1)]), 9)]

    assert asyncio.run(run()) == [MOST_LINES, MOST_LINES, 1]


def test_what_work_makes_comes_in_order_and_little_is_read_ahead() -> None:
    read: list[int] = []

    async def numbers() -> AsyncIterator[int]:
        for n in range(20):
            read.append(n)
            yield n

    async def work(n: int) -> int:
        await asyncio.sleep(0.01 if n % 2 else 0)
        return n

    async def run() -> list[int]:
        made = []
        async for n in ordered(numbers(), work, 2):
            made.append(n)
            assert len(read) - len(made) <= 4
            await asyncio.sleep(0.002)
        return made

    assert asyncio.run(run()) == list(range(20))


def test_a_client_that_goes_ends_it() -> None:
    async def gone() -> AsyncIterator[int]:
        yield 1
        raise ClientDisconnect

    async def work(n: int) -> int:
        return n

    async def run() -> list[int]:
        return [n async for n in ordered(gone(), work, 2)]

    assert asyncio.run(run()) == [1]
