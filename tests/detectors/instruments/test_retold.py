from __future__ import annotations

import pytest

from qingjian.core.known import Known
from qingjian.detectors.instruments.retold import changed, told_as_past

OLDER = Known(
    "event",
    "6月17日，桂平路一辆公交车自燃，司机赵师傅疏散乘客，伤者已出院。",
    published_at="2023-06-18",
)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("昨天一辆公交车自燃", ["time: 昨天"]),
        ("8月3日，桂平路公交车自燃", ["time: 8月3日"]),
        ("2024年6月17日，桂平路公交车自燃", []),
        ("2024年7月1日，桂平路公交车自燃", ["time: 2024年7月1日"]),
        ("2022年8月1日，桂平路公交车自燃", []),
        ("6月17日，松江路公交车自燃", ["place: 松江路"]),
        ("6月17日，桂平路公交车自燃，王师傅疏散乘客", ["person: 王师傅"]),
        ("6月17日，桂平路公交车自燃，赵师傅疏散乘客", []),
    ],
)
def test_time_place_and_person_that_the_older_report_has_not(text: str, what: list[str]) -> None:
    assert list(changed(text, OLDER)) == what


def test_words_of_the_older_report_itself_show_nothing() -> None:
    assert list(told_as_past("伤者已出院", OLDER)) == []
    assert list(told_as_past("回顾那起自燃，法院今天判决", OLDER)) == [
        "it tells it as past: 回顾",
        "it tells what followed: 判决",
    ]
