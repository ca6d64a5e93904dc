"""
Numbers in Arabic and Chinese numerals, in folded text: how they are written, what they are worth.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

DIGIT = (
    {c: i for i, c in enumerate("零一二三四五六七八九")}
    | {"两": 2, "0": 0}
    | {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
)
_TIMES = {
    "十": 10,
    "拾": 10,
    "百": 100,
    "佰": 100,
    "千": 1000,
    "仟": 1000,
    "万": 10**4,
    "亿": 10**8,
}
HAN = "零一二三四五六七八九两壹贰叁肆伍陆柒捌玖"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
NUM = (
    rf"(?:(?>{_ARABIC})(?:\s(?=[十百千万亿]))?|[{HAN}十百千万亿拾佰仟]|(?<=[{HAN}])0|"
    rf"(?<=[{HAN}十])点(?=[{HAN}]))++"
)
_LONGEST = 40
_PIECE = re.compile(rf"{_ARABIC}|.")


def number(said: str) -> Decimal | None:
    """Give the value of a number in Arabic or Chinese numerals or both; None when it is none."""
    said = said.replace(" ", "")
    if len(said) > _LONGEST:
        return None
    if all(c in DIGIT for c in said) and not said.isascii() and len(said) > 1:
        return Decimal("".join(str(DIGIT[c]) for c in said))
    whole, point, part = said.partition("点")
    if point:
        head, digits = number(whole), "".join(c for c in part if c in DIGIT)
        if head is None or not digits:
            return None
        value = head + Decimal("0." + "".join(str(DIGIT[c]) for c in digits))
        for c in part[len(digits) :]:
            value *= _TIMES.get(c, 1)
        return value
    total, section, last = Decimal(0), Decimal(0), None
    unit = 1
    for piece in _PIECE.findall(said):
        if piece in _TIMES:
            times = unit = _TIMES[piece]
            if times < 10**4:
                section += (Decimal(1) if last is None else last) * times
            elif times == 10**4:
                total += (section + (last or 0) or 1) * times
                section = Decimal(0)
            else:
                total, section = (total + section + (last or 0) or Decimal(1)) * times, Decimal(0)
            last = None
            continue
        try:
            last = Decimal(DIGIT[piece]) if piece in DIGIT else Decimal(piece.replace(",", ""))
        except InvalidOperation:
            return None
        if piece in "零0":
            unit = 1
    if last is not None and unit >= 100 and said[-1] in DIGIT and said[-2:-1] in _TIMES:
        last *= unit // 10
    return total + section + (last or 0)
