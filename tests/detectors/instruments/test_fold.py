from __future__ import annotations

import threading
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import Disguised, disguised, latin, mixed, raw, ways, zero_width

from qingjian.core.errors import ConfigError
from qingjian.core.types import Span
from qingjian.detectors.instruments import fold as room
from qingjian.detectors.instruments.fold import Folded, fold, folded

WORDS = ("换脸软件", "代过人脸", "ai换脸", "1380013800", "kyc认证", "一键去衣v信abc")


@given(raw)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = folded(text)
    assert folded(once) == once


@given(raw)
def test_a_text_folds_code_point_by_code_point(text: str) -> None:
    assert folded(text) == "".join(folded(c) for c in text)


@given(raw)
def test_every_folded_code_point_came_from_the_one_it_names(text: str) -> None:
    body = fold(text)
    for i, c in enumerate(body.text):
        at = body.span(i, i + 1)
        assert at.end == at.start + 1
        assert c in folded(text[at.start : at.end])


@given(raw, st.data())
def test_the_words_of_a_folded_range_fold_to_that_range(text: str, data: st.DataObject) -> None:
    body = fold(text)
    if not body.text:
        return
    start = data.draw(st.integers(0, len(body.text) - 1))
    end = data.draw(st.integers(start + 1, len(body.text)))
    at = body.span(start, end)
    assert 0 <= at.start < at.end <= len(text)
    assert body.text[start:end] in folded(text[at.start : at.end])
    assert body.quote(start, end) == text[at.start : at.end]


@given(raw)
def test_the_code_points_are_those_of_the_text(text: str) -> None:
    body = fold(text)
    assert body.original == text
    assert [chr(c) for c in body.codes] == list(body.text)
    assert body.codes.dtype == np.uint32
    if body.origin is None:
        assert len(body.text) == len(text)
    else:
        assert len(body.origin) == len(body.text)
        assert (np.diff(body.origin) >= 0).all()


@given(st.sampled_from(WORDS).flatmap(disguised), mixed, mixed)
def test_a_disguised_word_is_found_at_its_first_and_last_code_point(
    word: Disguised, before: str, after: str
) -> None:
    body = fold(before + word.text + after)
    start = len(folded(before))
    end = start + len(word.plain)
    assert body.text[start:end] == word.plain
    low, high = word.span(0, len(word.plain))
    assert body.span(start, end) == Span(len(before) + low, len(before) + high)


@pytest.mark.parametrize(
    ("text", "share"),
    [("", 1.0), ("123,。", 1.0), ("換脸", 1.0), ("hello", 0.0), ("ＡＩ换脸", 0.5), ("가a", 0.0)],
)
def test_the_share_of_han_letters(text: str, share: float) -> None:
    assert fold(text).han_share == share


@given(latin)
def test_ascii_is_only_lower_cased(text: str) -> None:
    assert folded(text) == text.lower()
    assert folded(text + "中") == text.lower() + "中"


@given(zero_width)
def test_what_does_not_show_vanishes(text: str) -> None:
    body = fold(text)
    assert body.text == ""
    assert len(body.codes) == 0


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("換臉軟體", "换脸软体"),
        ("①②③ ❹ ⓪", "123 4 0"),
        ("1️⃣3️⃣🔟", "1310"),
        ("🅰🅸换脸", "ai换脸"),
        ("𝐕信 𝟭𝟯𝟴", "v信 138"),
        ("аccоunt", "account"),
        ("e\u0301t\u00e9", "ete"),
        ("㎎ ﬁ ½", "mg fi 1⁄2"),
        ("去\u200b衣\ufeff", "去衣"),
        ("ß ẞ", "ss ss"),
        ("〇五", "0五"),
        ("가나", "가나"),
    ],
)
def test_known_disguises(text: str, plain: str) -> None:
    assert folded(text) == plain


def test_every_code_point_folds_to_something_settled() -> None:
    everything = "".join(map(chr, range(0x110000)))
    body = fold(everything)
    assert folded(body.text) == body.text
    assert body.origin is not None
    assert int(body.origin[-1]) < 0x110000


def test_no_letter_of_ordinary_chinese_is_lost() -> None:
    common = "".join(
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    )
    assert len(folded(common)) == len(common)
    assert all(unicodedata.category(c) == "Lo" for c in folded(common))


@pytest.mark.parametrize("c", [chr(c) for c in range(0x21, 0x7F)])
def test_every_way_of_writing_a_character_folds_to_it(c: str) -> None:
    assert {folded(way) for way in ways(c)} == {c.lower()}


def test_lone_surrogates_stay_where_they_are() -> None:
    body = fold("a\ud800換\udc00")
    assert body.text == "a\ud800换\udc00"
    assert body.span(2, 3) == Span(2, 3)


def test_the_same_text_is_folded_once_a_thread() -> None:
    text = "換臉" + "啊"
    first = fold(text)
    assert fold(text) is first
    elsewhere: list[Folded] = []
    thread = threading.Thread(target=lambda: elsewhere.append(fold(text)))
    thread.start()
    thread.join()
    assert elsewhere[0] is not first
    assert elsewhere[0].text == first.text
    assert fold("换脸了") is not first


def test_a_missing_table_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "files", lambda package: tmp_path)
    with pytest.raises(ConfigError, match="was not built") as error:
        room._table.__wrapped__()
    assert "tools/tables.py" in error.value.hint
