from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.detectors.instruments.cited import Cited

TEXT = (
    "一、会员卡余额可在河滨店继续使用，或于2月28日前凭卡到店办理退款，不收手续费。"
    "二、寄存的图书请在闭店前取走（周一闭馆）。三、身高1.2米以下儿童免费入场。"
)
CITED = Cited(TEXT)


@pytest.mark.parametrize(
    "words",
    [
        "会员卡余额可在河滨店继续使用……不收手续费",
        "会员卡余额可以在河滨店继续使用",
        "二月二十八日前凭卡到店办理退款...",
        "2. 寄存图书在闭店前取走",
        "一、会员卡余额……[略]三、身高1.2米以下",
        "會員卡餘額可在河濱店繼續使用",
        "",
    ],
)
def test_what_stands_there_in_order_is_held(words: str) -> None:
    assert CITED.holds(words)


@pytest.mark.parametrize(
    "words",
    ["不收手续费……会员卡余额", "会员卡余额不可使用", "身高2米以下", "12月28日前", "2米以下儿童"],
)
def test_what_does_not_is_not(words: str) -> None:
    assert not CITED.holds(words)


@pytest.mark.parametrize(
    ("words", "kind", "said", "source"),
    [
        ("身高1.5米以下儿童免费入场", "figure", "1.5", "1.2"),
        ("会员卡余额不可在河滨店继续使用", "negation", "不", ""),
        ("凭卡到店办理退款，收手续费", "negation", "", "不"),
        ("到店办理退款，未收手续费", "words", "未", "不"),
        ("会员卡余额未可在河滨店继续使用", "negation", "未", ""),
        ("会员卡余额仅限三年可在河滨店继续使用", "put in", "仅限三年", ""),
        ("会员卡余额可在南湖店继续使用", "words", "南湖", "河滨"),
        ("会员卡余额可在河滨店继续使用，不收手续费", "skipped", "", "凭卡到店办理退款"),
    ],
)
def test_what_differs_is_named(words: str, kind: str, said: str, source: str) -> None:
    near = CITED.nearest(words)
    assert near
    assert near.closeness > 0.5
    assert any(
        d.kind == kind and said in d.said and source in d.source and str(d) for d in near.differs
    ), near.differs
    assert near.altered == (kind in ("figure", "negation"))


def test_a_few_lost_words_differ_in_nothing() -> None:
    for words in ("会员卡余额可河滨店使用", "图书请在闭店前取走。三、身高1.2米以下儿童"):
        near = CITED.nearest(words)
        assert near
        assert near.differs == ()


def test_nothing_is_near_other_words() -> None:
    assert CITED.nearest("猫狗") is None
    assert CITED.nearest("") is None
    assert Cited("").nearest("会员卡") is None
    assert not Cited("").holds("会员卡")


def test_a_long_document_is_read_in_bounded_time() -> None:
    started = time.monotonic()
    long = Cited((TEXT * 2_600)[:200_000])
    assert long.nearest("身高1.5米以下儿童免费入场" * 40)
    assert long.holds("身高1.2米以下儿童")
    assert time.monotonic() - started < 10


@given(st.text(alphabet="会员卡余额不可在一二12月日。，、（）……\ud800a", max_size=60))
def test_a_text_holds_itself_and_differs_from_itself_in_nothing(text: str) -> None:
    cited = Cited(text)
    assert cited.holds(text)
    near = cited.nearest(text)
    assert near is None or near.differs == ()
