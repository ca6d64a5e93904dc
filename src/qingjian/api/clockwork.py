"""
What time brings while a server runs: steps begin and end, rulings fall, webhooks are sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from threading import Event

import sqlalchemy as sa

from qingjian.archive.records import Records
from qingjian.cases.sql import Cases
from qingjian.cases.webhooks import Webhooks
from qingjian.core.errors import QingjianError
from qingjian.flows.deliver import Post, deliver
from qingjian.flows.retraction import fall

TURN_S = 30.0
SEND_S = 1.0
RENEW_S = 2.0
DAY_S = 86_400.0
_LOG = logging.getLogger("uvicorn.error")


class Clockwork:
    """
    Does by the clock what `qingjian case tick` does by hand.

    Args:
        cases: whose steps begin and end.
        records: whose retractions let rulings fall.
        webhooks: who is told of it.
        post: what sends.
        renew: takes up the version of the policy that is live by now.
        daily: what is done once a day, and at the start.
        ends: ends the orders of authorities whose time is over.
    """

    def __init__(
        self,
        cases: Cases,
        records: Records,
        webhooks: Webhooks,
        post: Post,
        renew: Callable[[], object] = bool,
        daily: Callable[[], object] = bool,
        ends: Callable[[], object] = bool,
    ) -> None:
        self._renew, self._daily, self._ends = renew, daily, ends
        self._cases, self._records, self._seen = cases, records, 0
        self._webhooks, self._post, self._over = webhooks, post, Event()

    def turn(self) -> tuple[int, int]:
        """Give how many steps began or ended, and how many rulings fell."""
        moved = 0
        while count := self._cases.tick():
            moved += count
        self._ends()
        last = self._seen
        while lot := self._records.changes(last):
            last = lot[-1].seq
        fallen = sum(1 for _ in fall(self._cases, self._records, self._seen))
        self._seen = last
        return moved, fallen

    def send(self) -> int:
        """Send the webhooks that are due and give how many arrived."""
        return deliver(self._webhooks, self._post, self._over)["sent"]

    async def run(self, every_s: float = TURN_S, send_every_s: float = SEND_S) -> None:
        """Turn and send until it is cancelled; what fails is logged, and tried again."""
        turns = self._each(self.turn, every_s, "steps and rulings were not brought up to date")
        sends = self._each(self.send, send_every_s, "webhooks were not sent")
        renews = self._each(self._renew, RENEW_S, "the policy was not brought up to date")
        daily = self._each(self._daily, DAY_S, "contents were not purged")
        await asyncio.gather(turns, sends, renews, daily)

    def stop(self) -> None:
        """Begin to send nothing more."""
        self._over.set()

    async def _each(self, work: Callable[[], object], every_s: float, failed: str) -> None:
        while True:
            try:
                # not one of the threads that answer requests: a target may take long
                await asyncio.to_thread(work)
            except (QingjianError, sa.exc.SQLAlchemyError) as error:
                _LOG.error("%s: %s", failed, error)
            await asyncio.sleep(every_s)
