from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.pseudoscience import pseudoscience

scan = pseudoscience.build()
card = pseudoscience.card
PLAIN = "美国科学家证实：每天喝这种水，癌细胞三天全部消失，医院不会告诉你！"
DISGUISED = "美国科·学·家证实：每天喝这种水，癌·细·胞三天全部消失，医院不会告诉你！"
DEBUNK = "“美国科学家证实喝这种水癌细胞三天消失”是假的，没有论文，医生辟谣：请遵医嘱治疗。"
FILLER = st.sampled_from(["", "今天下午开会。", "我们在公园里散步。", "晚饭吃面条。"])


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_a_rule_gives_the_exact_place() -> None:
    head = "大家好。"
    (finding,) = hits(head + PLAIN)
    assert finding.detector == "text.pseudoscience"
    assert isinstance(finding.at, Span)
    quote = (head + PLAIN)[finding.at.start : finding.at.end]
    assert quote == "科学家证实：每天喝这种水，癌细胞"
    assert finding.evidence["rule"] == "miracle_by_authority"


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
    [("专家", "fewer than 4 letters"), ("Scientists prove it cures", "not written in Chinese")],
)
def test_what_it_cannot_judge_it_does_not(text: str, reason: str) -> None:
    with pytest.raises(Abstain, match=reason):
        seen(text)


def test_a_debunk_that_quotes_a_miracle_passes() -> None:
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
