from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import mixed

from qingjian.detectors.instruments.numerals import number
from qingjian.detectors.instruments.quantities import parse, same_date


def one(text: str) -> tuple[Decimal, str, str, str]:
    (found,) = parse(text)
    assert (found.start, found.end) == (0, len(text)), "the whole of it"
    return found.value, found.unit, found.kind, found.code


def han(value: int) -> str:
    """Write a number below 10**8 in Chinese numerals."""
    if value >= 10**4:
        high, low = divmod(value, 10**4)
        gap = "零" if 0 < low < 1000 else ""
        return han(high) + "万" + (gap + han(low) if low else "")
    said, pending = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        d = value // power % 10
        if d:
            said += ("零" if pending and said else "") + "零一二三四五六七八九"[d] + name
        pending = not d
    return said or "零"


@given(st.integers(0, 10**8 - 1))
def test_a_number_reads_the_same_in_chinese_numerals(value: int) -> None:
    assert number(han(value)) == number(str(value)) == number(f"{value:,}") == value


@given(st.integers(1, 9999), st.sampled_from(["元", "克", "公里", "岁", "%", "分钟", "个月", "米"]))
def test_a_quantity_reads_the_same_in_every_spelling(value: int, unit: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in str(value))
    forms = [f"{value}{unit}", f"{wide}{unit}", f"{value} {unit}", f"{value:,}{unit}"]
    if unit != "%":
        forms.append(f"{han(value)}{unit}")
    assert len({one(form) for form in forms}) == 1


@pytest.mark.parametrize(
    "forms",
    [
        ("1200万", "一千二百万", "12,000,000", "0.12亿"),
        ("50%", "百分之五十", "五成", "一半", "５０％"),
        ("0.5g", "500mg", "500毫克", "半克"),
        ("一年半", "18个月", "十八个月", "1年6个月"),
        ("90分钟", "一个半小时", "1小时30分", "1.5小时"),
        ("两周", "14天", "十四天", "2星期"),
        ("3公里", "3000米", "3km"),
        ("38.5℃", "38.5度", "38.5摄氏度"),
        ("4块5", "4.5元", "¥4.5"),
        ("2021年3月5日", "2021-03-05", "2021/3/5", "二〇二一年三月五日", "2021.03.05"),
        ("3月5日", "三月五号", "3/5"),
        ("下午3点半", "15:30", "15点30分", "下午三点三十分"),
        ("第十二条", "第12条", "第 12 条"),
        ("国办发〔2020〕1号", "国办发[2020]1号"),
        ("GB/T 1234-2020", "gb/t1234—2020"),
    ],
)
def test_forms_of_one_value_parse_equal(forms: tuple[str, ...]) -> None:
    assert len({one(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3-5天", [(259200, "s"), (432000, "s")]),
        ("三到五天", [(259200, "s"), (432000, "s")]),
        ("20%~30%", [(20, "%"), (30, "%")]),
        ("2020-2023年", [(20200000, "date"), (20230000, "date")]),
        ("4-6月,", [(400, "date"), (600, "date")]),
        ("12月21日-22日", [(1221, "date"), (1222, "date")]),
    ],
)
def test_both_ends_of_a_range_have_its_unit(text: str, found: list[tuple[int, str]]) -> None:
    assert [(int(q.value), q.unit) for q in parse(text)] == found


@pytest.mark.parametrize("code", ["J18.9", "E11", "B48", "A320"])
def test_codes_of_letters_and_digits(code: str) -> None:
    assert one(code)[2:] == ("code", code.lower())


def test_dates_agree_in_what_both_say() -> None:
    assert same_date(Decimal(20210305), Decimal(305))
    assert same_date(Decimal(20210305), Decimal(20210000))
    assert not same_date(Decimal(20210305), Decimal(20220305))
    assert not same_date(Decimal(20210000), Decimal(305)), "nothing in common"


@given(mixed)
def test_every_place_stands_in_the_text_in_order(text: str) -> None:
    last = 0
    for q in parse(text):
        assert last <= q.start < q.end <= len(text)
        last = q.start


@pytest.mark.parametrize("piece", ["1千", "1", "第1", "1,", "一", "百分", "1a", "2021-", "点一"])
def test_long_texts_take_linear_time(piece: str) -> None:
    parse(piece * 20_000)
