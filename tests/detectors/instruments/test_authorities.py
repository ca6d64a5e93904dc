from __future__ import annotations

import time

import pytest

from qingjian.detectors.instruments.authorities import ais, sources


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("deepseek亲口说的", "deepseek"),
        ("据ai回答,湖心岛关闭", "ai"),
        ("问了一下豆包,它讲有补贴", "豆包"),
        ("我让文心一言算过", "文心一言"),
        ("智能助手刚告诉我", "智能助手"),
        ("人家ai不会骗人", "ai"),
        ("收到ai最新消息", "ai"),
    ],
)
def test_an_ai_that_is_let_tell_something_is_named(text: str, name: str) -> None:
    assert [c.name for c in ais(text)][:1] == [name]


@pytest.mark.parametrize(
    "text", ["ai画的图真好看", "她在daily mail上班", "学ai的课程", "", "元宝山下"]
)
def test_an_ai_that_tells_nothing_is_passed_over(text: str) -> None:
    assert list(ais(text)) == []


@pytest.mark.parametrize(
    "text",
    ["卫健委昨天通报", "打12333问了,客服电话确认没有", "《健康报》刊文", "医生说别吃", "官网公告"],
)
def test_a_source_that_can_be_looked_up_is_seen(text: str) -> None:
    assert list(sources(text))


@pytest.mark.parametrize("text", ["厂家不敢公布", "我二舅说的", ""])
def test_silence_and_hearsay_are_no_source(text: str) -> None:
    assert list(sources(text)) == []


def test_a_long_text_takes_bounded_time() -> None:
    start = time.monotonic()
    assert len(list(ais("问了豆包,它说停水。" * 20_000))) >= 20_000
    list(sources("据说医生" * 100_000))
    assert time.monotonic() - start < 10
