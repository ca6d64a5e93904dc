from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qingjian.detectors.instruments.contradict import Contradiction, contradictions
from qingjian.detectors.instruments.odds import read_weights
from qingjian.detectors.instruments.told import told

SOURCE = "昨天两车相撞，造成3人受伤。湖区门票旺季120元。一年期存款利率由1.55%下调至1.35%。"
WEIGHTS = read_weights("qingjian.detectors.text", "contradicted_figure.toml")


def found(text: str, *sources: str) -> list[Contradiction]:
    held = [told(s) for s in sources or (SOURCE,)]
    return list(contradictions(told(text), held, WEIGHTS, 1.0))


def pairs(text: str) -> list[tuple[str, str]]:
    return [
        (text[c.q.start : c.q.end], SOURCE[c.k.start : c.k.end])
        for c in found(text)
        if not c.against
    ]


def test_the_figure_that_tells_the_same_is_named() -> None:
    assert pairs("昨天两车相撞，13人受伤") == [("13人", "3人")]
    assert pairs("湖区门票旺季要180元了") == [("180元", "120元")]
    assert pairs("一年期存款利率1.05%") == [("1.05%", "1.55%")]


def test_figures_without_their_like_pass() -> None:
    for text in ("门票旺季一百二", "两车相撞，等了40分钟", "利率降了0.2个百分点", "他今年30岁", ""):
        assert found(text) == []


def test_a_text_that_also_has_the_source_s_figure_is_not_held_against_it() -> None:
    assert found("门票旺季从100元涨到120元") == []


def test_the_source_is_named_by_its_index() -> None:
    [one] = found("湖区门票旺季要180元了", "今天下雨。", SOURCE)
    assert one.source == 1


@given(st.text(alphabet="门票旺季0123456789元人受伤，。万%年月日", max_size=60))
def test_a_text_never_contradicts_itself(text: str) -> None:
    assert found(text, text) == []


def test_a_share_that_rises_in_one_and_falls_in_the_other_is_found() -> None:
    source = "澜石公司上半年净利润1.32亿元，同比增长11.5%，营业收入18.6亿元。"
    [one] = found("澜石公司净利润1.32亿元，同比下滑11.5%", source)
    assert (one.q.value, one.k.value, one.against) == (one.q.value, one.q.value, ())
    assert found("澜石公司净利润1.32亿元，同比涨了11.5%", source) == []
