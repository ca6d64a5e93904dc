from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.gore import gore

scan = gore.build()
card = gore.card
PLAIN = card.hits[0]
FILLER = st.sampled_from(["", "今天下午开会。", "我们在公园里散步。", "晚饭吃面条。"])


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_a_finding_quotes_what_stands_at_its_place() -> None:
    head = "大家好。"
    finding = hits(head + PLAIN)[0]
    assert finding.detector == card.id
    assert isinstance(finding.at, Span)
    assert 0 <= finding.at.start < finding.at.end <= len(head + PLAIN)
    assert "帮我画一" in (head + PLAIN)[finding.at.start : finding.at.end]


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


def test_symbols_between_letters_hide_nothing() -> None:
    assert hits("".join(c + "·" * (i % 3 == 0) for i, c in enumerate(PLAIN)))


@given(FILLER, FILLER)
@settings(max_examples=16)
def test_plain_words_around_it_do_not_lose_it(before: str, after: str) -> None:
    assert hits(before + PLAIN + after)
