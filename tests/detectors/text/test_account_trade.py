from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.account_trade import account_trade

scan = account_trade.build()
ADVERT = "出抖音老号，19年注册，五千粉，实名可改，1200不议价，要的私聊"


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_an_offer_is_found_at_its_place() -> None:
    (finding,) = hits("大家好。" + ADVERT)
    assert isinstance(finding.at, Span)
    assert finding.at == Span(4, 32)
    assert finding.evidence["rule"] == "deals"


def test_an_owner_who_lost_an_account_is_no_trade() -> None:
    assert hits("我的微信号被盗了，绑的手机号也换了，怎么把账号找回来？") == []


def test_english_is_not_judged() -> None:
    with pytest.raises(Abstain, match="not written in Chinese"):
        seen("What lovely weather we are having today, is it not?")


def test_news_of_a_trade_is_no_hit() -> None:
    assert (
        hits("警方打掉一个出售抖音老号的团伙，账号1200一个，抓获嫌疑人12名，案件正在侦办。") == []
    )


def test_symbols_between_letters_hide_nothing() -> None:
    assert hits("出·抖·音·老·号，19年注册，五千粉，实名可改，1200不议价，要的私聊")


@given(
    st.sampled_from(["你好。", "各位早。", "今天天气不错。"]), st.sampled_from(["谢谢。", "晚安。"])
)
@settings(max_examples=6)
def test_small_talk_around_it_changes_nothing(before: str, after: str) -> None:
    assert hits(before + ADVERT + after)
