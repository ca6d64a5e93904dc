from __future__ import annotations

import html
import re
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile, InputError, UsageError
from qingjian.labels.explicit.notice import (
    CORNER,
    NOTICE,
    USUAL,
    Notice,
    Rule,
    Seen,
    check_text,
    checked_words,
    decoding,
    noticed,
    snippet,
)

At = Literal["start", "end", "paragraphs"]
PLACES: tuple[At, ...] = ("start", "end", "paragraphs")
plain = st.text(st.sampled_from("文章段落，。 \n\rabc#>-*"), max_size=80)


@given(plain, st.sampled_from(PLACES), st.sampled_from(["\n", "\r\n"]))
def test_a_notice_is_found_and_the_text_stays(text: str, at: At, newline: str) -> None:
    text = text.replace("\r", "").replace("\n", newline)
    made = noticed(text, Notice(at=at))
    assert made.replace(f"（{NOTICE}）", "").replace(NOTICE, "").strip() == text.strip()
    if at != "paragraphs" or text.strip():
        assert check_text(made).found
    if "\r\n" in text:
        assert not re.search(r"(?<!\r)\n", made)


@pytest.mark.parametrize(
    "front", ["---\na: b\n---\n", "\ufeff---\r\na: b\r\n---\r\n", "---\na: b\n---"]
)
@pytest.mark.parametrize("at", PLACES)
def test_front_matter_stays_first(front: str, at: At) -> None:
    body = "正文" if front.endswith("\n") else ""
    made = noticed(front + body, Notice(at=at))
    assert made.startswith(front)
    assert NOTICE not in made[: len(front)]
    if body or at != "paragraphs":
        assert check_text(made).found


def test_a_byte_order_mark_stays_first() -> None:
    assert noticed("\ufeff正文").startswith("\ufeff" + NOTICE)


def test_every_paragraph_gets_one() -> None:
    made = noticed("一\n\n二\n二\n\n\n三\n", Notice(at="paragraphs"))
    assert made == f"一（{NOTICE}）\n\n二\n二（{NOTICE}）\n\n\n三（{NOTICE}）\n"


LONG = "\n\n".join(f"这是正文的第{i}段。" for i in range(12))


@pytest.mark.parametrize(
    "line",
    [
        "> 本内容由 Coze AI 生成，请遵循相关法律法规及《用户协议》使用，不得用于违法违规用途。",
        "**本文由 AI 辅助生成**",
        "（本文由人工智能生成）",
        "AI生成",
        "AI 合成",
        "内容由AI生成，仅供参考",
        "本回答由 AI 生成，内容仅供参考，请仔细甄别。",
        "以上内容由人工智能生成合成",
        "声明：本文部分图片由人工智能生成。",
        "本文使用 AI 生成后经人工修改",
    ],
)
def test_real_notices_are_found(line: str) -> None:
    for text, where in ((f"{line}\n\n{LONG}", "start"), (f"{LONG}\n\n{line}", "end")):
        seen = check_text(text)
        assert seen.found and seen.fit
        assert {r.id: r.measured for r in seen.rules}["position"] == where


@pytest.mark.parametrize(
    "line",
    [
        "人工智能生成技术近年来发展迅速，许多研究者认为它改变了内容生产的方式，而社会看法不一。",
        "AI 生成的图片越来越多。",
        "AI能生成图片吗？",
        "本文由AI生成吗？",
        "# AI生成内容",
        "# 人工智能生成内容的版权问题",
        "我们讨论了由人工智能生成的内容是否应当享有版权保护的问题，并给出了若干建议。",
        "The MAIN 生成 step",
        "",
    ],
)
def test_articles_about_it_are_not_notices(line: str) -> None:
    assert check_text(f"{line}\n\n{LONG}").found is False
    assert check_text(f"{LONG}\n\n{line}").found is False


def test_a_notice_in_the_middle_stands_in_parentheses() -> None:
    seen = check_text(f"{LONG}\n\n中间一段。（{NOTICE}）\n\n{LONG}")
    assert {r.id: r.measured for r in seen.rules}["position"] == "middle"
    assert not check_text(f"{LONG}\n\n{NOTICE}\n\n{LONG}").found


def test_other_wording_is_found_when_it_is_told() -> None:
    words = "Words made (生成) with an AI model"
    made = noticed(LONG, Notice(words))
    assert check_text(made, words).words == words


@pytest.mark.parametrize("words", ["", "本文由人工写成", "生成", "AI", "MAIL 生成", "<AI>"])
def test_words_without_both_elements_are_refused(words: str) -> None:
    with pytest.raises(UsageError, match="is no notice"):
        checked_words(words)
    with pytest.raises(UsageError):
        snippet(words)
    if words:
        with pytest.raises(UsageError, match="is no notice"):
            Notice(words)


@pytest.mark.parametrize("asked", [{"at": "middle"}, {"corner": "left"}, {"corner": "", "at": ""}])
def test_places_that_are_none_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="is no place") as raised:
        Notice(**asked)
    assert "start, end, paragraphs" in raised.value.hint or "lower-right" in raised.value.hint


def test_a_recording_is_not_printed() -> None:
    assert "recording" not in repr(Notice(recording=b"RIFF"))
    assert Notice() == USUAL


@pytest.mark.parametrize("words", [NOTICE, CORNER, "A.I. 合成", "由ai生成"])
def test_words_with_both_are_taken(words: str) -> None:
    assert checked_words(words) == words


def test_the_snippet_escapes_its_words() -> None:
    made = snippet('<b>AI & "生成"')
    assert "<b>" not in made
    assert html.unescape(re.sub(r"<[^>]*>", "", made)) == '<b>AI & "生成"'
    assert "position:sticky" in made and 'role="note"' in made


def test_fit_means_found_with_no_rule_broken() -> None:
    good, bad, open_ = (Rule("x", "", "", "", holds) for holds in (True, False, None))
    assert Seen(True, (good, open_)).fit
    assert not Seen(True, (good, bad)).fit
    assert not Seen(None).fit and not Seen(False).fit


def test_decoders_errors_become_damaged_files() -> None:
    for error in (KeyError("k"), ZeroDivisionError(), TypeError("t")):
        with (
            pytest.raises(DamagedFile, match=r"the film cannot be decoded: \S"),
            decoding("the film"),
        ):
            raise error
    with pytest.raises(InputError, match="mine") as raised, decoding("the film"):
        raise InputError("mine")
    assert type(raised.value) is InputError
    with pytest.raises(MemoryError), decoding("the film"):
        raise MemoryError


def test_long_lines_take_no_long_time() -> None:
    assert check_text("本由AI" * 200_000 + "（" * 100_000).found is False
