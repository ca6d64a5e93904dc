"""
What a retelling changes of an older report, and what shows that it tells it as past.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.core.known import Known
from qingjian.detectors.instruments.contexts import people
from qingjian.detectors.instruments.places import places
from qingjian.detectors.instruments.quantities import parse, same_date

_NOW = re.compile(
    r"今[天早晨晚日午]|昨[天晚夜日]|刚[刚才]|前天|凌晨|这两天|本周|上周|最近|近日|日前|就在|今年|快看|突发|现场"
)
_PAST = re.compile(
    r"回顾|旧闻|老新闻|往事|当年|去年|前年|大前年|多?年[以之]?前|[一二三四五六七八九十\d]+年前|曾经?|周年|那[年次]|"
    r"此前(?:报道|曾)|历史上的今天|还记得|又(?:在|被)(?:传|转|翻)|又有人(?:传|转|发)|翻炒|冒充新|旧(?:视频|图)|辟谣|谣言|不实"
)
_FOLLOWED = re.compile(
    r"宣判|判决|一审|二审|获刑|后续|续报|追踪|回访|最新进展|整改(?:完成|到位)|修复完|已修好|完工|重新开|表彰|颁|申报|出院|康复"
)


def changed(body: str, event: Known) -> Iterator[str]:
    """Give what a text says of time, place and persons that the older report does not."""
    dates = [q for q in parse(body) if q.kind == "date"]
    older = [q for q in parse(event.text) if q.kind == "date"]
    since = int(event.published_at[:4] or 0)
    other = [
        d
        for d in dates
        if not any(same_date(d.value, o.value) for o in older)
        and not 0 < int(d.value) // 10000 <= since
    ]
    if other:
        yield f"time: {body[other[0].start : other[0].end]}"
    elif (m := _NOW.search(body)) and not dates:
        yield f"time: {m[0]}"
    theirs = {short for _, short in places(event.text)}
    new = [short for _, short in places(body) if short not in event.text]
    if new and theirs:
        yield f"place: {new[0]}"
    named = [name for name in people(body) if name not in event.text]
    if named and any(True for _ in people(event.text)):
        yield f"person: {named[0]}"


def told_as_past(body: str, event: Known) -> Iterator[str]:
    """Give what shows that a text tells an older report as past, or tells what followed on it."""
    for pattern, what in ((_PAST, "it tells it as past"), (_FOLLOWED, "it tells what followed")):
        said = (m[0] for m in pattern.finditer(body) if m[0] not in event.text)
        if word := next(said, ""):
            yield f"{what}: {word}"
