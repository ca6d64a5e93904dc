from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.account_trade import account_trade

trial = Trial(account_trade)
PLAIN = "出抖音老号，19年注册，五千粉，实名可改，1200不议价，要的私聊"
SHOWN = "出抖音老号，19年注册，五千粉，实名可改，1200不议价"
OTHER_ACT = "警方打掉一个出售抖音老号的团伙，账号1200一个，抓获嫌疑人12名，案件正在侦办。"
DISGUISED = "出·抖·音·老·号，19年注册，五千粉，实名可改，1200不议价，要的私聊"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
