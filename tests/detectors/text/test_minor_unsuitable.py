from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.minor_unsuitable import minor_unsuitable

scan = minor_unsuitable.build()
card = minor_unsuitable.card
PLAIN = "小学生憋气挑战，谁先晕谁赢，敢来的评论区打卡，点赞过千再来一轮"
QUOTE = "憋气挑战"
DISGUISED = "小學生憋·氣挑戰，誰先暈誰贏，敢來的評論區打卡，點贊過千再來一輪"
OPPOSED = "近期“憋气挑战”在学生中流传，医生提醒切勿模仿，可能致命。"
FILLER = st.sampled_from(["", "今天下午开会。", "晚饭吃面条。"])


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_a_rule_gives_the_exact_place() -> None:
    places = []
    for finding in hits(PLAIN):
        assert finding.detector == card.id
        assert isinstance(finding.at, Span)
        places.append(PLAIN[finding.at.start : finding.at.end])
    assert QUOTE in places


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


def test_what_speaks_against_it_makes_it_pass() -> None:
    assert hits(OPPOSED) == []


def test_a_disguise_is_found() -> None:
    assert hits(DISGUISED)


@given(FILLER, FILLER)
@settings(max_examples=9)
def test_plain_words_around_it_do_not_lose_it(before: str, after: str) -> None:
    found = hits(before + PLAIN + after)
    assert found
    for finding in found:
        assert isinstance(finding.at, Span)
        assert 0 <= finding.at.start < finding.at.end <= len(before + PLAIN + after)
