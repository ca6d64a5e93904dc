"""
text.personal_data: a number or account that names a natural person.

Finds resident ID cards, mobile phones, bank cards, passports, number plates, WeChat and QQ accounts
and credit codes of sole traders, through separators, line breaks and Chinese numerals. Evidence is
the kind, the length, which check digit held and a keyed hash; never the value.

Limits: names and addresses are not looked for; a foreign phone passes; whose number it is is not
known.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from qingjian.core.card import Card
from qingjian.core.hashing import keyed
from qingjian.core.registry import detector
from qingjian.core.types import Finding, Scan, Text, found
from qingjian.detectors.instruments.accounts import accounts, numbers
from qingjian.detectors.instruments.fold import fold

_UNLINKABLE = secrets.token_bytes(32)
_SAID = {
    "id_card": "a resident ID number",
    "phone": "a mobile phone number",
    "bank_card": "a bank card number",
    "uscc": "the credit code of a sole trader",
    "plate": "a number plate",
    "passport": "a passport number",
    "wechat": "a WeChat account",
    "qq": "a QQ account",
}
_OTHER_NUMBER = re.compile(
    r"(?:订单|单号|运单|快递|物流|流水|交易|编号|序列|条码|条形码|货号|工单|案号|批号|合同|发票|税号|期号|"
    r"型号|追踪|会员|学号|工号|取件|版本|tracking|order|serial|isbn|imei|(?<![a-z])(?:sn|no|id|sku))"
    r"[\s:#=是为号码编.\-(a-z]{0,10}$"
)
_EXAMPLE = re.compile(
    r"(?:示例|例如|比如|样例|测试(?:号|数|账|卡|手机|身份|样)|虚构|占位|模板|假设|演示|校验[位码失不]|"
    r"格式[如为是例:]|\b(?:example|test|demo|dummy|sample))[^。;!?\n]{0,12}$"
)
_EXAMPLE_AFTER = re.compile(r"[^。;!?\n]{0,6}(?:示例|测试|虚构|仅为|占位|例子|不是真)")
_AMOUNT_AFTER = re.compile(r"\s?(?:元(?!旦)|[万亿吨次]|人次|字节|\.\d)")
_WELL_KNOWN = re.compile(
    r"13[879]0013[879]000|1\d\d12345678|1\d\d(\d)\1{7}|.*(\d)\2{9}.*|11010519491231002x"
)


class _Seen(NamedTuple):
    """Folded range, kind, value as one compares it, and the check digit that held."""

    start: int
    end: int
    kind: str
    value: str
    valid: str


@detector(
    Card(
        id="text.personal_data",
        reads=Text,
        serves=("1.3.rights",),
        severity="medium",
        finds="personal data of a natural person: resident ID card, mobile phone, bank card, "
        "passport, number plate, WeChat or QQ account, a sole trader's unified credit code",
        limits=(
            "names, addresses and foreign phones",
            "a business's own mobile phone is found as a person's",
        ),
        source="CAC notice 2025, phase 1, item 3; PIPL article 28",
        hits=("我的手机是139 1047 2865,晚上打。", "身份证320102199005124218已登记"),
        misses=(
            "快递单号7731 3910 4728 65,请查收。",
            "客服热线400-820-8820,座机010-62345678。",
            "机主138****1234,已脱敏。",
        ),
        lookalike="订单20260301123456789012已付款，客服热线95588，网点电话0571-88123456。",
        cost_us=60,
        instruments=("accounts", "fold", "identifiers"),
    )
)
def personal_data(key: str = "") -> Scan[Text]:
    """
    Build the scan.

    Args:
        key: what the hashes are keyed with; empty draws one that dies with the process.
    """
    secret = key.encode() if key else _UNLINKABLE

    def scan(item: Text) -> Iterator[Finding]:
        text = fold(item.body)
        taken = bytearray(len(text.text))
        for one in map(_Seen._make, chain(numbers(text), accounts(text.text))):
            if taken.find(1, one.start, one.end) >= 0:
                continue
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            why = _SAID[one.kind] + (f", {one.valid} check digit holds" if one.valid else "")
            yield found(
                why,
                text.span(one.start, one.end),
                against=_against(text.text, one),
                kind=one.kind,
                length=len(one.value),
                hash=keyed(secret, f"{one.kind}:{one.value}"),
                valid=one.valid,
            )

    return scan


def _against(text: str, one: _Seen) -> Iterator[str]:
    """Give what speaks against it; never the value or a part of it."""
    ahead = text[max(0, one.start - 24) : one.start]
    checked = one.kind in ("id_card", "uscc") and one.valid
    if not checked and one.kind in ("phone", "bank_card") and _OTHER_NUMBER.search(ahead):
        yield "a number of another kind is named before it"
    if one.kind == "phone" and _AMOUNT_AFTER.match(text, one.end):
        yield "it is an amount"
    if _EXAMPLE.search(ahead) or _EXAMPLE_AFTER.match(text, one.end):
        yield "it is called an example"
    if _WELL_KNOWN.fullmatch(one.value):
        yield "it is a well-known example"
