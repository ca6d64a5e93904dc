from __future__ import annotations

from qingjian.detectors.instruments.anchors import compare, read
from qingjian.detectors.instruments.odds import Facts
from qingjian.detectors.instruments.retelling import retelling
from qingjian.detectors.instruments.told import told

OLDER = "6月17日，桂平路一辆公交车自燃，司机打开全部车门，48秒内疏散了32名乘客，无人受伤。"


def facts(text: str, older: str = OLDER) -> Facts:
    return retelling(told(text), told(older), compare(read(text), read(older)))


def test_a_retelling_keeps_words_and_figures() -> None:
    again = facts("昨天松江路一辆公交自燃，司机开了车门，48秒疏散三十二名乘客")
    other = facts("昨天坐公交，空调坏了，三十多个人闷了二十分钟")
    for name in ("words", "common", "letters", "kept", "kept_of_older"):
        assert again[name] > other[name]
    assert again["other_figures"] == 0 < other["other_figures"]


def test_a_report_without_figures_counts_as_some_kept() -> None:
    assert facts("公交自燃了", "公交车自燃")["kept_of_older"] == 0.3
    assert facts("", "")["words"] == 0
