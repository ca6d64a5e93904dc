from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.forged_notice import forged_notice

trial = Trial(forged_notice)
PLAIN = "【教育局通知】补缴学杂费1280元，请家长今日转账到张老师个人微信，逾期影响学籍。"
SHOWN = "教育局通知】补缴学杂费1280元，请家长今日转账到张老师个人微信"
OTHER_ACT = "【辟谣】网传“水务局紧急通知，明天停水五天，赶快转发到各群”系谣言，供水正常。"
DISGUISED = "【教·育·局通知】补缴学杂费1280元，请家长今日转账到张老师个·人·微·信，逾期影响学籍。"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
