from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.detectors.instruments.quantities import parse
from qingjian.detectors.instruments.reckon import reckoned


def how(answer: str, figure: str, source: str) -> str:
    said = parse(answer)
    [q] = [q for q in said if answer[q.start : q.end] == figure]
    return reckoned(q, parse(source), said, answer)


@pytest.mark.parametrize(
    ("answer", "figure", "source"),
    [
        ("四点半停止入馆", "四点半", "16:30停止入场"),
        ("凌晨零点以后禁食", "凌晨零点", "手术时间8:00，术前禁食8小时"),
        ("晚点了1小时20分钟", "1小时20分钟", "计划14:30，实际15:50"),
        ("那年24岁", "24岁", "1958年生，1982年毕业"),
        ("已有二十多年", "二十多年", "建成于1998年。更新于2024年"),
        ("2027年6月底到期", "2027年6月", "自2024年7月1日起，期限三年"),
        ("建于九十年代", "九十年代", "建成于1998年"),
        ("来回五公里", "五公里", "全长2.5km"),
        ("学生半价30元", "30元", "成人票60元"),
        ("平均每个月一百六十多块", "一百六十多块", "1998元/年"),
        ("能吃12天", "12天", "一日2片，共24片"),
        ("能退400元", "400元", "扣除20%手续费，价格500元"),
        ("加起来105分钟", "105分钟", "上下半场各45分钟，休息15分钟"),
        ("低了5分", "5分", "要求80分，得分75分"),
        ("少了两成左右", "两成", "4.1亿元，上年5.1亿元"),
        ("总共要交2年零6个月", "6个月", "期限30个月"),
        ("将近三个月", "三个月", "88天后启动"),
        ("第三季度最高", "第三季度", "Q3收入1.8亿元"),
        ("按1.5倍算", "1.5倍", "工资的150%"),
        ("做到2025", "2025", "周期至2025年"),
        ("也就是9号", "9号", "3月9日不限行"),
        ("大约40分钟", "40分钟", "约38分钟充满"),
    ],
)
def test_what_follows_by_a_step_is_told_in_words(answer: str, figure: str, source: str) -> None:
    assert how(answer, figure, source)


@pytest.mark.parametrize(
    ("answer", "figure", "source"),
    [
        ("每天滴6次", "6次", "一次1滴，一日4次"),
        ("最大剂量不超过4g", "4g", "每次0.5g，24小时内不超过2g"),
        ("每户15000元", "15000元", "每户12000元"),
        ("下午三点半", "下午三点半", "16:30停止入场"),
        ("建于八十年代", "八十年代", "建成于1998年"),
        ("那年30岁", "30岁", "1958年生，1982年毕业"),
        ("2028年1月到期", "2028年1月", "自2024年7月1日起，期限三年"),
        ("共9人", "9人", "成人2名，儿童3名"),
        ("第二季度最高", "第二季度", "Q3收入1.8亿元"),
        ("门牌1205", "1205", "B座1203室"),
    ],
)
def test_what_does_not_follow_is_left_as_it_is(answer: str, figure: str, source: str) -> None:
    assert how(answer, figure, source) == ""


@given(
    st.text(alphabet="0123456789年月日元%共每点:个岁一二十，。", max_size=40),
    st.text(alphabet="0123456789年月日元%点:个岁Q季度，。", max_size=40),
)
def test_any_figures_can_be_reckoned_with(answer: str, source: str) -> None:
    said = parse(answer)
    for q in said:
        assert isinstance(reckoned(q, parse(source), said, answer), str)
