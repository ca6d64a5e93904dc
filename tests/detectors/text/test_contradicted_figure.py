from __future__ import annotations

import pytest
from tests.detectors.text.known import hits, seen

from qingjian.core.errors import Abstain
from qingjian.core.known import Known
from qingjian.core.types import Span, Text
from qingjian.detectors.text.contradicted_figure import contradicted_figure

SOURCE = Known(
    "source",
    "因管道检修，春河路将于7月2日停水两天，影响居民1200户。6周岁以下儿童免费领水，每户补贴80～120元。",
    id="s1",
    publisher="水务集团",
    published_at="2025-06-30",
)


def test_both_quotations_and_both_figures_are_shown() -> None:
    text = "大家注意，春河路将于7月5日停水两天！"
    [finding] = hits(contradicted_figure, text, SOURCE)
    assert finding.why == "'7月5日', where the source says '7月2日'"
    assert finding.evidence["said"] == "大家注意，春河路将于7月5日停水两天"
    assert "7月2日停水两天" in str(finding.evidence["source"])
    assert finding.evidence["cited"] == "水务集团, 2025-06-30"
    assert isinstance(finding.at, Span)
    assert text[finding.at.start : finding.at.end] == "7月5日"


@pytest.mark.parametrize(
    "text",
    [
        "春河路七月二号停水2天，影响一千二百户",
        "春河路停水48小时，影响居民1200户",
        "春河路停水，影响居民大约1.2千户",
        "我去春河路跑了5公里",
        "春河路停水两天，五岁的孩子免费领水，补贴一百元",
        "通知",
    ],
)
def test_the_same_rounded_within_or_of_something_else_passes(text: str) -> None:
    assert hits(contradicted_figure, text, SOURCE) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("春河路将于7月2日停水，网传影响居民5000户", "it corrects"),
        ("最新：春河路停水影响居民1500户", "it may be newer"),
        ("要是春河路停水影响居民3000户就麻烦了", "it does not state it"),
        ("去年春河路停水影响居民3000户", "it may speak of another time"),
        ("2023年春河路停水影响居民3000户", "it may speak of another time"),
        ("春河路停水，每户补贴90元", "it lies within"),
    ],
)
def test_what_speaks_against_it_is_told(text: str, why: str) -> None:
    assert hits(contradicted_figure, text, SOURCE) == []
    findings = seen(contradicted_figure, text, SOURCE)
    assert any(reason.startswith(why) for f in findings for reason in f.against), findings


def test_a_place_is_swapped_in_a_sentence_that_is_otherwise_the_same() -> None:
    text = "因管道检修，秋水路将于7月2日停水两天，影响居民1200户。"
    [finding] = hits(contradicted_figure, text, SOURCE)
    assert finding.evidence["kind"] == "name"
    assert finding.why == "'秋水路', where the source says '春河路'"


def test_a_general_word_does_not_contradict_a_name() -> None:
    source = Known("source", "火灾造成2人受伤，伤者已送市第一医院救治。")
    assert hits(contradicted_figure, "火灾造成2人受伤，伤者已送医院救治。", source) == []
    [named] = hits(contradicted_figure, "火灾造成2人受伤，伤者已送市第三医院救治。", source)
    assert named.why == "'第三医院', where the source says '第一医院'"


def test_what_is_no_source_is_not_compared() -> None:
    scan = contradicted_figure.build()
    with pytest.raises(Abstain, match="no archive"):
        scan(Text(body="停水五天"))
    claim = Known("claim", "春河路停水两天")
    assert scan(Text(body="春河路停水五天", known=(claim,))).findings == ()
