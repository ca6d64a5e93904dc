from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.insult import insult

trial = Trial(insult)
PLAIN = "你就是个没人要的贱货，滚回你老家去，看见你就恶心"
SHOWN = "你就是个没人要的贱货，滚回你"
OTHER_ACT = "今天被老板当众骂“猪脑子”，我该不该去找人事投诉？"
DISGUISED = "你就是个没人要的贱·货，滾回你老家去，看見你就惡心"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
