"""
Who answers like a machine and is not in the inventory, told from a log of replies. Pure.

Evidence is how a reply came in and when, never how it reads. An account that posts through an API
and is not in the inventory is a fact; one that only keeps a machine's hours and pace is a
suspicion, which people look into.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from qingjian.cases.bots import Bot
from qingjian.core.errors import BadRow

LEAST_REPLIES = 50
LEAST_DELAYS = 30
MEDIAN_S, NINE_OF_TEN_S = 5.0, 15.0
LEAST_HOURS = 20
OVER = 2.0
"""So many times the declared volume are told."""
_MOST_DELAYS = 1_000
_LONGEST = 200
_DAY_S = 86_400.0


@dataclass
class Pace:
    """
    What is kept of an account's replies, in bounded memory.

    Args:
        api: replies that came through an API.
        hours: of the day, UTC, in which it answered.
        delays_s: seconds from what was answered to the answer, of the first thousand.
        first, last: UTC epoch seconds.
    """

    replies: int = 0
    api: int = 0
    hours: set[int] = field(default_factory=set)
    delays_s: list[float] = field(default_factory=list)
    first: float = float("inf")
    last: float = float("-inf")

    @property
    def a_day(self) -> float:
        """Replies a day, over a day at least."""
        return self.replies / max(1.0, (self.last - self.first) / _DAY_S)


Why = Literal["unregistered", "closed", "over_volume", "pace"]


@dataclass(frozen=True, slots=True)
class Suspect:
    """An account, why people should look at it, and the evidence in a sentence."""

    account: str
    why: Why
    evidence: str


def seen(paces: dict[str, Pace], row: Mapping[str, Any], clients: Collection[str]) -> None:
    """
    Take in one reply.

    Args:
        row: `account`, `at` in UTC epoch seconds, `via`; `in_reply_to_at` where it is known.
        clients: names in `via` that are APIs.

    Raises BadRow.
    """
    account: Any = row.get("account")
    at: Any = row.get("at")
    if not isinstance(account, str) or not 0 < len(account) <= _LONGEST:
        raise BadRow("account is missing, or is no text")
    asked: Any = row.get("in_reply_to_at")
    try:
        moment = datetime.fromtimestamp(float(at), UTC)
        delay = None if asked is None else float(at) - float(asked)
    except (TypeError, ValueError, OverflowError, OSError):
        raise BadRow(f"{account}: at or in_reply_to_at is no time in seconds") from None
    pace = paces.setdefault(account, Pace())
    pace.replies += 1
    pace.api += row.get("via") in clients
    pace.hours.add(moment.hour)
    pace.first, pace.last = min(pace.first, moment.timestamp()), max(pace.last, moment.timestamp())
    if delay is not None and delay >= 0 and len(pace.delays_s) < _MOST_DELAYS:
        pace.delays_s.append(delay)


def suspect(account: str, pace: Pace, bot: Bot | None) -> Suspect | None:
    """Give why people should look at an account, None where nothing speaks for it."""
    if bot is not None and bot.state == "registered":
        if not bot.volume or pace.a_day <= OVER * bot.volume:
            return None
        told = f"{pace.a_day:,.0f} replies a day, {bot.volume:,} were declared"
        return Suspect(account, "over_volume", told)
    if pace.api:
        told = f"{pace.api:,} of {pace.replies:,} replies came through an API"
        if bot is None:
            return Suspect(account, "unregistered", f"{told}, and it is not in the inventory")
        return Suspect(account, "closed", f"{told}, and the inventory says it is closed")
    delays = sorted(pace.delays_s)
    if pace.replies < LEAST_REPLIES or len(delays) < LEAST_DELAYS:
        return None
    median, nine = statistics.median(delays), delays[int(len(delays) * 0.9) - 1]
    if median > MEDIAN_S or nine > NINE_OF_TEN_S or len(pace.hours) < LEAST_HOURS:
        return None
    told = f"{pace.replies:,} replies in {len(pace.hours)} of 24 hours, half within {median:.1f} s"
    return Suspect(account, "pace", f"{told} and nine of ten within {nine:.1f} s")
