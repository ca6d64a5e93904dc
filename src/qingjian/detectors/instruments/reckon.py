"""
How a figure of an answer may be reckoned from what its sources say: products, spans, ages, ends.

Sums, differences, shares and roundings of two numbers are followed in `grounding`; here is what
takes a step more, or another kind of figure. What is found is told in words, since a person can
check it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations_with_replacement

from qingjian.detectors.instruments.portions import portioned
from qingjian.detectors.instruments.quantities import Quantity
from qingjian.detectors.instruments.spans import spanned
from qingjian.detectors.instruments.units import COUNTERS

MOST = 12
"""Most figures that are combined; a longer source is not reckoned with."""
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_RECKONS = re.compile(
    r"[共合总乘除加减差剩每余满够算低高最缺还调涨升降增净占比]|也?就是|能[吃用领退报省拿得]|自己|相当|来回|往返|双程|一半|"
    r"半价|对半|减半|翻|倍|折|利息|平均|[×=*÷]"
)
_SUMS = re.compile(r"[共合总加减差剩余还低高缺净调涨升降]|最[长短多少高低]|[多少][了出]|也?就是|=")
_PART = re.compile(r"[是为占]|比例|用量")
_ADDS = re.compile(r"[共合总加]|=")
_TWICE = re.compile(r"来回|往返|双程|翻[一番倍]|翻番|两倍")
_HALF = re.compile(r"一半|半价|对半|减半|打?[五5]折|各占半")
_DECADE = re.compile(r"([一二三四五六七八九〇零1-9])[十0]年代")
_ABOUT = re.compile(r"[约近]|大概|大致|左右|上下|差不多|出头|不到|超过|[多余来几]|将近")
_MONTHLY = re.compile(r"每个?月|月均|一个月")
_DAY_S = 86_400
_MOST_TIMES = 1_000
_LEAST_DIGITS = 4
_AND = ("", "零", "又", "加")
_TENS = {c: i for i, c in enumerate("零一二三四五六七八九")}


def reckoned(q: Quantity, known: Sequence[Quantity], said: Sequence[Quantity], body: str) -> str:
    """
    Give in words how a figure follows from the sources; empty when it does not.

    Args:
        q: the figure of the answer, placed in `body`.
        known: figures of the sources.
        said: figures of the answer.
        body: the answer.
    """
    m = next((m for m in _SENTENCE.finditer(body) if m.start() <= q.start < m.end()), None)
    line = m[0] if m else body
    if same := _same(q, known):
        return same
    if q.kind == "time":
        return _clock(q, (*known, *said))
    if q.kind == "date":
        return _ending(q, known)
    if q.unit == "年代":
        return _decade(q, known, body)
    near = [k for k in said if k is not q and m and m.start() <= k.start < m.end()]
    if how := spanned(q, (*known, *near), line):
        return how
    if q.kind != "number" or len(known) > MOST:
        return ""
    return (
        _span(q, known, near, body) or _product(q, known, near, line) or _sum(q, known, near, line)
    ) or portioned(q, known, near)


def _same(q: Quantity, known: Sequence[Quantity]) -> str:
    """Whether a source has it as something else: a quarter, a year, a code, so many times."""
    if q.unit == "季度" and any(k.code.lower() == f"q{q.value}" for k in known):
        return "the quarter by its sign"
    if q.unit == "倍" and any(k.unit == "%" and k.value == 100 * q.value for k in known):
        return "so many times as a share"
    if q.kind != "number" or q.unit:
        return ""
    if any(k.kind == "date" and int(k.value) // 10_000 == q.value for k in known):
        return "the year of a date"
    digits = f"{q.value:f}"
    codes = (re.sub(r"\D", "", k.code) for k in known if k.code)
    if len(digits) >= _LEAST_DIGITS and any(digits in code for code in codes):
        return "a part of a code"
    return ""


def _clock(q: Quantity, known: Sequence[Quantity]) -> str:
    """Whether a source has the time on the twelve hours, or a span before or after it."""
    times = [k.value for k in known if k.kind == "time" and k is not q]
    spans = [k.value / 60 for k in known if k.unit == "s"]
    if any(abs(t - q.value) == 720 for t in times):
        return "the same time on the twelve hours"
    for t in times:
        for span in spans:
            if any((t + sign * span - q.value) % 1440 == 0 for sign in (1, -1)):
                return "a time and a span"
    return ""


def _decade(q: Quantity, known: Sequence[Quantity], body: str) -> str:
    m = _DECADE.match(body, q.start)
    if m is None:
        return ""
    ten = _TENS.get(m[1], int(m[1]) if m[1].isdecimal() else 0)
    years = [int(k.value) // 10_000 for k in known if k.kind == "date"]
    return next((f"{y} lies in it" for y in years if y and y // 10 % 10 == ten), "")


def _ending(q: Quantity, known: Sequence[Quantity]) -> str:
    """Give the date and the span of the sources that a date ends, a day more or less."""
    for start in _days(known):
        for k in known:
            if k.kind != "number" or k.unit not in ("月", "s"):
                continue
            for sign in (1, -1):
                end = _after(start, k, sign)
                for off in (-1, 0, 1):
                    if end and _says(q.value, end + timedelta(days=off)):
                        return f"{start.isoformat()} and {k.said}"
    return ""


def _days(known: Sequence[Quantity]) -> Iterator[date]:
    for k in known:
        year, month, day = int(k.value) // 10_000, int(k.value) // 100 % 100, int(k.value) % 100
        if k.kind == "date" and year and month:
            try:
                yield date(year, month, day or 1)
            except ValueError:
                continue


def _after(start: date, k: Quantity, sign: int) -> date | None:
    try:
        if k.unit == "s":
            return start + sign * timedelta(days=int(k.value) // _DAY_S)
        months = start.year * 12 + start.month - 1 + sign * int(k.value)
        return date(months // 12, months % 12 + 1, min(start.day, 28))
    except (ValueError, OverflowError):
        return None


def _says(value: Decimal, day: date) -> bool:
    """Whether a day is what a date says, where it says year, month or day."""
    number = int(value)
    parts = (
        (number // 10_000, day.year),
        (number // 100 % 100, day.month),
        (number % 100, day.day),
    )
    return all(a == b for a, b in parts if a) and number // 100 > 0


def _span(q: Quantity, known: Sequence[Quantity], near: Sequence[Quantity], body: str) -> str:
    """Give the two times or years that a span lies between, or the date that has it."""
    dates = [int(k.value) for k in (*known, *near) if k.kind == "date"]
    if body[q.end - 1] in "日号" and any(d % 100 == q.said for d in dates):
        return "the day of a date"
    if q.unit == "月" and any(d < 10_000 and d % 100 == 0 and d // 100 == q.said for d in dates):
        return "a month that is named"
    if q.unit == "s":
        times = [k.value * 60 for k in known if k.kind == "time"]
        if any(q.value in (t, abs(t - u)) for t in times for u in times):
            return "between two times"
        if any(0 < q.value - t <= q.value / 12 for t in times) and "到" in body[: q.start][-4:]:
            return "a time a little below it"
    years = [d // 10_000 for d in dates]
    gaps = {abs(a - b) for a in years for b in years if a and b and a != b}
    whole = q.value / 12 if q.unit == "月" else q.value if q.unit == "岁" else None
    if whole is None:
        return ""
    if any(abs(whole - gap) <= (1 if q.unit == "岁" else 0) for gap in gaps):
        return "between two years"
    if _in_parts(q, known, near, body):
        return "years and months together"
    days = [k.value / _DAY_S for k in known if k.unit == "s"]
    if q.unit == "月" and any(abs(d / 30 - q.value) <= q.value / 12 for d in days):
        return "days as months"
    more = re.search("[多余几来]", body[q.start : q.end + 1])
    if more and any(gap // 10 * 10 == whole for gap in (*gaps, *_until_now(years))):
        return "since a year"
    return ""


def _in_parts(q: Quantity, known: Sequence[Quantity], near: Sequence[Quantity], body: str) -> bool:
    """Whether it is one part of years and months that a source has together."""
    for k in near:
        first, second = sorted((q, k), key=lambda one: one.start)
        if {first.unit, second.unit} <= {"月", "岁"} and body[first.end : second.start] in _AND:
            whole = sum(12 * p.value if p.unit == "岁" else p.value for p in (first, second))
            if any(o.unit == "月" and o.value == whole for o in known):
                return True
    return False


def _until_now(years: Sequence[int]) -> list[int]:
    now = date.today().year  # noqa: DTZ011  the year is all that is asked
    return [now - y for y in years if y]


def _product(q: Quantity, known: Sequence[Quantity], near: Sequence[Quantity], line: str) -> str:
    """Give the two figures whose product or quotient it is, where the sentence reckons."""
    numbers = [k for k in (*known, *near) if k.kind == "number" and k.value]
    alike = [k for k in numbers if q.unit in ("", k.unit) or (q.unit, k.unit) == ("元", "")]
    if _is_round(q, line) and any(abs(k.value - q.value) <= q.value / 10 for k in alike):
        return "about as much"
    if not _RECKONS.search(line):
        return ""
    off = Decimal("0.05") * abs(q.value) if _ABOUT.search(line) else Decimal(0)
    for a in alike:
        for b in _factors(q, numbers, line):
            if any(abs(v - q.value) <= off for v in (a.value * b, a.value / b) if v != a.value):
                return f"{a.said} and {b.normalize():f}"
    if q.unit in COUNTERS or q.unit == "s":
        for one in numbers:
            for other in numbers:
                if other.said and one.said != q.said and one.said / other.said == q.said:
                    return f"{one.said} and {other.said}"
    return ""


def _is_round(q: Quantity, line: str) -> bool:
    """Whether it is a round figure in a sentence that says about."""
    return bool(_ABOUT.search(line)) and len(q.said.normalize().as_tuple().digits) == 1


def _factors(q: Quantity, numbers: Sequence[Quantity], line: str) -> set[Decimal]:
    """Give what a figure may be multiplied with: counts, shares, twice, half, twelve months."""
    counts = {
        k.said for k in numbers if k.unit not in ("%", q.unit or "%") and k.said <= _MOST_TIMES
    }
    shares = {k.value / 100 for k in numbers if k.unit == "%"}
    made = counts | shares | {1 - p for p in shares}
    if _TWICE.search(line):
        made |= {2 * f for f in made} | {Decimal(2)}
    if _HALF.search(line):
        made.add(Decimal("0.5"))
    if _MONTHLY.search(line):
        made.add(Decimal(12))
    return made - {Decimal(0), Decimal(1)}


def _sum(q: Quantity, known: Sequence[Quantity], near: Sequence[Quantity], line: str) -> str:
    """Give two figures whose sum, difference or share it is, or three whose sum."""
    if not _SUMS.search(line):
        return _share(q, (*known, *near)) if q.unit == "%" and _PART.search(line) else ""
    units = {q.unit, "%"} if q.unit == "百分点" else {q.unit, ""} if q.unit == "分" else {q.unit}
    numbers = [k for k in known if k.kind == "number"]
    alike = list(dict.fromkeys(k.value for k in numbers if k.unit in units))
    if not q.unit:
        alike = list(dict.fromkeys(k.said for k in numbers))
    if _ADDS.search(line):
        held = [k.value for k in near if k.kind == "number" and k.unit == q.unit]
        for a, b in ((a, b) for a in alike for b in held if a + b == q.value):
            return f"{a.normalize():f} and {b.normalize():f}"
    ends = Decimal(1) if q.unit in COUNTERS and _ADDS.search(line) else Decimal(0)
    for a in alike:
        for b in alike:
            if a != b and q.value in (a + b, abs(a - b), abs(a - b) + ends):
                return f"{a.normalize():f} and {b.normalize():f}"
    for three in combinations_with_replacement(alike if _ADDS.search(line) else (), 3):
        if sum(three) == q.value and len(set(three)) > 1:
            return " and ".join(f"{v.normalize():f}" for v in three)
    return _share(q, (*known, *near)) if q.unit == "%" else ""


def _share(q: Quantity, known: Sequence[Quantity]) -> str:
    """Give two figures whose ratio it is, or whose ratio to a whole it is, a point off at most."""
    numbers = [k for k in known if k.kind == "number" and k.value and k.unit != "%"]
    for a in numbers:
        for b in numbers:
            alike = a.unit == b.unit or {a.unit, b.unit} <= set(COUNTERS)
            ratio = 100 * a.value / b.value if alike and a.value != b.value else None
            if ratio is not None and min(abs(ratio - q.value), abs(abs(100 - ratio) - q.value)) < 1:
                return f"{a.said} and {b.said}"
    return ""
