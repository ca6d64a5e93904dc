"""
Figures that are no claim.

They are numbers to call for help, round-the-clock, idioms and measures, or a sentence says that
they are missing or supposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.detectors.instruments.quantities import Quantity

_CALLED = frozenset(
    ("110", "119", "120", "122", "12315", "12345", "12306", "12333", "12320", "114")
)
_IDIOM = re.compile(
    r"三天打[鱼渔]两天晒网|一刀切|百分百|百分之百|一五一十|三言两语|[两三]三?两?句话?|五花八门|七上八下|三心二意|一举两得|九牛一毛|"
    r"十有八九|八九不离十|千方百计|四面八方|半斤八两|一清二楚|三番五次|接二连三|百里挑一|万无一失|二十四小时|24\s?小时"
    r"(?=在线|客服|热线|营业|值[班守]|服务|都|随时|开放|自助|不打烊)|全年无休|365天|7×24|7x24"
)
_MEASURES = re.compile(
    r"一?年(?:有|是|共|就是|按|里|的)?(?:12|十二)个月|(?:12|十二)个月[里每]|一天(?:有|是)?24\s?小时|一小时(?:有|是)?60\s?分|"
    r"(?:全程|马拉松)[^。，,]{0,4}42\.195|三角形[^。]{0,10}180\s?(?:度|°)|一亩[^。，,]{0,6}66[67]|(?:1|一)公斤(?:是|等于|合)?(?:2|两)斤|"
    r"(?:1|一)千克(?:是|等于)?(?:1|一)公斤|100\s?(?:℃|度|摄氏度)(?:沸|开)"
)
_MISSING = re.compile(
    r"未提[及到供]|没有?(?:提|说|写|给|列|找|查|涉及)|未(?:说明|给出|列|载明|涉及|注明|公布|披露|找到)|无法(?:确[认定]|判断|得知)|不清楚|"
    r"没有[^。,，]{0,12}(?:数据|信息|内容|资料|记载|规定|说明|依据|根据)|不包含|查不到|并无|不含|尚无|是没有的|说法(?:不对|有误|不准)|"
    r"资料(?:里|中)?(?:写|说)的是|并不是"
)
_SUPPOSED = re.compile(r"例如|比如|假设|假如|假定|举例|举个例|打个比方|譬如|如果[您你]|若[您你]")
_SENTENCE = re.compile(r"[。！？!?\n;；]")


def commonplace(q: Quantity, body: str) -> str:
    """Give what shows that a figure needs no source; empty for nothing."""
    said = body[q.start : q.end]
    if said in _CALLED and re.search(
        r"[打拨找叫报]|热线|电话", body[max(0, q.start - 10) : q.end + 4]
    ):
        return f"a number to call: {said}"
    around = range(max(0, q.start - 16), min(len(body), q.end + 12))
    near = body[around.start : around.stop]
    for pattern, what in ((_IDIOM, "a figure of speech"), (_MEASURES, "a measure everybody knows")):
        for m in pattern.finditer(near):
            if m.start() <= q.start - around.start < m.end():
                return f"{what}: {m[0]}"
    return ""


def unclaimed(body: str, start: int, end: int) -> Iterator[str]:
    """Give what its sentence says against its being a claim."""
    ahead = _SENTENCE.split(body[max(0, start - 60) : start])[-1]
    sentence = ahead + body[start:end] + _SENTENCE.split(body[end : end + 60], maxsplit=1)[0]
    if missing := _MISSING.search(sentence):
        yield f"it is said to be missing: {missing[0]}"
    if supposed := _SUPPOSED.search(ahead):
        yield f"it is supposed: {supposed[0]}"
