from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detectors.text.disguise import assert_same_answer
from tests.strategies import Disguised, chinese, disguised, mixed

from qingjian.core.errors import Abstain
from qingjian.core.types import About, Finding, Scored, Span, Text
from qingjian.detectors.instruments.grams import grams_of
from qingjian.detectors.instruments.linear import load_linear
from qingjian.detectors.text.scam import LEAST_LETTERS, scam

scan = scam.build()
PHISHING = "尊敬的用户，您的银行卡积分即将清零，请登录 www.ccb-jf.cc 输入卡号密码兑换现金。"


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def only(text: str) -> Finding:
    (finding,) = seen(text).findings
    return finding


def test_the_words_that_carry_the_score_are_given_with_their_place() -> None:
    head = "今天的天气真不错，我们大家一起去公园里散步看花，晚上回家吃饭。" * 8
    text = head + PHISHING
    finding = only(text)
    assert isinstance(finding.at, Span)
    assert len(head) - 2 <= finding.at.start < finding.at.end <= len(text)
    words = finding.evidence["weighs_most"]
    assert isinstance(words, tuple)
    assert words
    assert all(word.rstrip("…") in text for word in words)
    assert words[0] in finding.why


@pytest.mark.parametrize("text", scam.card.hits)
def test_a_hit_of_the_card_is_unopposed_and_scored(text: str) -> None:
    scored = seen(text)
    (finding,) = scored.findings
    assert (finding.detector, finding.severity, finding.opposed) == ("text.scam", "high", False)
    assert finding.score == scored.score > 0.5


@pytest.mark.parametrize("text", [*scam.card.misses, "今天天气很好，我们去公园散步。"])
def test_what_defrauds_nobody_has_no_unopposed_finding(text: str) -> None:
    assert [f for f in seen(text).findings if not f.opposed] == []


def test_a_warning_that_quotes_a_fraud_is_opposed() -> None:
    finding = only("反诈提醒：" + PHISHING)
    assert finding.severity == "info"
    assert "a warning against fraud: 反诈" in finding.against


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", f"fewer than {LEAST_LETTERS} letters"),
        ("转账吗?", f"fewer than {LEAST_LETTERS} letters"),
        ("8000 8000 8000", f"fewer than {LEAST_LETTERS} letters"),
        ("Please log in at once to claim your prize", "not written in Chinese"),
    ],
)
def test_what_it_cannot_judge_it_does_not(text: str, reason: str) -> None:
    with pytest.raises(Abstain, match=reason):
        seen(text)


def test_words_the_training_never_saw_are_not_judged() -> None:
    model = load_linear("qingjian.detectors.text", "scam.model")
    every = map(chr, range(0x4E00, 0x9FA5))
    strange = [c for c in every if not model.weights[grams_of(c).index[0]].any()][:12]
    with pytest.raises(Abstain, match="never stood in the training data"):
        seen("".join(strange))


@pytest.mark.parametrize("hit", scam.card.hits)
@given(data=st.data())
@settings(max_examples=25)
def test_a_disguise_changes_nothing(hit: str, data: st.DataObject) -> None:
    text: Disguised = data.draw(disguised(hit))
    assert_same_answer(scan, text, About())


@given(st.one_of(mixed, chinese, st.builds(lambda a, b: a + PHISHING + b, mixed, chinese)))
def test_every_finding_stands_in_the_text_and_shares_the_score(text: str) -> None:
    try:
        scored = seen(text)
    except Abstain as abstain:
        assert abstain.reason
        return
    assert 0.0 <= scored.score <= 1.0
    for finding in scored.findings:
        assert isinstance(finding.at, Span)
        assert 0 <= finding.at.start < finding.at.end <= len(text)
        assert finding.score == scored.score
