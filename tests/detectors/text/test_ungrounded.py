from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import chinese

from qingjian.core.errors import Abstain
from qingjian.core.types import About, Finding, Span, Text
from qingjian.detectors.text.ungrounded import ungrounded

SERVICE = About(role="assistant")
scan = ungrounded.build()


def findings(text: str, *sources: str) -> tuple[Finding, ...]:
    return scan(Text(body=text, sources=sources, about=SERVICE)).findings


def quotes(text: str, *sources: str) -> list[str]:
    """Give the words of each unopposed finding."""
    places = [f.at for f in findings(text, *sources) if not f.opposed]
    return [text[at.start : at.end] for at in places if isinstance(at, Span)]


def test_a_detail_is_found_with_its_place_and_what_stands_nearest() -> None:
    (finding,) = findings("每户可领取补贴３万元。", "每户发放补贴2万元,共500户,费用80元。")
    assert finding.at == Span(7, 10)
    assert dict(finding.evidence) == {"detail": "３万元", "kind": "number", "nearest": "2万元"}
    assert finding.why == "'３万元' is not in the sources: the sources say '2万元'"
    assert (finding.detector, finding.severity, finding.score) == (
        "text.ungrounded",
        "medium",
        None,
    )


@pytest.mark.parametrize(
    ("text", "source", "said"),
    [
        ("9月18日下午三点开会。", "2024年9月16日15:00开会。", ["9月18日"]),
        ("依据第一千零八十七条。", "第一千零八十四条 父母与子女", ["第一千零八十七条"]),
        ("执行GB/T 29602标准。", "执行GB/T 31121标准。", ["GB/T 29602"]),
        ("可以加用瑞舒伐他汀。", "继续服用阿托伐他汀。", ["瑞舒伐他汀"]),
        ("逾期加收千分之三。", "逾期加收千分之一。", ["千分之三"]),
        ("编码I10。", "编码E11.9。", ["I10"]),
        ("15:20到达。", "15:25到达。", ["15:20"]),
        ("最多500g。", "最多500mg。", ["500g"]),
    ],
)
def test_what_no_source_holds_is_found(text: str, source: str, said: list[str]) -> None:
    assert quotes(text, source) == said


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("一次半克,隔六小时。", "每次500mg,间隔6小时。"),
        ("净利润降了四分之一。", "净利润同比下降25%。"),
        ("两项合计1500元。", "材料费900元,人工费600元。"),
        ("比去年多了200人。", "今年2100名,去年1900名。"),
        ("约48.6万人。", "常住人口486,231人。"),
        ("六百多页。", "共632页。"),
        ("第一步打开设置,第二步重置。", "打开设置,重置。"),
        ("1. 备份\n2. 重启", "备份,重启。"),
        ("资料[1]说5月1日施行。", "2024年5月1日起施行。"),
        ("增长率是50%。", "2022年200万元,2023年300万元。"),
        ("千万不要停药,万一不适就医。", "不要停药。"),
        ("这是一种常见的问题。", "问题常见。"),
        ("持续两年零六个月。", "30个月。"),
        ("2/3以上同意,也就是三分之二。", "须经2/3以上通过。"),
    ],
)
def test_what_the_sources_hold_or_what_follows_from_them_is_not_found(
    text: str, source: str
) -> None:
    assert quotes(text, source) == []


@pytest.mark.parametrize("text", ["材料没有提到2025年的数据。", "假设您每月缴费500元。"])
def test_what_is_said_to_be_missing_or_supposed_is_opposed(text: str) -> None:
    (finding,) = findings(text, "按月缴费。")
    assert finding.opposed


def test_without_sources_and_for_other_authors_nothing_is_judged() -> None:
    with pytest.raises(Abstain, match="no sources were given"):
        findings("3万元")
    for role in ("user", "author"):
        with pytest.raises(Abstain, match="only text the service wrote"):
            scan(Text(body="3万元", sources=("2万元",), about=About(role=role)))
    assert len(scan(Text(body="3万元", sources=("2万元",))).findings) == 1


def test_too_many_details_are_not_judged_in_part() -> None:
    with pytest.raises(Abstain, match="too many details"):
        findings("1元," * 2000, "2元," * 2000)


@pytest.mark.parametrize(("near", "found"), [(0.01, True), (0.05, False)])
def test_how_near_is_as_asked_for(near: float, found: bool) -> None:
    item = Text(body="约1180人。", sources=("1150人。",))
    assert bool(ungrounded.build(near=near)(item).findings) is found


@given(chinese, st.integers(20, 9999), st.sampled_from(["元", "公斤", "岁", "%"]))
def test_a_text_is_grounded_in_itself(words: str, value: int, unit: str) -> None:
    text = f"{words},{value}{unit}。"
    assert findings(text, text) == ()


@given(st.integers(20, 9999), chinese)
def test_more_sources_never_add_a_finding(value: int, more: str) -> None:
    text = f"费用{value}元。"
    few = quotes(text, "费用10元。")
    assert set(quotes(text, "费用10元。", more)) <= set(few)
