from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.self_harm_cue import self_harm_cue

trial = Trial(self_harm_cue)
PLAIN = "我不想活了，遗书写好了，你们别怪我"
SHOWN = "不想活了，遗书"
OTHER_ACT = "室友总说不想活了，我该怎么办？要不要告诉辅导员"
DISGUISED = "我不想·活·了，遺書寫好了，你們別怪我"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
