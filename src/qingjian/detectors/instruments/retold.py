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
    r"回顾|旧闻|老新闻|往事|当年|那年|去年|前年|大前年|前些年|早年|多?年[以之]?前|[一二两三四五六七八九十几\d]+个?[年月][之以]?前(?!后)|曾经?|周年|"
    r"那[年次]|那会儿|那时候?|当时(?!我|俺|咱)|此前(?:报道|曾)|历史上的今天|还?记得(?!关|带|查|提|给|点)|回忆|想起|怀念|纪念|悼|祭日|重温|复盘|回看|"
    r"时隔|过去(?:了|整整|快|已经)?[一二两三四五六七八九十几\d多]+(?:个?[年月])|[年月](?:过去)?了(?=[，。,！!])|老照片|上[一]?[次回](?!课|学|班)|又(?:在|被)(?:传|转|翻)|又有人(?:传|转|发)|"
    r"翻炒|冒充新|旧(?:视频|图|事|新闻|帖|消息)|老(?:视频|图|黄历|消息)|辟谣|谣言|不实|移花接木|张冠李戴|炒冷饭|"
    r"不是(?:今天|昨天|现在|最近|刚刚|这两天|咱们?这|我们这|本[市地县])|(?:时间|地点|日期)(?:不对|对不上|是假|被改)|(?:其实|实际|实)是[^，。]{0,10}(?:的事|年|月)|"
    r"早就(?:报道|发生|过去|查清)|案例|警示|教训|反面|教材"
)
_FOLLOWED = re.compile(
    r"宣判|判决|一审|二审|获刑|开庭|后续|续报|追踪|回访|最新进展|整改(?:完成|到位)|修复完|已修好|完工|竣工|重建|重新(?:开|营|上)|恢复(?:开放|营业|运营|通车|供)|"
    r"表彰|颁|授予|获评|荣获|嘉奖|申报|出院|康复|痊愈|赔付到位|赔偿到账|达成(?:和解|调解|协议)|处理结果|调查(?:结果|报告)|查明|原因公布|被处分|被免职|"
    r"如今|现在(?:已|他|她|的他|的她)|后来|事后|之后(?:呢|的)|从那(?:以后|之后|天起)|自那|纪录片|改编|专访|讲述当|新规|出台|立法|提案"
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
    year = event.published_at[:4]
    if year and year in body and f"{year}年" not in event.text:
        yield f"it tells the year: {year}"
    for pattern, what in ((_PAST, "it tells it as past"), (_FOLLOWED, "it tells what followed")):
        said = (m[0] for m in pattern.finditer(body) if m[0] not in event.text)
        if word := next(said, ""):
            yield f"{what}: {word}"
