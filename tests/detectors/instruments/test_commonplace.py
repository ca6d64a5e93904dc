from __future__ import annotations

import pytest

from qingjian.detectors.instruments.commonplace import commonplace, unclaimed
from qingjian.detectors.instruments.quantities import parse


def reasons(text: str) -> list[str]:
    return [commonplace(q, text) for q in parse(text)]


@pytest.mark.parametrize(
    "text",
    [
        "险情请打110",
        "随时联系24小时客服",
        "一年12个月",
        "马拉松全程42.195公里",
        "别三天打鱼两天晒网",
    ],
)
def test_what_needs_no_source_is_told(text: str) -> None:
    assert all(reasons(text))


@pytest.mark.parametrize(
    "text", ["房号110", "24小时内送达", "分12个月还清", "三天送到", "跑了42公里"]
)
def test_the_same_figures_elsewhere_need_one(text: str) -> None:
    assert reasons(text)
    assert not any(reasons(text))


def test_what_is_missing_or_supposed_is_no_claim() -> None:
    text = "资料里没有写需要几天。比如您存5000元。"
    assert list(unclaimed(text, 9, 11)) == ["it is said to be missing: 没有写"]
    assert list(unclaimed(text, 16, 21)) == ["it is supposed: 比如"]
