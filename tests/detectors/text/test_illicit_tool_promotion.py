from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detectors.text.disguise import assert_same_answer
from tests.strategies import Disguised, disguised, mixed

from qingjian.core.errors import Abstain
from qingjian.core.types import About, Scored, Span, Text, found
from qingjian.detectors.instruments.fold import fold
from qingjian.detectors.instruments.grams import grams
from qingjian.detectors.instruments.linear import load_linear
from qingjian.detectors.instruments.match import MOST_HITS
from qingjian.detectors.text import illicit_tool_promotion as room
from qingjian.detectors.text.illicit_tool_promotion import illicit_tool_promotion

scan = illicit_tool_promotion.build()
ADVERT = "AI一键去衣，上传照片秒出图，月卡68，加V：tuxi009"


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def test_an_offer_is_found_from_its_first_word_to_its_last() -> None:
    head = "大家好。"
    text = head + ADVERT + "。"
    (finding,) = seen(text).findings
    assert (finding.detector, finding.opposed) == ("text.illicit_tool_promotion", False)
    assert isinstance(finding.at, Span)
    quote = text[finding.at.start : finding.at.end]
    assert finding.at.start >= len(head)
    assert quote.startswith("一键去衣")
    words = [w for slot in finding.evidence.values() if isinstance(slot, tuple) for w in slot]
    assert any(quote.endswith(word) and not quote.startswith(word) for word in words)
    assert all(word in quote for word in words)


def test_what_speaks_against_a_hit_is_told_as_evidence() -> None:
    finding = found("why", Span(0, 2), against=("a warning: 骗子",), rule="offers")
    hit = room._hit(finding, 0.9)
    assert (hit.score, hit.against, hit.at) == (0.9, (), Span(0, 2))
    assert dict(hit.evidence) == {"rule": "offers", "despite": ("a warning: 骗子",)}
    assert dict(room._hit(room._hit(finding, 0.9), 0.8).evidence) == dict(hit.evidence)


@given(st.one_of(mixed, st.text(st.sampled_from("换脸去衣加V月卡68的。,"), min_size=1)))
def test_an_offer_without_a_rule_is_shown_by_the_words_that_weigh_most(text: str) -> None:
    model = load_linear("qingjian.detectors.text", "illicit_tool_promotion.model")
    body = fold(text)
    if grams(body).n == 0:
        return
    finding = room._whole(body, model, model.judge(grams(body)))
    assert isinstance(finding.at, Span)
    assert 0 <= finding.at.start < finding.at.end <= len(text)
    words = finding.evidence["weighs_most"]
    assert isinstance(words, tuple)
    shown = words[0] if words else text[finding.at.start : finding.at.end]
    assert finding.why == f"reads like an offer of a tool for abuse: {shown}"


@pytest.mark.parametrize("text", illicit_tool_promotion.card.hits)
def test_a_hit_of_the_card_is_unopposed_and_scored(text: str) -> None:
    scored = seen(text)
    assert scored.findings
    for finding in scored.findings:
        assert (finding.opposed, finding.severity) == (False, "high")
        assert finding.score == scored.score
        assert isinstance(finding.at, Span)
        assert 0 <= finding.at.start < finding.at.end <= len(text)
    assert scored.score > 0.5


@pytest.mark.parametrize(
    "text",
    [*illicit_tool_promotion.card.misses, "今天天气很好，我们去公园散步。", "周末去看川剧变脸。"],
)
def test_what_offers_nothing_for_abuse_has_no_unopposed_finding(text: str) -> None:
    assert [f for f in seen(text).findings if not f.opposed] == []


def test_text_in_another_language_is_not_judged() -> None:
    with pytest.raises(Abstain, match="not written in Chinese"):
        seen("What lovely weather we are having today, is it not?")


def test_too_many_terms_are_not_judged_in_part() -> None:
    with pytest.raises(Abstain, match=f"more than {MOST_HITS}"):
        seen("换脸" * MOST_HITS)


@pytest.mark.parametrize("hit", illicit_tool_promotion.card.hits)
@given(data=st.data())
@settings(max_examples=25)
def test_a_disguise_changes_nothing(hit: str, data: st.DataObject) -> None:
    text: Disguised = data.draw(disguised(hit))
    assert_same_answer(scan, text, About())


@given(
    st.one_of(
        mixed,
        st.lists(
            st.sampled_from(["换脸", "去衣", "加V", "月卡68", "警方", "冒充", "的", "。", "授权"]),
            max_size=20,
        ).map("".join),
    )
)
def test_every_finding_stands_in_the_text_and_shares_the_score(text: str) -> None:
    try:
        scored = seen(text)
    except Abstain:
        return
    assert 0.0 <= scored.score <= 1.0
    for finding in scored.findings:
        assert isinstance(finding.at, Span)
        assert 0 <= finding.at.start < finding.at.end <= len(text)
        assert finding.score == scored.score
        assert finding.why
