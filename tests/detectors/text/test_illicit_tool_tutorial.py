from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.illicit_tool_tutorial import illicit_tool_tutorial

scan = illicit_tool_tutorial.build()
card = illicit_tool_tutorial.card
PLAIN = "教程：先从他朋友圈存几张正脸，再丢进换脸软件，最后套到视频上发给他家人，他们肯定信"
DISGUISED = "教程：先从TA朋友圈存几张正脸，再丢进换·脸·软件，最后套到视频上發給他家人，他们肯定信"
NEWS = "警方通报：嫌疑人先收集照片，再用换脸软件合成视频，最后冒充亲友借钱，已被刑事拘留。"
FILLER = st.sampled_from(["", "今天下午开会。", "我们在公园里散步。", "晚饭吃面条。"])


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_a_rule_gives_the_exact_place() -> None:
    head = "大家好。"
    (finding,) = hits(head + PLAIN)
    assert finding.detector == "text.illicit_tool_tutorial"
    assert isinstance(finding.at, Span)
    quote = (head + PLAIN)[finding.at.start : finding.at.end]
    assert (
        quote
        == "教程：先从他朋友圈存几张正脸，再丢进换脸软件，最后套到视频上发给他家人，他们肯定信"
    )
    assert finding.evidence["rule"] == "fakes"


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
    [("好的", "fewer than 4 letters"), ("What lovely weather we have", "not written in Chinese")],
)
def test_what_it_cannot_judge_it_does_not(text: str, reason: str) -> None:
    with pytest.raises(Abstain, match=reason):
        seen(text)


def test_a_report_of_it_passes_and_says_why() -> None:
    assert hits(NEWS) == []
    (finding,) = seen(NEWS).findings
    assert any(said.startswith("news") for said in finding.against)


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
