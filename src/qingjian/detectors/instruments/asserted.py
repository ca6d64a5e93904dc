"""
What a text says against its telling something as true: denial, a question, play.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.core.types import Span
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.folded_patterns import as_folded

_DENIED = re.compile(
    as_folded(
        r"谣言|辟谣|谣传|造谣|传谣|信谣|不实|假消息|假新闻|假的|假视频|是假(?:的|消息|新闻)|并不属实|不属实|"
        r"(?:别|不要|莫|勿|甭|别再|可别|切勿)[^。！？\n]{0,6}(?:信|传|转|当真|上当)|不可信|不靠谱|没有(?:科学)?(?:依据|根据|道理)|"
        r"无稽之谈|胡说|瞎(?:说|扯|编|传)|误(?:区|传|解)|纯属|伪科学|骗人的|澄清|"
        r"(?:经|已)?(?:核查|查证|证实)[^。]{0,12}(?:不|假|没|未|无)|官方(?:回应|否认|通报)|回应称|否认"
    )
)
_ASKED = re.compile(
    as_folded(
        r"真的吗|是真的假的|真的假的|是真是假|真假|有没有(?:人)?(?:知道|懂)|求证|求辟谣|靠谱吗|可信吗|"
        r"能信吗|是不是真|不知(?:道)?(?:是)?真假|有谁知道|谁知道"
    )
)
_TOLD_AS_PLAY = re.compile(
    as_folded(r"段子|小说|剧本|虚构|剧情|反讽|手动狗头|\[狗头\]|doge|🐶|纯属娱乐|愚人节|编的")
)


def doubts(body: str, at: Span) -> Iterator[str]:
    """Give what a text says against its telling the clauses at a place as true."""
    text = folded(body)
    for pattern, what in (
        (_DENIED, "it says that something is false"),
        (_ASKED, "it asks"),
        (_TOLD_AS_PLAY, "it is told as play"),
    ):
        if m := pattern.search(text):
            yield f"{what}: {m[0].strip()}"
    if re.match(r"[\s”\"」』)）]{0,3}[?？]", body[at.end : at.end + 4]):
        yield f"it asks: {body[at.start : at.end + 1]}"
