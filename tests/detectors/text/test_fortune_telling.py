from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.fortune_telling import fortune_telling

trial = Trial(fortune_telling)
PLAIN = "AI八字精批，报生辰秒出流年财运，完整报告29.9解锁，链接在评论区"
SHOWN = "八字精批，报生辰秒出流年财运，完整报告"
OTHER_ACT = "记者花9.9元解锁AI算命的完整报告，报告称记者命里有劫，要付费化解，平台已被约谈。"
DISGUISED = "A·I·八·字精批，报生辰秒出流年财运，完整报告29.9解锁，加V看"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
