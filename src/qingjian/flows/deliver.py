"""
Messages about cases go out: what is due is sent, and what came of it is written down.

This thread alone asks the database; the sending runs beside it, a few at a time. A target that
hangs holds up its own messages for its time-out, and no other's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event

from qingjian.cases.message import headers
from qingjian.cases.webhooks import Outgoing, Webhooks

AT_ONCE = 16
LOOK_S = 1.0
"""So often what became due is looked for while targets are waited for."""
Post = Callable[[str, bytes, Mapping[str, str]], int]
"""Sends a body with headers to a URL and gives the status of the answer. Raises NoAnswer."""


class NoAnswer(Exception):
    """Nobody answered; its text says why."""


def deliver(webhooks: Webhooks, post: Post, stop: Event | None = None) -> Counter[str]:
    """
    Send whatever is due until nothing is, and give how many are sent, due again or dead then.

    Args:
        stop: when it is set nothing more is begun; what is under way ends by its time-out.
    """
    told: Counter[str] = Counter()
    under_way: dict[Future[tuple[int, str]], Outgoing] = {}
    with ThreadPoolExecutor(AT_ONCE, "webhook") as pool:
        while True:
            if stop is None or not stop.is_set():
                webhooks.enlist()
                busy = Counter(one.delivery.endpoint for one in under_way.values())
                for one in webhooks.take(AT_ONCE - len(under_way), busy):
                    under_way[pool.submit(_sent, webhooks, one, post)] = one
            if not under_way:
                return told
            done, _ = wait(under_way, LOOK_S, FIRST_COMPLETED)
            for future in done:
                status, why = future.result()
                told[webhooks.record(under_way.pop(future).delivery, status, why)] += 1


def _sent(webhooks: Webhooks, one: Outgoing, post: Post) -> tuple[int, str]:
    """Give the status of the answer, or 0 and why there was none."""
    try:
        signed = headers(one.secret, one.delivery.id, webhooks.clock(), one.body)
        return post(one.url, one.body, signed), ""
    except NoAnswer as error:
        return 0, str(error)
