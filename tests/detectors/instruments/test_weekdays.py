from __future__ import annotations

import pytest

from qingjian.detectors.instruments.weekdays import same_day, weekdays


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("每周二免费", "每周二", 0b10),
        ("周二、周四上午", "周二、周四", 0b1010),
        ("礼拜天见", "礼拜天", 0b1000000),
        ("星期日", "星期日", 0b1000000),
        ("每周一三五打疫苗", "每周一三五", 0b10101),
    ],
)
def test_days_are_read_as_bits(text: str, said: str, value: int) -> None:
    [q] = weekdays(text)
    assert (text[q.start : q.end], int(q.value)) == (said, value)


@pytest.mark.parametrize("text", ["周年庆", "本周发布", "一周两次", "周围的人", "四周都是山", ""])
def test_what_names_no_day_is_passed_over(text: str) -> None:
    assert weekdays(text) == []


def test_two_runs_with_a_day_in_common_agree() -> None:
    [one], [other], [third] = weekdays("周一三五"), weekdays("每周五"), weekdays("周六")
    assert same_day(one, other)
    assert not same_day(one, third)
