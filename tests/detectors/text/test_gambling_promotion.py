from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.gambling_promotion import gambling_promotion

trial = Trial(gambling_promotion)
PLAIN = "真人百家乐在线开户，首存100送100，返水日结，提款秒到"
SHOWN = "百家乐在线开户"
OTHER_ACT = "警方捣毁一个网络赌博团伙，其以百家乐返水招揽代理，抓获86名涉案人员。"
DISGUISED = "真人百·家·乐在线开·户，首存100送100，返·水日结，提款秒到"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
