from __future__ import annotations

import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qingjian.core.types import Finding, Span, Text
from qingjian.detectors.instruments.identifiers import id_card, luhn, uscc
from qingjian.detectors.text.personal_data import personal_data

scan = personal_data.build(key="k")
digit = st.sampled_from("0123456789")


def findings(text: str) -> tuple[Finding, ...]:
    return scan(Text(body=text)).findings


def kinds(text: str) -> list[tuple[object, str]]:
    """Give kind and words of each unopposed finding."""
    seen = [(f.evidence["kind"], f.at) for f in findings(text) if not f.opposed]
    return [(kind, text[at.start : at.end]) for kind, at in seen if isinstance(at, Span)]


@st.composite
def id_cards(draw: st.DrawFn) -> str:
    region = draw(st.sampled_from(["110105", "310112", "440305", "650104", "230103", "542221"]))
    born = draw(st.dates(datetime.date(1930, 1, 1), datetime.date(2020, 1, 1)))
    body = region + born.strftime("%Y%m%d") + draw(st.text(digit, min_size=3, max_size=3))
    value = next(body + c for c in "0123456789x" if id_card(body + c))
    return draw(st.sampled_from((value, value.upper())))


@st.composite
def phones(draw: st.DrawFn) -> str:
    head = draw(
        st.sampled_from(["130", "138", "147", "150", "159", "166", "173", "188", "191", "199"])
    )
    value = head + draw(st.text(digit, min_size=8, max_size=8))
    assume(len(set(value[3:])) > 3 and not value.endswith("12345678") and "00138000" not in value)
    return value


@st.composite
def bank_cards(draw: st.DrawFn) -> str:
    length = draw(st.sampled_from((16, 17, 18, 19)))
    body = "62" + draw(st.text(digit, min_size=length - 3, max_size=length - 3))
    value = next(body + c for c in "0123456789" if luhn(body + c))
    assume(not id_card(value) and not any(c * 10 in value for c in "0123456789"))
    return value


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    letters = st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY")
    body = "92330106" + draw(st.text(letters, min_size=9, max_size=9))
    return next(body + c for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if uscc((body + c).lower()))


def grouped(value: str, sizes: tuple[int, ...], by: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return by.join((*parts, value[at:]))


def full_width(value: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in value)


def circled(value: str) -> str:
    return "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(c)] if c.isdecimal() else c for c in value)


def in_words(value: str) -> str:
    return "".join("零幺二三四五六七八九"[int(c)] if c.isdecimal() else c for c in value)


SEPARATORS = st.sampled_from((" ", "-", ".", "·", "_", "/", "\n", "－", "\t"))
CARRIERS = st.sampled_from(
    (
        "{}",
        "打{}找我",
        "记录:{}。",
        "王一{}",
        "abc {} def",
        "2024年5月1日,张三,{},已登记",
        "请存好{}这串",
        "({})",
        "第3排第12号 {} 结束",
        "tel:{},bye",
        "\n{}\n",
        "【{}】收到请回复",
    )
)
FORMS = ("plain", "grouped", "full", "circled", "words", "apart")
GROUPS = {
    "id_card": ((6, 8), (6, 4, 4), (3, 3, 4, 4)),
    "phone": ((3, 4), (3,), (7,)),
    "bank_card": ((4, 4, 4),),
}


@pytest.mark.parametrize("kind", ["id_card", "phone", "bank_card", "uscc"])
@given(data=st.data(), carrier=CARRIERS, form=st.sampled_from(FORMS), by=SEPARATORS)
def test_a_planted_number_is_found_with_its_exact_place(
    kind: str, data: st.DataObject, carrier: str, form: str, by: str
) -> None:
    made = {"id_card": id_cards, "phone": phones, "bank_card": bank_cards, "uscc": credit_codes}
    value = shown = data.draw(made[kind]())
    if kind == "uscc":
        shown = full_width(value) if form == "full" else value
    elif form == "grouped":
        shown = grouped(value, data.draw(st.sampled_from(GROUPS[kind])), by)
    elif form == "apart":
        shown, carrier = by.join(value), carrier if "2024" not in carrier else "{}"
    elif form == "words":
        shown = in_words(value)
        carrier = carrier if not carrier.startswith("王一") else "{}"
    elif form != "plain":
        shown = full_width(value) if form == "full" else circled(value)
    assume("号 " not in carrier or form not in ("apart", "grouped"))
    text = carrier.format(shown)
    start = text.index(shown)
    places = {(f.evidence["kind"], f.at) for f in findings(text) if not f.opposed}
    assert (kind, Span(start, start + len(shown))) in places


@given(st.text(digit, min_size=16, max_size=19), CARRIERS)
def test_digits_whose_check_digit_fails_are_no_id_card_and_no_bank_card(
    value: str, carrier: str
) -> None:
    assume(not luhn(value) and not id_card(value) and not value.startswith("86"))
    assert not {k for k, _ in kinds(carrier.format(value))} & {"id_card", "bank_card"}


@given(id_cards(), phones())
def test_no_finding_holds_the_value_or_a_part_of_it(card: str, phone: str) -> None:
    for finding in findings(f"订单号{phone},例如{card}"):
        held = repr((finding.why, finding.against, dict(finding.evidence), finding.detector))
        assert not any(v[i : i + 6] in held for v in (card, phone) for i in range(len(v) - 5))


@pytest.mark.parametrize(
    ("text", "kind", "quote"),
    [
        ("护照号EA1234567已寄", "passport", "EA1234567"),
        ("车牌京A·D2345挡路", "plate", "京A·D2345"),
        ("粤BD12345违停", "plate", "粤BD12345"),
        ("微信号:zhang_san88", "wechat", "zhang_san88"),
        ("加薇❤abc12345", "wechat", "abc12345"),
        ("扣扣 87654321", "qq", "87654321"),
        ("写信到87654321@qq.com", "qq", "87654321"),
        ("+86 139 1047 2865", "phone", "+86 139 1047 2865"),
        ("身份证110105520317123", "id_card", "110105520317123"),
        ("身份证号110105195203171230", "id_card", "110105195203171230"),
    ],
)
def test_what_words_or_letters_make_known_is_found(text: str, kind: str, quote: str) -> None:
    assert (kind, quote) in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "机主138****1234",
        "客服400-820-8820,热线95588,报警110",
        "座机010-62345678",
        "订单号13912345679",
        "测试手机号13800138000",
        "营收13912345679元",
        "微信支付abc123,QQ音乐12345678,QQ群满了",
        "更新A12345,浙ICP备12345678号,粤B2-20040022",
        "时间戳1700000000123,commit a3f13912345679b9",
        "公司代码91330106MA2CFXXX0A",
        "",
    ],
)
def test_look_alikes_are_no_unopposed_finding(text: str) -> None:
    assert kinds(text) == []


def test_the_hash_is_keyed_and_the_same_for_the_same_value() -> None:
    plain, spaced = findings("13910472865")[0], findings("139 1047 2865")[0]
    assert plain.evidence == spaced.evidence
    other = personal_data.build(key="other")(Text(body="13910472865")).findings[0]
    assert other.evidence["hash"] != plain.evidence["hash"]
    drawn = [personal_data.build()(Text(body="13910472865")).findings[0] for _ in range(2)]
    assert drawn[0].evidence == drawn[1].evidence != plain.evidence


def test_a_check_digit_that_held_is_named() -> None:
    (finding,) = findings("320102199005124218")
    assert finding.evidence["valid"] == "GB 11643"
    assert finding.why == "a resident ID number, GB 11643 check digit holds"
    (named,) = findings("身份证号110105195203171230")
    assert named.evidence["valid"] == ""
