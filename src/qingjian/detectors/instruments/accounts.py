"""
Personal numbers and accounts in folded text, by form, check digit and the words before them.

A plate is known by its form (GA 36-2018), passports and accounts by the word before them; a number
whose check digit fails counts only where it is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingjian.detectors.instruments.fold import Folded
from qingjian.detectors.instruments.identifiers import (
    HAN_DIGITS,
    Digits,
    digits,
    grouped_as_phone,
    id_card,
    id_card_shape,
    luhn,
    mobile,
    sole_trader_codes,
)

Seen = tuple[int, int, str, str, str]
"""Folded range, kind, value as one compares it, and the check digit that held or nothing."""

_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])\s?[a-hj-np-z](\s?[·•.・]?\s?)"
    r"(?:[a-hjk]\s?[a-hj-np-z0-9]\s?(?:\d\s?){3}\d|(?:\d\s?){5}[a-hjk]|"
    r"(?:[a-hj-np-z0-9]\s?){4}[a-hj-np-z0-9学警港澳挂])(?![a-z0-9-])"
)
_CAR_WORD = re.compile(r"牌|车|驾|司机|挪|停|撞|追尾|肇事|逃逸|过户")
_PASSPORT_WORD = re.compile(r"护照|passport")
_PASSPORT = re.compile(
    r"(?<![a-z0-9])(?:[a-z]{1,2}[ ._/-]?(?:\d[ ._/-]?){6,7}\d|1[45]\d{7})(?![a-z0-9])"
)
_LINK = (
    r"\s{0,2}((?:号码?|账号|id|是|为|就是|联系|加我?|我|也是|同号|\+|[:=_(「【\-]|"
    r"[^\x00-\x7f\u4e00-\u9fff]){0,4})\s{0,2}"
)
_WECHAT = re.compile(
    r"(?:微信号[^,。;\n]{2,14}[,:]|微[信心❤x]|[薇威维徽葳][信心❤]|we?i\s?xin|wechat|(?<![a-z])(?:vx|wx)(?![a-z]{3})|"
    rf"(?<![a-z])v[信❤]|❤信|[加+➕]\s?[微薇vw]x?(?!信)|(?<![a-z0-9.])v(?=\s?[:我])|绿泡泡|[微薇]|"
    rf"卫星(?=[号:])){_LINK}"
    r"([a-z][a-z0-9_-]{5,19}|[1-9]\d{5,10})(?![a-z0-9_@*-]|\.[a-z])"
)
_QQ = re.compile(
    rf"(?<![a-z0-9])(?:qq|q号|q(?=\s?:)|[扣蔻抠]{{2}}|[扣抠](?=\s?:)|企鹅|🐧|球球|扣号|加[qk扣]){_LINK}"
    r"([1-9](?:[ ._/-]?\d){4,10})(?![a-z0-9*@])|"
    r"(?<![a-z0-9.])([1-9]\d{4,10})@(?:vip\.)?qq\.com"
)
_SAID = str.maketrans(dict(HAN_DIGITS))
_DIVIDER = re.compile(r"[\s._/-]")
_NO_ACCOUNT = re.compile(
    r"(?:android|iphone|windows|wechat|weixin|version|openid|unionid|appid|https?|pay|app|ios|"
    r"harmony|download|login|users?|official|global)[a-z0-9_]*"
)

_ID_WORD = re.compile(r"身[份分]证?|证件|id\s?(?:card|number|no)|idcard|sfz|公民")
_CARD_WORD = re.compile(
    r"银行|卡号|账[号户]|储蓄卡|借记卡|信用卡|打款|收款|转账|汇款|打到|转到|开户|[工农建招交中]行|bank|card|visa"
)
_PHONE_WORD = re.compile(r"电话|手机|联系|热线|致电|拨打|号|打给|短信|phone|mobile|tel|call|微信")
_TOUCHES = re.compile(r"\d(?:[a-z_]{1,20}|\.)$"), re.compile(r"[a-z_]{1,20}\d")


def numbers(text: Folded) -> Iterator[Seen]:
    """Give range, kind, value and check digit of each ID card, bank card, phone, credit code."""
    for start, end, value in sole_trader_codes(text.text):
        yield start, end, "uscc", value, "GB 32100"
    for one in digits(text):
        ahead = text.text[max(0, one.start - 24) : one.start]
        if _TOUCHES[0].search(ahead) or _TOUCHES[1].match(text.text, one.end):
            continue
        if id_card(one.value):
            yield one.start, one.end, "id_card", one.value, "GB 11643"
        elif id_card_shape(one.value) and _ID_WORD.search(ahead):
            yield one.start, one.end, "id_card", one.value, ""
        elif len(one.value) > 15 and one.value.isdecimal():
            named, holds = _CARD_WORD.search(ahead), luhn(one.value)
            whole = one.alone or len(one.shape) == 1
            known = one.shape[:3] == (4, 4, 4) or (whole and one.value[:2] == "62")
            if named or (holds and (known or "卡" in ahead)):
                yield one.start, one.end, "bank_card", one.value, "Luhn" if holds else ""
        elif len(one.value) < 16 and _is_phone(one, ahead, text.text):
            plus = one.start - ahead.endswith("+")
            yield plus, one.end, "phone", one.value[-11:], ""


def _is_phone(one: Digits, ahead: str, text: str) -> bool:
    """Whether it is grouped as a mobile number, or alone and named or broken by a line end."""
    if not mobile(one.value[-11:]):
        return False
    broken = "\n" in text[one.start : one.end] and len(one.shape) == 2
    return grouped_as_phone(one) or (one.alone and (broken or bool(_PHONE_WORD.search(ahead))))


def accounts(text: str) -> Iterator[Seen]:
    """Give range, kind, value and an empty check of each plate, passport, WeChat and QQ account."""
    for m in _PLATE.finditer(text):
        near = text[max(0, m.start() - 20) : m.end() + 12]
        if sum(c.isdecimal() for c in m[0]) >= 2 and (m[2].strip() or _is_plate(m, text, near)):
            yield m.start(), m.end(), "plate", re.sub(r"[\s·•.・]", "", m[0]), ""
    said = text.translate(_SAID)
    for m in _PASSPORT.finditer(said) if _PASSPORT_WORD.search(text) else ():
        if _PASSPORT_WORD.search(text[max(0, m.start() - 20) : m.end() + 10]):
            yield m.start(), m.end(), "passport", _DIVIDER.sub("", m[0]), ""
    for m in _WECHAT.finditer(text):
        if not _NO_ACCOUNT.fullmatch(m[2]) and (m[1] or any(c in "0123456789_" for c in m[2])):
            yield m.start(2), m.end(2), "wechat", m[2], ""
    for m in _QQ.finditer(said):
        of = 2 if m[2] else 3
        yield m.start(of), m.end(of), "qq", _DIVIDER.sub("", m[of]), ""


def _is_plate(plate: re.Match[str], text: str, near: str) -> bool:
    """Whether a plate without a dot is one: cars are spoken of, or no word ends in its province."""
    before = text[plate.start() - 1 : plate.start()]
    return bool(_CAR_WORD.search(near)) or not "\u4e00" <= before <= "\u9fff"
