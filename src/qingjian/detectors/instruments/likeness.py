"""
What two figures, and what stands around them, have in common; each fact a number of about 0 to 2.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal

from qingjian.detectors.instruments.align import held, weight
from qingjian.detectors.instruments.contexts import Around, has_pair, shared
from qingjian.detectors.instruments.grounding import is_idle
from qingjian.detectors.instruments.odds import Facts
from qingjian.detectors.instruments.quantities import Quantity
from qingjian.detectors.instruments.told import Told, fields, words
from qingjian.detectors.instruments.units import COUNTERS
from qingjian.detectors.instruments.weekdays import UNIT as WEEKDAY

NEXT = 6
LEAST_BARE = 10
_PLAIN = frozenset("个人次名位元年月天日号分点种家项条")
_LEAST = Decimal("0.05")
_FIRST = re.compile(r"我|俺|咱|自己|朋友|闺蜜")
_ABOUT = re.compile(r"[约近逾超多几余来]|大概|左右|差不多|上下")


def of_figure(q: Quantity, here: Around, text: Told, source: Told, options: int) -> Facts:
    """Give the facts of a figure whatever it is paired with."""
    line = text.text[here.at.start : here.at.end]
    spelled = text.text[max(0, q.start - 3) : q.end + 2]
    return {
        "sentence": min(len(words(here.sentence) & source.words), 8) / 4,
        "held": held(here.sentence, source.letters),
        "bare": float(not q.unit and q.kind == "number"),
        "first": float(bool(_FIRST.search(line))),
        "small": float(q.kind == "number" and q.value <= LEAST_BARE),
        "words": float(q.words),
        "date": float(q.kind == "date"),
        "time": float(q.kind == "time"),
        "weekday": float(q.unit == WEEKDAY),
        "money": float(q.unit == "元"),
        "about": float(bool(_ABOUT.search(spelled))),
        "idle": float(q.unit != WEEKDAY and is_idle(q, source.figures)),
        "options": min(options, 4) / 4,
    }


def of_both(
    q: Quantity, here: Around, k: Quantity, there: Around, text: Told, source: Told
) -> Facts:
    """Give the facts of two figures and of what stands around them."""
    ours, theirs = here.left[-NEXT:], there.left[-NEXT:]
    named = has_pair(ours, theirs) or has_pair(here.right, theirs) or has_pair(ours, there.right)
    one, other = _digits(q), _digits(k)
    changed = one != other
    long = max(len(one), len(other)) > 1
    ratio = abs(math.log(float((abs(q.value) + _LEAST) / (abs(k.value) + _LEAST))))
    return {
        "left": shared(here.left, there.left),
        "right": shared(here.right, there.right),
        "named": float(named),
        "beside": float(_tells(ours[-3:], theirs[-3:])),
        "same_unit": float(q.unit == k.unit),
        "only": float(_only(q, k, text.figures, source.figures)),
        "same_digits": float(not changed),
        "one_digit": float(changed and long and _is_one_off(one, other)),
        "moved_digits": float(changed and sorted(one) == sorted(other)),
        "ratio": min(ratio, 4) / 2 if q.kind == "number" else 0.0,
        "same_month": float(q.kind == "date" and fields(q.value)[1] == fields(k.value)[1]),
    }


def crossed(facts: Facts) -> Facts:
    """Give facts with those added that tell more together than apart."""
    digits = facts["same_digits"] + facts["one_digit"] + facts["moved_digits"]
    return facts | {
        "common_left": facts["common"] * facts["left"],
        "common_digits": facts["common"] * digits,
        "sentence_right": facts["sentence"] * facts["right"],
        "date_left": facts["date"] * facts["left"],
        "date_digits": facts["date"] * digits,
    }


def _only(q: Quantity, k: Quantity, figures: Sequence[Quantity], known: Sequence[Quantity]) -> bool:
    """Whether both texts count one thing alone in a unit that few things are counted in."""
    if q.unit in _PLAIN or q.unit not in COUNTERS:
        return False
    return sum(f.unit == q.unit for f in figures) == sum(f.unit == k.unit for f in known) == 1


def _tells(one: str, other: str) -> bool:
    """Whether a character that tells something stands in both."""
    return any(weight(c) == 1 for c in set(one) & set(other))


def _digits(q: Quantity) -> str:
    """Give the digits of a figure without point and outer zeros; of a date those of its day."""
    if q.kind == "date":
        return str(int(q.value) % 10000)
    return format((q.said or q.value).normalize(), "f").replace(".", "").strip("0")


def _is_one_off(one: str, other: str) -> bool:
    """Whether one digit was put in, left out or changed."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return len(long) == len(short) + 1 and any(
        long[:i] + long[i + 1 :] == short for i in range(len(long))
    )
