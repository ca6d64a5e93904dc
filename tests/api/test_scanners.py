from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator

import pytest
from tests.api.door import DETECTORS, PLAIN, TOOL

from qingjian.api.faults import Refused
from qingjian.api.scanners import LOT, Scanners
from qingjian.batch.entry import Entry
from qingjian.core.errors import BadRow
from qingjian.core.settings import Settings
from qingjian.core.types import Text
from qingjian.wiring import services


@pytest.fixture(scope="module")
def scanners() -> Iterator[Scanners]:
    made = Scanners(services(Settings(), DETECTORS), 2)
    yield made
    made.close()


def entry(id: str, text: str = TOOL) -> Entry:
    return Entry(id, Text(id=id, body=text))


def ids(scanners: Scanners, entries: list[Entry]) -> list[str]:
    return [line.id for line in asyncio.run(scanners.scan(entries))]


def test_rows_come_in_the_order_of_the_items_over_all_processes(scanners: Scanners) -> None:
    named = [f"{n}" for n in range(3 * LOT + 7)]
    assert ids(scanners, [entry(name, PLAIN) for name in named]) == named


def test_a_row_is_what_the_contract_says_and_an_unread_item_is_one_too(scanners: Scanners) -> None:
    broken = Entry("b", error=BadRow("b: no text"))
    first, second = asyncio.run(scanners.scan([entry("a"), broken]))
    assert "text.illicit_tool_promotion" in first.found
    assert json.loads(first.data)["contract"] == 1
    assert (second.error, json.loads(second.data)["error"]["code"]) == (True, "row")


def test_the_loop_goes_on_while_items_are_scanned(scanners: Scanners) -> None:
    async def both() -> int:
        work = asyncio.ensure_future(scanners.scan([entry(f"{n}") for n in range(200)]))
        turns = 0
        while not work.done():
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(both()) > 100


def test_a_keeper_that_was_killed_is_replaced(scanners: Scanners) -> None:
    before = set(scanners.pids)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert ids(scanners, [entry("a"), entry("b")]) == ["a", "b"]
    assert set(scanners.pids) != before
    assert scanners.alive
    assert ids(scanners, [entry(f"{n}") for n in range(2 * LOT)]) == [
        f"{n}" for n in range(2 * LOT)
    ]
    assert not before & set(scanners.pids)


def test_a_signal_to_all_does_not_end_what_drains(scanners: Scanners) -> None:
    for pid in scanners.pids:
        for one in (signal.SIGTERM, signal.SIGINT):
            os.kill(pid, one)
    time.sleep(0.1)
    assert scanners.alive
    assert ids(scanners, [entry("a")]) == ["a"]


def test_none_that_can_scan_is_told(scanners: Scanners, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qingjian.api.scanners._TRIES", 0)
    with pytest.raises(Refused) as caught:
        asyncio.run(scanners.scan([entry("a")]))
    assert caught.value.http_status == 503
