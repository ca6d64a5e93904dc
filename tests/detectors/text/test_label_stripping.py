from __future__ import annotations

from tests.detectors.trial import Trial

from qingjian.detectors.text.label_stripping import label_stripping

trial = Trial(label_stripping)
PLAIN = "去AI标识工具，一键批量，显式隐式都清，月卡29自动发卡"
SHOWN = "去AI标识工具"
OTHER_ACT = "市场监管部门查处一批销售AI标识去除工具的网店，没收违法所得十余万元。"
DISGUISED = "去·A·I·标·识工具，一键批量，顯式隱式都清，月卡29自动发卡"


def test_its_place_is_the_words_that_show_it() -> None:
    assert SHOWN in trial.quotes("大家好。" + PLAIN)


def test_the_same_words_in_another_act_pass() -> None:
    assert trial.hits(OTHER_ACT) == []


def test_symbols_and_traditional_letters_hide_nothing() -> None:
    assert trial.hits(DISGUISED)
