from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.sexual import sexual

trial = Trial(sexual)
PLAIN = "寂寞少妇今晚想找人，酒店我开，会撒娇会伺候人，懂的加微私聊"
SHOWN = "寂寞少妇今晚"
OTHER_ACT = "警方端掉一个以寂寞少妇为名的招嫖团伙，抓获嫌疑人，提醒市民勿信。"
DISGUISED = "寂★寞★少妇今晚想找人，酒店我开，会撒娇会伺候人，懂的加薇私聊"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
