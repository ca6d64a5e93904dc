"""
What time brings while a server runs: steps begin and end, rulings fall with retracted records.
"""

from __future__ import annotations

import asyncio
import logging

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool

from qingjian.archive.records import Records
from qingjian.cases.sql import Cases
from qingjian.core.errors import QingjianError
from qingjian.flows.retraction import fall

TURN_S = 30.0
_LOG = logging.getLogger("uvicorn.error")


class Clockwork:
    """
    Does by the clock what `qingjian case tick` does by hand.

    Args:
        cases: whose steps begin and end.
        records: whose retractions let rulings fall.
    """

    def __init__(self, cases: Cases, records: Records) -> None:
        self._cases, self._records, self._seen = cases, records, 0

    def turn(self) -> tuple[int, int]:
        """Give how many steps began or ended, and how many rulings fell."""
        moved = 0
        while count := self._cases.tick():
            moved += count
        last = self._seen
        while lot := self._records.changes(last):
            last = lot[-1].seq
        fallen = sum(1 for _ in fall(self._cases, self._records, self._seen))
        self._seen = last
        return moved, fallen

    async def run(self, every_s: float = TURN_S) -> None:
        """Turn until it is cancelled; what fails is logged, and tried again."""
        while True:
            try:
                await run_in_threadpool(self.turn)
            except (QingjianError, sa.exc.SQLAlchemyError) as error:
                _LOG.error("steps and rulings were not brought up to date: %s", error)
            await asyncio.sleep(every_s)
