from __future__ import annotations

import pytest

from qingjian.detectors.instruments.places import places


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("柳河县第三中学停课", [("县", "柳河县"), ("中学", "第三中学")]),
        ("我在红霞路等你", [("路", "红霞路")]),
        ("路上没有人", []),
        ("这个县里的人口", []),
        ("", []),
    ],
)
def test_a_place_is_told_by_its_ending_and_two_letters(
    text: str, found: list[tuple[str, str]]
) -> None:
    assert list(places(text)) == found
