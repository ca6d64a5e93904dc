"""
text.recycled_event: an old report told as new, with its time, place or persons changed.

Finds a text that keeps the details of an older report, numbers, quotations and the order of what
happened, and tells it as of now or puts other dates, places or names in. Evidence is both texts and
what was changed.

Limits: a report told in quite other words passes; two events that are really alike in every detail
would be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from qingjian.core.card import Card
from qingjian.core.clock import now
from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Span, Text, found
from qingjian.detectors.instruments.anchors import Compared, Read, compare, read
from qingjian.detectors.instruments.odds import odds, read_weights
from qingjian.detectors.instruments.retelling import retelling
from qingjian.detectors.instruments.retold import changed, told_as_past
from qingjian.detectors.instruments.told import told

_LEAST_LETTERS = 25
_LEAST_WORDS = 3
_SHARE = 0.06
"""Of the words of a text: a long one has a few words of any report."""
_MOST_LETTERS = 50_000
_OLDER = (
    "6月17日下午3时许，桂平路一辆公交车自燃，司机赵师傅打开全部车门，48秒内疏散了32名乘客，无人受伤。"
    "消防员十分钟后将火扑灭。"
)


@detector(
    Card(
        id="text.recycled_event",
        reads=Text,
        serves=("2.2.altered_facts", "2.2.spliced"),
        severity="medium",
        finds="an old report told as new: the same event with its time, place or persons changed, "
        "beside the older report",
        limits=(
            "a report told in quite other words passes",
            "two events alike in every detail would be found",
        ),
        source="CAC notice 2025, phase 2, item 2",
        hits=(
            "昨天下午三点多，松江路一辆公交突然自燃！司机王师傅打开所有车门，48秒疏散32名乘客，没人受伤。"
            "消防十分钟就把火灭了。 ‖ " + _OLDER,
        ),
        misses=(
            "昨天坐公交，空调坏了，司机师傅把前后门上的窗户都打开，三十多个人闷了"
            "二十分钟才到站。 ‖ " + _OLDER,
        ),
        lookalike="还记得去年桂平路那辆自燃的公交吗？司机赵师傅打开全部车门，48秒内疏散了32名乘客，"
        "无人受伤。今天他拿到了安全奖。 ‖ " + _OLDER,
        examples_about={"known": "event"},
        cost_us=1600,
        instruments=(
            *("align", "anchors", "contexts", "fold", "folded_patterns", "grounding"),
            *("likeness", "numerals", "odds", "places", "quantities", "retelling", "retold"),
            *("told", "units", "weekdays"),
        ),
        files=("recycled_event.toml",),
    )
)
def recycled_event(least: float = 0.0, days: int = 30) -> Scan[Text]:
    """
    Build the scan.

    Args:
        least: logarithm of the odds from which on a text tells an older report.
        days: least number of days between both.
    """
    weights = read_weights(__package__, "recycled_event.toml")

    def scan(item: Text) -> Iterator[Finding]:
        if item.known is None:
            raise Abstain("no archive was asked")
        events = [k for k in item.known if k.kind == "event"]
        if not events:
            return
        body = item.body
        if sum(map(str.isalnum, body)) < _LEAST_LETTERS:
            raise Abstain(f"fewer than {_LEAST_LETTERS} letters")
        if len(body) > _MOST_LETTERS:
            raise Abstain(f"more than {_MOST_LETTERS:,} characters")
        ours, taken = read(body), told(body)
        close = []
        for k in (k for k in events if _is_old(item, k, days)):
            older, alike = told(k.text), _without_dates(ours, k.text)
            if len(taken.words & older.words) >= max(_LEAST_WORDS, _SHARE * len(taken.words)):
                close.append((odds(retelling(taken, older, alike), weights), alike, k))
        if not close:
            return
        likely, compared, event = max(close, key=lambda one: one[0])
        if likely < least:
            return
        other = list(changed(body, event))
        if not other:
            return
        kept = compared.kept
        yield found(
            f"it keeps {len(kept)} details of a report of {event.published_at} and changes: "
            f"{'; '.join(other)}",
            Span(kept[0][0].start, max(a.end for a, _ in kept)) if kept else Span(0, len(body)),
            against=told_as_past(body, event),
            verdict="recycled_event",
            changed=tuple(other),
            kept=tuple(body[a.start : a.end] for a, _ in kept[:12]),
            source=event.text,
            cited=event.cited,
            record=event.id,
            odds=round(likely, 2),
        )

    return scan


def _is_old(item: Text, event: Known, days: int) -> bool:
    """Whether a report is older than a text by some days."""
    at = now() if item.about.at is None else item.about.at
    try:
        gap = datetime.fromtimestamp(at, UTC).date() - date.fromisoformat(event.published_at)
    except (ValueError, OverflowError, OSError):
        return True
    return gap.days >= days


def _without_dates(ours: Read, older: str) -> Compared:
    """Compare two texts by what a changed date does not change."""
    return compare(ours.without("date", "time"), read(older).without("date", "time"))
