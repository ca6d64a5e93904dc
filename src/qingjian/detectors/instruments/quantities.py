"""
Numbers, dates, times and codes in a text, in one form each, so that two texts can be compared.

Reads Arabic and Chinese numerals with magnitudes, units, percentages, ranges, dates with or without
year, clock times, articles of law, standards, document numbers and codes of letters and digits.
Places are code points of the text as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from qingjian.detectors.instruments.fold import Folded, fold
from qingjian.detectors.instruments.folded_patterns import as_folded
from qingjian.detectors.instruments.numerals import DIGIT, HAN, NUM, number
from qingjian.detectors.instruments.units import COUNTERS, MONEY, UNIT, base

Kind = Literal["number", "date", "time", "code"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    One detail of a text in its normal form.

    Args:
        value: a number in the base `unit`; a date as yyyymmdd with 0 for what is not said; a time
            in minutes of the day; a code's last number.
        unit: the base unit (`g`, `m`, `s`, `%`, `元` …), a counter, or empty; of a code its name.
        start, end: half-open range of code points.
        kind: what it is.
        code: the code in its normal form, else empty.
        words: whether it is written in Chinese numerals.
        said: the number in the unit it is said in.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    kind: Kind = "number"
    code: str = ""
    words: bool = False
    said: Decimal = Decimal(0)


_SMALL = rf"(?:\d{{1,2}}|[{HAN}十]{{1,3}})"
_YEAR = rf"(?:[12]\d{{3}}|[一二][{HAN}0]{{3}})"
_NO_DIGIT = r"(?<![\d.])"
_DATE = re.compile(
    rf"{_NO_DIGIT}(?P<y>{_YEAR})\s?年(?:度|(?:\s?(?P<m>{_SMALL})\s?月(?:份|\s?(?P<d>{_SMALL})\s?[日号])?))?|"
    rf"(?<!\d)(?P<y1>[12]\d{{3}})(?P<s>[-/.])(?P<m1>\d{{1,2}})(?P=s)(?P<d1>\d{{1,2}})(?!\d)|"
    rf"(?<![\d第])(?P<y2>\d\d)年(?=(?P<m4>\d{{1,2}})月)(?:\d{{1,2}}月(?:(?P<d4>\d{{1,2}})[日号])?)|"
    rf"{_NO_DIGIT}(?P<m2>{_SMALL})\s?月\s?(?P<d2>{_SMALL})\s?[日号]|"
    rf"{_NO_DIGIT}(?P<m6>{_SMALL})月(?P<d6>{_SMALL})(?=\s?[-~至到—–]\s?{_SMALL}[日号])|"
    rf"{_NO_DIGIT}(?<!个)(?P<m5>{_SMALL})月(?:份|底|初|中旬|上旬|下旬|起|末|(?![{HAN}\d]))|"
    rf"(?<![\d/.])(?P<m3>1[0-2]|0?[1-9])/(?P<d3>3[01]|[12]\d|0?[1-9])(?![\d/%的])|"
    rf"(?<!\d)(?P<y3>[12]\d{{3}})(?=\s?[-~至到—–]\s?[12]\d{{3}}\s?年)"
)
_TIME = re.compile(
    as_folded(
        rf"(?:(?P<half>上午|早上|早晨|清晨|凌晨|中午|下午|傍晚|晚上|晚|夜里|am|pm)\s?)?(?<![\d.])(?<!\d:)"
        rf"(?:(?P<h>[01]?\d|2[0-4])\s?:\s?(?P<n>[0-5]\d)(?::[0-5]\d)?(?![\d:])|"
        rf"(?P<h2>\d{{1,2}}|[{HAN}十]{{1,3}})[点时](?!间|候|期|代|效|常|光|段|长|限)"
        rf"(?:(?P<n2>[0-5]?\d|[{HAN}十]{{1,3}})分|(?P<n3>半|整|一刻|三刻|钟)|(?P<n5>[0-5]\d)(?![\d分个元块人条项])|(?P<n4>[{HAN}]?十[{HAN}]?))?)"
    )
)
_PART = re.compile(
    rf"(?P<by>百分|千分|万分|(?<![一-鿿\d.]){NUM}分|[{HAN}十]{{1,2}}分)之(?P<of>{NUM})(?:点几)?|"
    r"(?P<half>一半|半数|过半)|"
    rf"(?P<ten>[{HAN}\d])成(?:(?P<half2>半)|(?P<five>[一二三四五六七八九]))"
)
_CODE = re.compile(
    rf"(?P<law>第\s?(?P<n>{NUM})\s?(?P<of>条|款|项|章|节|编|号|届|版|期|批|季度|名|位|集|轮|次|天|周|年|代|阶段)(?:之(?P<sub>[一二三四五六七八九十]))?)|"
    r"(?P<doc>[一-鿿]{0,4}?[〔\[(【](?P<dy>\d{4})[〕\])】]\s?(?P<di>[一-鿿]{0,6})第?\s?(?P<dn>\d+)\s?号)|"
    r"(?P<std>(?<![a-z])(?P<s>gb|gbz|gbj|hj|yy|jt|jtg|dl|jgj|cjj|qb|sn|ny|iso|iec|en|astm|yd|ga|wst?|db\d\d)"
    r"(?:\s?/\s?(?P<t>[tz]))?[\s-]?(?P<sn>\d{2,6}(?:\.\d+)?)(?:\s?[-—–:]\s?(?P<sy>(?:19|20)\d\d))?)(?![\da-z])|"
    r"(?P<any>(?<![a-z0-9._/@°-])[a-z]{1,8}[-_]?\d[a-z0-9]*(?:[.-][a-z]{0,2}\d[a-z0-9]*)*|(?<![\d.a-z])\d+(?!k?m[23](?![a-z0-9]))[a-z]+\d[a-z0-9]*)"
)
_QUANTITY = re.compile(
    rf"(?<![\d.第a-z])(?:(?P<cur>[¥$€£])\s?)?(?P<n>{NUM}|半(?=个?[月年天小星学]|[年天日斤克米升吨公里]))"
    rf"(?P<more>个?[多余来几](?=[百千万亿]|小时|月|星期|钟头)|[多余来几]|个(?=[万亿]))?(?P<big>(?<=[多余来几个])[百千万亿])?(?:\s?(?:个半(?=小时|月|星期)|(?P<u>{UNIT})|(?P<c>[{COUNTERS}]))"
    rf"(?P<end>小时|月|星期)?(?P<half>半(?![个年月天小径数]))?(?:(?<=块)(?P<jiao>[1-9一二三四五六七八九])(?:[毛角](?P<fen>[1-9一二三四五六七八九])?)?(?![\d.个{HAN}]))?)?"
)
_RANGE = re.compile(r"\s?(?:[-~—–至到]|--|——)\s?$")
_WEEKDAY = re.compile(r"\((?:周|星期)[一二三四五六]$")
_NEXT_DAY = re.compile(r"(?:\(周.\))?\s?[,、和及与]\s?$")
_SHARES_UNIT = re.compile(r"\s?(?:[-~—–至到*x]|--|——)\s?$")
_METRE_LEFT = re.compile(rf"\d{{1,2}}|[{HAN}]{{1,2}}")
_PER_HOUR = re.compile(r"(?:每小时|时速)\s?$")
_PARTED = frozenset(("s", "月", "元", "m", "g"))
_LEAD = re.compile(rf"[{HAN}]+(?=\d)")
"""The end of a word that a number in figures follows, as in 统一39元."""
_BIG = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_NO_SIGN = re.compile(r"[\s_-]")


def parse(text: str) -> list[Quantity]:
    """Give every number, date, time and code of `text`, in order, none inside another."""
    whole = fold(text.replace("×", "*"))
    taken = bytearray(len(whole.text) + 1)
    found: list[Quantity] = []
    for read in (_codes, _dates, _times, _parts, _numbers):
        for one in read(whole.text):
            if taken.find(1, one.start, one.end) < 0:
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
                found.append(one)
    found.sort(key=lambda q: q.start)
    return [_placed(whole, q) for q in _joined(whole.text, found)]


def same_date(one: Decimal, other: Decimal) -> bool:
    """Whether two dates agree in what both say, and say one thing in common."""
    pairs = [(int(v) // 10000, int(v) // 100 % 100, int(v) % 100) for v in (one, other)]
    both = [(a, b) for a, b in zip(*pairs, strict=True) if a and b]
    return bool(both) and all(a == b for a, b in both)


def _joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """Make one of a number and its smaller part right after it, and give dates their month."""
    joined: list[Quantity] = []
    for q in found:
        last = joined[-1] if joined else None
        if last is None:
            joined.append(q)
        elif whole := _whole(text, last, q):
            joined[-1] = whole
        elif last.kind == "date" and _WEEKDAY.match(text, last.end, q.end):
            continue
        else:
            if _RANGE.match(text, last.end, q.start) and _is_loose(last) and _is_month(q):
                joined[-1] = replace(last, value=last.said * 100, unit="date", kind="date")
            joined.append(_dated(text, last, q))
    return joined


def _whole(text: str, last: Quantity, q: Quantity) -> Quantity | None:
    """Give the number that a number and its part make: 1小时55分, 3元5角, 1米75."""
    if last.end != q.start or not last.kind == q.kind == "number" or last.unit not in _PARTED:
        return None
    minutes = last.unit == "s" and q.unit == "分" and text[last.end - 1] == "时"
    part = q.value * 60 if minutes else q.value
    if text[last.end - 1] == "米" and not q.unit and _METRE_LEFT.fullmatch(text, q.start, q.end):
        part = q.value / 10 ** (q.end - q.start)
    elif not minutes and q.unit != last.unit:
        return None
    return replace(last, value=last.value + part, end=q.end) if part < last.value else None


def _dated(text: str, last: Quantity, q: Quantity) -> Quantity:
    """Give a day after a date as a date of the same month: 3月8日、9日, 3月8日至10日."""
    follows = _NEXT_DAY.match(text, last.end, q.start) or _RANGE.match(text, last.end, q.start)
    is_day = q.unit == "s" and text[q.end - 1] in "日号" and q.said <= 31
    if last.kind != "date" or not follows or not is_day or not last.value % 100:
        return q
    return replace(q, value=last.value - last.value % 100 + q.said, unit="date", kind="date")


def _is_loose(q: Quantity) -> bool:
    return q.kind == "number" and q.unit in ("", "月")


def _is_month(q: Quantity) -> bool:
    return q.kind == "date" and q.value % 100 == 0


def _placed(text: Folded, q: Quantity) -> Quantity:
    at = text.span(q.start, q.end)
    return replace(q, start=at.start, end=at.end)


def _codes(text: str) -> Iterator[Quantity]:
    for m in _CODE.finditer(text):
        start, end = m.span()
        if m["law"]:
            value = number(m["n"]) or Decimal(0)
            sub = f"之{m['sub']}" if m["sub"] else ""
            yield Quantity(value, m["of"], start, end, "code", f"第{value}{m['of']}{sub}")
        elif m["doc"]:
            name = m["doc"][: m["doc"].index(m["dy"]) - 1][-2:]
            code = f"{name}[{m['dy']}]{m['dn']}号"
            yield Quantity(Decimal(m["dn"]), "号", start, end, "code", code)
        elif m["std"]:
            code = m["s"] + ("/" + m["t"] if m["t"] else "") + " " + m["sn"]
            code += "-" + m["sy"] if m["sy"] else ""
            yield Quantity(Decimal(m["sn"]), "standard", start, end, "code", code)
        else:
            yield Quantity(Decimal(0), "code", start, end, "code", _NO_SIGN.sub("", m["any"]))


def _dates(text: str) -> Iterator[Quantity]:
    for m in _DATE.finditer(text):
        part = [
            next((number(m[k]) for k in keys if m[k]), None) or Decimal(0)
            for keys in (
                ("y", "y1", "y2", "y3"),
                ("m", "m1", "m2", "m3", "m4", "m5", "m6"),
                ("d", "d1", "d2", "d3", "d4", "d6"),
            )
        ]
        year, month, day = (int(p) for p in part)
        year += 2000 if m["y2"] else 0
        if month <= 12 and day <= 31:
            words = not any(c.isdecimal() for c in m[0])
            value = Decimal(year * 10000 + month * 100 + day)
            yield Quantity(value, "date", *m.span(), "date", "", words)


def _times(text: str) -> Iterator[Quantity]:
    for m in _TIME.finditer(text):
        hour = number(m["h"] or m["h2"])
        if (
            hour is None
            or hour > 24
            or not (m["h"] or m["half"] or m["n2"] or m["n3"] or m["n4"] or m["n5"])
        ):
            continue
        said = m["n"] or m["n2"] or m["n4"] or m["n5"]
        quarter = {"半": 30, "一刻": 15, "三刻": 45}.get(m["n3"] or "", 0)
        minute = number(said) if said else Decimal(quarter)
        late = m["half"] in ("下午", "傍晚", "晚上", "晚", "夜里", "pm") and hour < 12
        hour += 12 if late or (m["half"] == "中午" and hour < 3) else 0
        yield Quantity(hour * 60 + (minute or 0), "time", *m.span(), "time")


def _parts(text: str) -> Iterator[Quantity]:
    for m in _PART.finditer(text):
        value: Decimal | None
        if m["half"]:
            value = Decimal(50)
        elif m["ten"]:
            value = (number(m["ten"]) or Decimal(0)) * 10
            value += 5 if m["half2"] else number(m["five"]) or 0
        else:
            whole = {"百分": 100, "千分": 1000, "万分": 10000}.get(m["by"]) or number(m["by"][:-1])
            part = number(m["of"])
            if not whole or part is None:
                continue
            value = (part * 100 / whole).quantize(Decimal("1e-6")).normalize()
        yield Quantity(value, "%", *m.span(), words=True, said=value)


def _numbers(text: str) -> Iterator[Quantity]:
    held: list[tuple[Decimal, int, int, bool]] = []
    for m in _QUANTITY.finditer(text):
        lead = _LEAD.match(m["n"])
        at = m.start("n") + lead.end() if lead else m.start()
        value = Decimal("0.5") if m["n"] == "半" else number(m["n"][lead.end() if lead else 0 :])
        if value is None:
            continue
        value *= _BIG.get(m["big"] or "", 1)
        unit, factor, half = _unit(m)
        words = not any(c.isdecimal() for c in m["n"])
        if m["jiao"]:
            half += (number(m["jiao"]) or Decimal(0)) / 10
            half += (number(m["fen"] or "零") or Decimal(0)) / 100
        if unit == "m" and factor == 1000 and _PER_HOUR.search(text, m.start() - 4, m.start()):
            unit, factor = "km/h", Decimal(1)
        first, second = (DIGIT.get(c, -9) for c in m["n"]) if len(m["n"]) == 2 else (-9, 0)
        value = Decimal(second) if words and second - first == 1 else value
        shares = held and _SHARES_UNIT.match(text, held[-1][2], m.start())
        if held and not (shares and (unit or _SHARES_UNIT.match(text, m.end(), m.end() + 1))):
            for v, start, end, w in held:
                yield Quantity(v, "", start, end, words=w, said=v)
            held.clear()
        for v, start, end, w in held if unit else ():
            yield Quantity(v * factor, unit, start, end, words=w, said=v)
        if unit:
            held.clear()
            value += half
            yield Quantity(value * factor, unit, at, m.end(), words=words, said=value)
        else:
            end = m.end("big") if m["big"] else m.start("n") + len(m["n"].rstrip())
            held.append((value, at, end, words))
    for v, start, end, w in held:
        yield Quantity(v, "", start, end, words=w, said=v)


def _unit(m: re.Match[str]) -> tuple[str, Decimal, Decimal]:
    """Give base unit, factor, and the half that is said after it."""
    half = Decimal("0.5") if m["half"] else Decimal(0)
    if m["cur"]:
        return MONEY[m["cur"]], Decimal(1), Decimal(0)
    if m["c"]:
        return m["c"], Decimal(1), half
    said = m["u"] or m["end"]
    if not said:
        return "", Decimal(1), half
    half = half if m["u"] else Decimal("0.5")
    return *base(said), half
