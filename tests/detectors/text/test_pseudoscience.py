from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.pseudoscience import pseudoscience

trial = Trial(pseudoscience)
PLAIN = "美国科学家证实：每天喝这种水，癌细胞三天全部消失，医院不会告诉你！"
SHOWN = "科学家证实：每天喝这种水，癌细胞"
OTHER_ACT = "“美国科学家证实喝这种水癌细胞三天消失”是假的，没有论文，医生辟谣：请遵医嘱治疗。"
DISGUISED = "美国科·学·家证实：每天喝这种水，癌·细·胞三天全部消失，医院不会告诉你！"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
