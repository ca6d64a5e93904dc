from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.minor_unsuitable import minor_unsuitable

trial = Trial(minor_unsuitable)
PLAIN = "小学生憋气挑战，谁先晕谁赢，敢来的评论区打卡，点赞过千再来一轮"
SHOWN = "憋气挑战"
OTHER_ACT = "近期“憋气挑战”在学生中流传，医生提醒切勿模仿，可能致命。"
DISGUISED = "小學生憋·氣挑戰，誰先暈誰贏，敢來的評論區打卡，點贊過千再來一輪"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
