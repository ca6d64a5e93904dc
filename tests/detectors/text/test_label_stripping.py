from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.label_stripping import label_stripping

scan = label_stripping.build()
card = label_stripping.card
PLAIN = "去AI标识工具，一键批量，显式隐式都清，月卡29自动发卡"
DISGUISED = "去·A·I·标·识工具，一键批量，顯式隱式都清，月卡29自动发卡"
NEWS = "市场监管部门查处一批销售AI标识去除工具的网店，没收违法所得十余万元。"
FILLER = st.sampled_from(["", "今天下午开会。", "我们在公园里散步。", "晚饭吃面条。"])


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_a_rule_gives_the_exact_place() -> None:
    head = "大家好。"
    (finding,) = hits(head + PLAIN)
    assert finding.detector == "text.label_stripping"
    assert isinstance(finding.at, Span)
    quote = (head + PLAIN)[finding.at.start : finding.at.end]
    assert quote == "去AI标识工具"
    assert finding.evidence["rule"] == "offers"


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
