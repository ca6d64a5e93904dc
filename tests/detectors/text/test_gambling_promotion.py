from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingjian.core.errors import Abstain
from qingjian.core.types import Finding, Scored, Span, Text
from qingjian.detectors.text.gambling_promotion import gambling_promotion

scan = gambling_promotion.build()
ADVERT = "真人百家乐在线开户，首存100送100，返水日结，提款秒到"


def seen(text: str) -> Scored:
    return scan(Text(body=text))


def hits(text: str) -> list[Finding]:
    return [f for f in seen(text).findings if not f.opposed]


def test_an_invitation_is_found_at_its_place() -> None:
    (finding,) = hits("大家好。" + ADVERT)
    assert isinstance(finding.at, Span)
    assert finding.at == Span(6, 13)
    assert finding.evidence["rule"] == "invites"


def test_a_game_without_money_is_no_invitation() -> None:
    assert hits("周末来我家打麻将，不来钱，输的人洗碗") == []


def test_english_is_not_judged() -> None:
    with pytest.raises(Abstain, match="not written in Chinese"):
        seen("What lovely weather we are having today, is it not?")


def test_news_of_gambling_is_no_hit() -> None:
    assert hits("警方捣毁一个网络赌博团伙，其以百家乐返水招揽代理，抓获86名涉案人员。") == []


def test_symbols_between_letters_hide_nothing() -> None:
    assert hits("真人百·家·乐在线开·户，首存100送100，返·水日结，提款秒到")


@given(
    st.sampled_from(["你好。", "各位早。", "今天天气不错。"]), st.sampled_from(["谢谢。", "晚安。"])
)
@settings(max_examples=6)
def test_small_talk_around_it_changes_nothing(before: str, after: str) -> None:
    assert hits(before + ADVERT + after)
