from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.kin_fraud import kin_fraud

scan = kin_fraud.build()
PLAIN = "妈，我手机掉水里了，这是同学的号，先转三千到老师卡上，别打旧号"


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_a_false_child_is_found_at_its_place() -> None:
    finding = hits(PLAIN)[0]
    assert isinstance(finding.at, Span)
    assert (
        PLAIN[finding.at.start : finding.at.end]
        == "妈，我手机掉水里了，这是同学的号，先转三千到老师卡上，别打"
    )
    assert finding.evidence["rule"] == "new_number"


def test_an_everyday_text_is_no_hit() -> None:
    assert hits("妈，我到家了，晚上想吃红烧肉") == []


def test_english_is_not_judged() -> None:
    with pytest.raises(Abstain, match="not written in Chinese"):
        seen("What lovely weather we are having today, is it not?")


def test_a_warning_is_no_hit() -> None:
    assert (
        hits(
            "反诈提醒：收到“妈，我手机掉水里了，先转三千”这类短信，请先打原来的电话核实，谨防骗子。"
        )
        == []
    )


def test_symbols_between_letters_hide_nothing() -> None:
    assert hits("妈，我手·机掉水里了，这是同学的号，先·转三千到老师卡·上，别打旧号")


@given(
    st.sampled_from(["你好。", "各位早。", "今天天气不错。"]), st.sampled_from(["谢谢。", "晚安。"])
)
@settings(max_examples=6)
def test_small_talk_around_it_changes_nothing(before: str, after: str) -> None:
    assert hits(before + PLAIN + after)
