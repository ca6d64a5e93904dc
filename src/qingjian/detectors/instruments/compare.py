"""
Whether two wordings of one thing differ: in a figure, a date, a place, a direction or a negation.

What is rounded, converted or reckoned from the other does not differ (`grounding`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from qingjian.detectors.instruments.align import weight
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.folded_patterns import as_folded
from qingjian.detectors.instruments.grounding import follows, is_idle, is_label, nearest, stands
from qingjian.detectors.instruments.places import places, stems
from qingjian.detectors.instruments.quantities import Quantity

_NEAR = Decimal("0.05")
_NOT = re.compile(
    as_folded(
        r"(?:不(?:会|能|可能|可以|可|是|得|必|用|需要?|算|影响|存在|含|需)?|没(?:有)?|未(?:曾|见|发现|检出)?|无(?:需|法)?|并非|"
        r"非|禁止|取消|停止|否认|排除)"
    )
)
_NO_NOTS = re.compile(
    as_folded(
        r"不(?:仅|但|只|光|断|少|久|错|过|如|得不|是不是|可不|管|论|同|然|禁|由|愧)|没准|未(?:来|成年|婚|必)|无(?:论|数|线|人|穷)|"
        r"非(?:常|洲|法|物质)|是不是|会不会|能不能|有没有|要不要|不得了|了不得|受不了|差不多|说不定|不[要用]再|[得不]不"
    )
)
_OPPOSITE = tuple(
    (pair[0], pair[1])
    for line in (
        "上涨 下降|涨价 降价|上调 下调|增加 减少|提高 降低|延长 缩短|提前 推迟|免费 收费|开放 关闭",
        "升高 降低|有害 有益|致癌 抗癌|安全 危险|合格 超标|允许 禁止|恢复 停|死亡 无人伤亡",
    )
    for pair in (as_folded(both).split() for both in line.split("|"))
)
_REACH = 5
_GENERAL = frozenset(
    "第一二三四五六七八九十中大小高人民中心儿童妇幼附属实验国际商业工农建设银行教育"
)


def differing(inside: Sequence[Quantity], text: str, others: Sequence[Quantity], other: str) -> str:
    """
    Give the first figure of either wording that the other says otherwise; empty for none.

    Args:
        inside: figures of the first wording, placed in `text`.
        text: the text that the first wording stands in.
        others: figures of the second.
        other: the second wording.
    """
    plain = re.sub(r"[\s_-]", "", folded(other))
    for q in inside:
        alike = [
            k for k in others if k.kind == q.kind and (k.unit == q.unit or "" in (k.unit, q.unit))
        ]
        if not alike or is_label(text, q) or is_idle(q, others):
            continue
        if not stands(q, others, plain) and not follows(q, others, _NEAR, text):
            told = nearest(q, [(k, other[k.start : k.end]) for k in alike])
            there = told or other[alike[0].start : alike[0].end]
            return f"{text[q.start : q.end]} here, {there} there"
    return ""


def turned(text: str, statement: str) -> str:
    """Give the words by which a text says the opposite of a statement; empty for none."""
    one, other = folded(text), folded(statement)
    for this, that in ((one, other), (other, one)):
        lost = sorted(word for word in _negated(this) - _negated(that) if word in that)
        if lost:
            return f"one of both negates {lost[0]!r}"
    for a, b in _OPPOSITE:
        for here, there in ((a, b), (b, a)):
            if here in one and here not in other and there in other and there not in one:
                return f"{here!r} here, {there!r} there"
    return ""


def elsewhere(text: str, statement: str) -> str:
    """Give a place of a text that stands where a statement has another; empty for none."""
    ours, theirs = list(places(text)), list(places(statement))
    for suffix, short in ours:
        others = [s for x, s in theirs if x == suffix]
        if others and short not in statement and not any(s in text for s in others):
            return f"{short} here, {others[0]} there"
    return ""


def unnamed(text: str, statement: str) -> str:
    """Give the places of a statement when a text names none of them; empty otherwise."""
    named = [s for s in stems(statement) if not set(s) <= _GENERAL]
    if not named or any(s[i : i + 2] in text for s in named for i in range(len(s) - 1)):
        return ""
    return "、".join(named[:3])


def _negated(text: str) -> set[str]:
    """Give the pairs of characters that stand shortly after a negation in their clause."""
    words: set[str] = set()
    plain = _NO_NOTS.sub("＿", text)
    for m in _NOT.finditer(plain):
        after = re.split(r"[\W_]", plain[m.end() : m.end() + _REACH])[0]
        words |= {after[i : i + 2] for i in range(min(len(after) - 1, 3))}
    return {word for word in words if max(map(weight, word)) == 1}
