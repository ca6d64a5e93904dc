from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.illicit_tool_tutorial import illicit_tool_tutorial

trial = Trial(illicit_tool_tutorial)
PLAIN = "教程：先从他朋友圈存几张正脸，再丢进换脸软件，最后套到视频上发给他家人，他们肯定信"
SHOWN = "教程：先从他朋友圈存几张正脸，再丢进换脸软件，最后套到视频上发给他家人，他们肯定信"
OTHER_ACT = "警方通报：嫌疑人先收集照片，再用换脸软件合成视频，最后冒充亲友借钱，已被刑事拘留。"
DISGUISED = "教程：先从TA朋友圈存几张正脸，再丢进换·脸·软件，最后套到视频上發給他家人，他们肯定信"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
