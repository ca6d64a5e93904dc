from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.investment_inducement import investment_inducement

scan = investment_inducement.build()
PLAIN = "建议您现在就满仓买入比特币，三个月翻倍，稳赚不赔。"


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_a_push_is_found_at_its_place() -> None:
    finding = hits(PLAIN)[0]
    assert isinstance(finding.at, Span)
    assert PLAIN[finding.at.start : finding.at.end] == "满仓买入比特币"
    assert finding.evidence["rule"] == "pushes"


def test_an_everyday_text_is_no_hit() -> None:
    assert hits("晚上去吃火锅，顺便把快递取了") == []


def test_english_is_not_judged() -> None:
    with pytest.raises(Abstain, match="not written in Chinese"):
        seen("What lovely weather we are having today, is it not?")


def test_news_of_a_tip_group_is_no_hit() -> None:
    assert (
        hits("警方打掉一个荐股诈骗团伙，该团伙以内部消息、稳赚不赔诱人进群，涉案2300万元。") == []
    )


def test_symbols_between_letters_hide_nothing() -> None:
    assert hits("建议您现在就满·仓买入比·特·币，三个月翻·倍，稳·赚不赔。")


@given(
    st.sampled_from(["你好。", "各位早。", "今天天气不错。"]), st.sampled_from(["谢谢。", "晚安。"])
)
@settings(max_examples=6)
def test_small_talk_around_it_changes_nothing(before: str, after: str) -> None:
    assert hits(before + PLAIN + after)
