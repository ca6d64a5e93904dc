from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.forged_notice import forged_notice

scan = forged_notice.build()
card = forged_notice.card
PLAIN = "【教育局通知】补缴学杂费1280元，请家长今日转账到张老师个人微信，逾期影响学籍。"
DISGUISED = "【教·育·局通知】补缴学杂费1280元，请家长今日转账到张老师个·人·微·信，逾期影响学籍。"
DEBUNK = "【辟谣】网传“水务局紧急通知，明天停水五天，赶快转发到各群”系谣言，供水正常。"
FILLER = st.sampled_from(["", "今天下午开会。", "我们在公园里散步。", "晚饭吃面条。"])


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_a_rule_gives_the_exact_place() -> None:
    head = "大家好。"
    (finding,) = hits(head + PLAIN)
    assert finding.detector == "text.forged_notice"
    assert isinstance(finding.at, Span)
    quote = (head + PLAIN)[finding.at.start : finding.at.end]
    assert quote == "教育局通知】补缴学杂费1280元，请家长今日转账到张老师个人微信"
    assert finding.evidence["rule"] == "private_dealing"


@pytest.mark.parametrize("text", card.hits)
def test_a_hit_of_the_card_is_unopposed_and_scored(text: str) -> None:
    scored = seen(text)
    assert hits(text)
    assert {f.score for f in scored.findings} == {scored.score}
    assert {f.severity for f in hits(text)} == {card.severity}


@pytest.mark.parametrize("text", [*card.misses, card.lookalike, "今天天气很好，我们去公园散步。"])
def test_innocent_text_has_no_unopposed_finding(text: str) -> None:
    assert hits(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [("转发", "fewer than 4 letters"), ("Please share this notice", "not written in Chinese")],
)
def test_what_it_cannot_judge_it_does_not(text: str, reason: str) -> None:
    with pytest.raises(Abstain, match=reason):
        seen(text)


def test_a_debunk_that_quotes_a_forgery_passes() -> None:
    assert hits(DEBUNK) == []


def test_a_disguise_is_found() -> None:
    assert hits(DISGUISED)


@given(FILLER, FILLER)
@settings(max_examples=16)
def test_plain_words_around_it_do_not_lose_it(before: str, after: str) -> None:
    found = hits(before + PLAIN + after)
    assert found
    for finding in found:
        assert isinstance(finding.at, Span)
        assert 0 <= finding.at.start < finding.at.end <= len(before + PLAIN + after)
