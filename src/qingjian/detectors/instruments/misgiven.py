"""
What speaks against taking a quotation that a document does not contain for a misquotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.core.known import Known
from qingjian.core.types import Span
from qingjian.detectors.instruments.asserted import doubts
from qingjian.detectors.instruments.cited import Passage
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.folded_patterns import as_folded
from qingjian.detectors.instruments.papers import PAPER
from qingjian.detectors.instruments.quotations import BLANK, Quotation, in_step

_MADE_UP = re.compile(
    as_folded(
        r"(?:没有?|无|查无|哪有|并无|找不到|没找到|不见)(?:写|说|提|规定|看到|出现)?过?(?:这|那|此|该|类似)(?:句|条|一[句条段]|话|段|项|回事|种?说法|个?字|么)|"
        r"编了|凭空|安[在到]|硬塞|无中生有|并?不存在|只字未提|子虚乌有|捏造|瞎掰|张嘴就来|以讹传讹|对不上|不一致|不符|偷换|掐头去尾|误读|误解|"
        r"查无此|P的|p的|p图|PS的|伪造|编造|杜撰|断章取义|张冠李戴|曲解|歪曲|篡改|网传|谣传|误传|改过的|移花接木|"
        r"原文(?:里|中|根本|并)?(?:没有|不是|并无|并非|没)|从未(?:说|写|规定|发布|提)|不是这么(?:写|说)|没这么(?:写|说)|"
        r"(?:说|写|传|念|听|看|转|记)错(?:了|的)?|(?:传|说|写|改|记|当|看|听|念)成了?(?![这那什啥])|冒充|自己加的|瞎改|谁改的|恶搞|\bps\b"
    )
)
_ASKED = re.compile(r"(?:有没有|是不是|是否|真的|真有|哪里|哪条|谁见过)[^。！？!?\n]{0,16}$")
_ASKED_AFTER = re.compile(
    r"^\s?(?:[吗么]|[?？])|^[^。！？!?\n]{0,12}(?:真的|是真|真有|属实|准确|有这|这么写|确定|存在|没有)"
    r"[^。！？!?\n]{0,4}[吗么?？]|^[^。！？!?\n]{0,8}真的?假的?"
)
_HAS_NOT = re.compile(
    as_folded(
        r"(?:没有?|未|从未|并未|不曾|[哪几]里|哪条)(?:明确|具体|直接)?(?:写|说|提|规定|要求|注明|标|出现|看到)[^，。,！？!?\n]{0,6}$"
    )
)
_RIGHT_AHEAD = 6
_CLOSE = 0.65
_AROUND = 2_000
_AFTER = 40
_OLDER = re.compile(
    r"旧|老版|老的|原来的|原先|去年|前年|以前|之前|当年|往年|草案|草稿|初稿|征求意见|讨论稿|第一版|上一?版|上个?版本|"
    r"早期|修改前|(?:19|20)\d\d年?(?:的|版|那)|改版前"
)
_PARAPHRASE = re.compile(
    r"大意|大概|(?<![有没好什么])意思(?:是|就是)?|概括|总结|归纳|翻译|换句话|换言之|说白了|简单[说讲来]|通俗|言下之意|潜台词|等于说|相当于|类似|差不多|"
    r"我的理解|理解为|提炼|一句话|好像(?:是|写|说)?|记得(?:是|好像)"
)
_IF = re.compile(
    r"(?:要是|如果|假如|万一|除非|应该(?!是)|干脆|不如|恨不得|能不能|可不可以|加一[句条]|补一[句条])[^，。,！？!?\n]{0,16}$|"
    rf"(?:建议|最好|希望)[^，。,！？!?\n]{{0,8}}(?:{PAPER.pattern})[^，。,！？!?\n]{{0,8}}$"
)
_EXCERPT = re.compile(
    r"^\s*(?:\.{3}|…)|(?:\.{3}|…)\s*$|[(（](?:节选|摘录|摘编|部分|有删节)[)）]|以下略|[(（]略[)）]"
)
_NO_DENIAL = re.compile(
    r"官方(?:回应|通报)|回应称|澄清(?=声明|公告|说明)|没有(?:依据|根据|道理)|"
    r"(?:不是|绝非|并非|没有?)我?(?:瞎|胡|乱)?(?:编的?|造谣|骗人的?|假的|谣言|说笑)"
)


def against(body: str, q: Quotation, source: Known, near: Passage | None) -> Iterator[str]:
    """Give what a text and a document say against it."""
    low, at, here = max(0, q.at.start - _AROUND), q.at, q.sentence
    ahead, behind = in_step(body[low : at.start]), in_step(body[at.end : at.end + _AROUND])
    rest = ahead + BLANK * (at.end - at.start) + behind
    if m := _MADE_UP.search(_NO_DENIAL.sub("", rest)):
        yield f"it says that the quotation is made up or wrong: {m[0]}"
    start = max(0, here.start - len(q.earlier) - low)
    window = _NO_DENIAL.sub("", rest[start : here.end - low + _AFTER])
    yield from doubts(window, Span(len(window), len(window)))
    asked = _ASKED.search(q.ahead)
    if asked and not re.search(r"[?？]|吗", q.behind) and len(asked[0]) >= _RIGHT_AHEAD:
        asked = None
    if asked := asked or _ASKED_AFTER.search(q.behind):
        yield f"it asks: {asked[0]}"
    titled = folded(source.title)
    for pattern, what in (
        (_HAS_NOT, "it says that the document has no such words"),
        (_OLDER, "it quotes a draft, an older version or another time"),
        (_PARAPHRASE, "it marks the words as a paraphrase"),
        (_IF, "it does not say that the document has it"),
    ):
        if (m := pattern.search(q.ahead[-30:])) and m[0] not in titled:
            yield f"{what}: {m[0]}"
    if near and near.differs and all(d.kind == "skipped" for d in near.differs):
        yield f"it leaves out words without a mark: {near.differs[0].source}"
    alters = near and near.altered and near.closeness >= _CLOSE
    if not alters and (_EXCERPT.search(source.text) or _EXCERPT.search(source.title)):
        yield "the archive holds an excerpt of the document only"
