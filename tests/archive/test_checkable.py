from __future__ import annotations

import pytest

from qingjian.archive.checkable import not_checkable


@pytest.mark.parametrize(
    "statement",
    [
        "微波炉加热的饭菜会产生致癌物",
        "柳河县第三中学食堂用死猪肉做菜，42名学生住院",
        "学生证从9月1日起可以免费乘坐全国高铁",
        "某银行将于10月10日下调存款利率",
        "Vaccines contain microchips",
        "白塔湖景区一头圈养的老虎出逃并咬伤两名游客",
        "红霞路大桥开裂，将于下周炸毁",
    ],
)
def test_what_happened_or_is_can_be_checked(statement: str) -> None:
    assert not_checkable(statement) == ""


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("明年房价肯定会大涨", "a prediction"),
        ("专家预计下半年经济将大幅下滑", "a prediction"),
        ("这家公司太无耻了，毫无底线", "a value judgement"),
        ("这样的规定很不合理，不公平", "a value judgement"),
        ("新规释放了强烈的信号，将全面放开", "a reading of policy"),
        ("这意味着国家不再支持养老金", "a reading of policy"),
        ("吃香蕉是不是会导致便秘？", "a question"),
        ("请大家赶紧转发扩散出去", "a call"),
        ("假的假的", "too short"),
        ("长" * 500, "too long"),
        ("——！！！，。、；：……", "too short"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_words_that_show_it(
    statement: str, why: str
) -> None:
    assert not_checkable(statement).startswith(why)
