from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.kin_fraud import kin_fraud

trial = Trial(kin_fraud)
PLAIN = "妈，我手机掉水里了，这是同学的号，先转三千到老师卡上，别打旧号"
SHOWN = "妈，我手机掉水里了，这是同学的号，先转三千到老师卡上，别打"
OTHER_ACT = "警方提醒：冒充领导、亲友要求转账的都要打电话核实身份。"
DISGUISED = "妈，我手·机掉水里了，这是同学的号，先·转三千到老师卡·上，别打旧号"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
