from __future__ import annotations

import pytest

from qingjian.detectors.instruments.papers import Paper

RULE = Paper.of("青禾镇秸秆综合利用补贴办法（试行）", "青禾镇农业服务中心", "第一条 禁止焚烧。")


@pytest.mark.parametrize(
    ("words", "is_its"),
    [
        ("青禾镇秸秆综合利用补贴办法", True),
        ("秸秆补贴办法", True),
        ("秸秆补贴规定", True),
        ("节能补贴办法", False),
        ("秸秆买卖合同", False),
        ("", False),
    ],
)
def test_a_shorter_title_is_its_own(words: str, is_its: bool) -> None:
    assert RULE.is_titled(words) is is_its


def test_words_for_a_paper_must_fit_its_kind() -> None:
    assert all(RULE.is_kind(w) for w in ("办法", "规定", "通知", "文件", "第三条", "政策"))
    assert not any(RULE.is_kind(w) for w in ("合同", "说明书", "来信"))
    assert Paper.of("致会员的一封信", "", "").is_kind("封信")


def test_what_names_it_is_counted() -> None:
    assert RULE.named("今年秸秆补贴多少") >= 2
    assert RULE.named("今天天气") == 0
    assert RULE.published("农业服务中心说了")
    assert not RULE.published("老师说了")
    assert RULE.has("秸秆综合利用")


def test_without_a_title_the_first_words_are_taken() -> None:
    assert Paper.of("", "", "《儿童退热口服液说明书》：每次3毫升").title.startswith("《儿童退热")
    assert Paper.of("", "", "停水通知：明天停水").title == "停水通知"
    assert Paper.of("", "", "明天停水。").title == ""
    assert not Paper.of("", "", "").is_titled("通知")
