"""
Whether a detail of one text stands in another, or follows from what stands there.

Follows: an approximate or rounded number; a sum, difference, share or part of two numbers, where
the words around it reckon.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations, islice

from qingjian.detectors.instruments.quantities import Quantity, same_date
from qingjian.detectors.instruments.units import COUNTERS

_LIST = re.compile(r"(?:^|\n)[ \t#>*\-•(（【\[]*$")
_LIST_AFTER = re.compile(r"\s?[.、．)）】\]:：]")
_LABEL = re.compile(
    r"(?:步骤|方案|建议|图|表|附件|选项|问题|注|来源|资料|文档|材料|片段|引用|文献|要点|方法|案例|步|[\[【^]\^?|"
    r"source\s?|\(|（)\s?$",
    re.IGNORECASE,
)
_ORDINAL = frozenset("名位次轮天年代集阶段批")
_MOST_PAIRED = 40
_ABOUT = re.compile(
    r"(?:[约近逾超]|大概|大致|左右|上下|差不多|至少|不到|不足|以上|将|接?近|多达|高达|达到?|[几数])\s?$"
)
_ABOUT_AFTER = re.compile(r"\s?(?:左右|上下|以上|以内|出头|开外|[多余])")
_UNDER = re.compile(r"(?:近|不足|不到|低于|未到|未满|少于)\s?$")
_OVER = re.compile(r"(?:超过?|逾|超出|多于|高于|大于|不止)\s?$")
_RECKONS = re.compile(
    r"[共合总加差多少涨跌降升增减剩比占半倍翻折]|累计|历时|年间|享年|首次|相当|也?就是|其中|[高低][了出]|="
)


def is_label(body: str, q: Quantity) -> bool:
    """Whether it numbers a list, a step or a reference."""
    if q.kind == "code":
        return (q.value == 1 and q.unit in _ORDINAL) or q.unit in ("步", "点")
    if q.kind == "number" and unicodedata.category(body[q.start]) == "No":
        return True
    if q.kind != "number" or q.unit:
        return False
    ahead = body[max(0, q.start - 12) : q.start]
    opens = _LIST.search(ahead) or (q.start <= 12 and _LIST.search("\n" + ahead))
    return bool(opens and _LIST_AFTER.match(body, q.end)) or bool(_LABEL.search(ahead))


def is_idle(q: Quantity, known: Sequence[Quantity]) -> bool:
    """Whether it is a figure of speech or counts what no source counts."""
    alike = any(k.unit == q.unit for k in known if k.kind == q.kind)
    if q.kind == "code":
        return q.unit in "款项" and not alike
    if q.kind != "number" or (q.unit == "%" and not (q.value == 50 and q.end - q.start == 2)):
        return False
    if q.unit == "%":
        return q.words
    if not q.unit:
        return q.words or (q.value < 10 and q.value == int(q.value))
    if q.unit in COUNTERS:
        return (
            q.value <= 10
            and (q.words or q.unit in "个点种类条项步家组")
            and (q.value <= 1 or not alike)
        )
    return q.words and (q.said <= 1 or (not alike and q.end - q.start <= 2))


def is_vague(body: str, q: Quantity) -> bool:
    """Whether it is some dozens or hundreds, or counts on from a day that is listed before it."""
    if body[max(0, q.start - 1) : q.start] in ("几", "数"):
        return True
    before = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
    counted = q.kind == "code" and q.unit == "天" and 1 < q.value <= len(before)
    return counted and f"第{before[int(q.value) - 1]}天" in body


def stands(q: Quantity, known: Sequence[Quantity], plain: str) -> bool:
    """Whether the sources hold it, in whatever spelling."""
    if q.kind == "date":
        return any(k.kind == "date" and same_date(k.value, q.value) for k in known)
    if q.kind == "code":
        return any(_same_code(q, k) for k in known) or (q.unit == "code" and q.code in plain)
    same = [k for k in known if k.kind == q.kind and _same_unit(q.unit, k.unit)]
    return any(
        k.value == q.value or ((not k.unit or not q.unit) and k.said == q.said) for k in same
    )


def _same_unit(one: str, other: str) -> bool:
    loose = one in COUNTERS and other in COUNTERS
    return one == other or not one or not other or loose or {one, other} <= {"人", *COUNTERS}


def _same_code(one: Quantity, other: Quantity) -> bool:
    if one.unit == "standard" and other.unit == "standard":
        short, long = sorted((one.code, other.code), key=len)
        return long == short or long.startswith(short + "-")
    if other.kind == "number" and one.unit == other.unit:
        return one.value == other.value
    return one.code == other.code and other.kind == "code"


def follows(q: Quantity, known: Sequence[Quantity], off: Decimal, body: str) -> bool:
    """Whether it is about, or a rounding, sum, difference or share of, what the sources hold."""
    if q.kind != "number":
        return False
    alike = [k.value for k in known if k.kind == "number" and _same_unit(q.unit, k.unit)]
    ahead, after = body[max(0, q.start - 5) : q.start], body[q.end : q.end + 3]
    about = (
        _ABOUT.search(ahead)
        or _ABOUT_AFTER.match(after)
        or re.search("[多余]", body[q.start : q.end])
    )
    if q.unit == "百分点":
        alike += [k.value for k in known if k.kind == "number" and k.unit == "%"]
    least = 1 if re.search("[多余]|点几", body[q.start : q.end + 1]) else 2
    if any(
        _is_rounding(q.value, v, least) or (about and abs(v - q.value) <= off * v) for v in alike
    ):
        return True
    wide = 5 if q.unit == "%" else 2
    if any(q.value * (1 - wide * off) <= v < q.value for v in alike) and _UNDER.search(ahead):
        return True
    if any(q.value < v <= q.value * (1 + 2 * off) for v in alike) and _OVER.search(ahead):
        return True
    if q.unit == "%" and any(_share(k) == q.value for k in known if k.kind == "date"):
        return True
    if not _RECKONS.search(body, max(0, q.start - 16), min(len(body), q.end + 8)):
        return False
    numbers = [k for k in known if k.kind == "number"]
    alike = [
        k.value if q.unit or k.said >= 1000 else k.said for k in numbers if q.unit in (k.unit, "")
    ]
    if q.unit == "百分点":
        alike += [k.value for k in numbers if k.unit == "%"]
    if q.unit in ("月", "岁"):
        months = [k.value for k in numbers if k.unit == "月"]
        years = [12 * (k.value // 10000) for k in known if k.kind == "date" and k.value > 10000]
        alike += [v if q.unit == "月" else v / 12 for v in dict.fromkeys(months + years)]
    same = list(dict.fromkeys(islice(alike, _MOST_PAIRED)))
    pairs = list(combinations(same, 2))
    if any(q.value in (a + b, abs(a - b)) for a, b in pairs) or (
        len(same) > 2 and q.value == sum(same)
    ):
        return True
    if len(known) > _MOST_PAIRED:
        return False
    if q.unit not in ("%", "倍"):
        parts = [k.value for k in numbers if k.unit == "%"]
        return any(q.value * 100 == k.value * p for k in numbers for p in parts)
    scale = 1 if q.unit == "倍" else 100
    units = [(k.value, k.unit) for k in numbers if k.value]
    shares = [(a / b) * scale for a, u in units for b, w in units if u == w and a != b]
    return any(_is_rounding(q.value, s) or _is_rounding(q.value, abs(s - scale)) for s in shares)


def _share(date: Quantity) -> Decimal:
    """Give the percentage that what reads as month and day may be: 2/3."""
    part, whole = divmod(int(date.value), 100)
    return (Decimal(100 * part) / whole).quantize(Decimal("1e-6")) if whole else Decimal(0)


def _is_rounding(value: Decimal, exact: Decimal, least: int = 2) -> bool:
    """Whether `value` is `exact` rounded or cut to the digits that `value` has, `least` or more."""
    short = value.normalize()
    if len(short.as_tuple().digits) < least or not exact:
        return value == exact
    step = Decimal(1).scaleb(int(short.as_tuple().exponent))
    return 0 <= exact - value < step or abs(exact - value) <= step / 2


def nearest(q: Quantity, known: Sequence[tuple[Quantity, str]]) -> str:
    """Quote what is of the same kind and unit and closest in value; empty when nothing is."""
    alike = [
        (abs(k.value - q.value), said) for k, said in known if (k.kind, k.unit) == (q.kind, q.unit)
    ]
    return min(alike, default=(Decimal(0), ""), key=lambda pair: pair[0])[1]
