from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.investment_inducement import investment_inducement

trial = Trial(investment_inducement)
PLAIN = "建议您现在就满仓买入比特币，三个月翻倍，稳赚不赔。"
SHOWN = "满仓买入比特币"
OTHER_ACT = "警方打掉一个荐股诈骗团伙，该团伙以内部消息、稳赚不赔诱人进群，涉案2300万元。"
DISGUISED = "建议您现在就满·仓买入比·特·币，三个月翻·倍，稳·赚不赔。"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
