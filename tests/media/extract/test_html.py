from __future__ import annotations

import html as standard
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import any_text, chinese, mixed

from qingjian.core.types import About, ByteRange, Document, Span, Text
from qingjian.media.extract import Child, html


def only(body: str) -> tuple[str, Child]:
    (child,) = html.children(Document(id="a.html", format="html", body=body))
    assert isinstance(child.item, Text)
    return child.item.body, child


def source_of(page: str, child: Child, start: int, end: int) -> str:
    place = child.back(Span(start, end))
    assert isinstance(place, Span)
    return page[place.start : place.end]


class Built(NamedTuple):
    """A page, and for each visible character where it stands in the source."""

    page: str
    words: str
    at: tuple[tuple[int, int], ...]


_INVISIBLE = (
    "<b>",
    "</b>",
    "<span class='a&amp;b'>",
    "</SPAN>",
    "<!-- 藏 -->",
    "<wbr>",
    "<a href='?a=1&copy=2'>",
    "<script>代过人脸 if (a<b && c) {}</script>",
    "<style>p{}</style>",
    "<![if x]>",
    "<![CDATA[x]]>",
    "<![foo[x]]>",
    "<?php x ?>",
    "<!DOCTYPE x>",
    "<template>藏</template>",
)
_REFERENCES = (
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&#20195;", "代"),
    ("&#x4EE3;", "代"),
    ("&#X4ee3;", "代"),
    ("&nbsp;", "\xa0"),
    ("&hellip;", "…"),
    ("&#0;", "\ufffd"),
    ("&#xD800;", "\ufffd"),
    ("&#x110000;", "\ufffd"),
)
_plain = st.text(st.characters(exclude_characters="<&\r", exclude_categories=["Cs"]), max_size=8)


@st.composite
def pages(draw: st.DrawFn) -> Built:
    page, words, at = "", "", []
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(("plain", "reference", "invisible")))
        if kind == "invisible":
            page += draw(st.sampled_from(_INVISIBLE))
        elif kind == "reference":
            written, shown = draw(st.sampled_from(_REFERENCES))
            at.append((len(page), len(page) + len(written)))
            page, words = page + written, words + shown
        else:
            for c in draw(_plain):
                at.append((len(page), len(page) + 1))
                page, words = page + c, words + c
    return Built(page, words, tuple(at))


@given(pages(), st.data())
def test_places_are_exact_through_tags_and_references(built: Built, data: st.DataObject) -> None:
    words, child = only(built.page)
    assert words == built.words
    if words:
        start = data.draw(st.integers(0, len(words) - 1))
        end = data.draw(st.integers(start + 1, len(words)))
        assert child.back(Span(start, end)) == Span(built.at[start][0], built.at[end - 1][1])


@given(chinese.filter(bool), st.data())
def test_a_term_cut_by_inline_tags_is_one_term(term: str, data: st.DataObject) -> None:
    cut = "".join(c + data.draw(st.sampled_from(("", "<b>", "</b>", "<wbr>"))) for c in term)
    page = f"<p>前{cut}后</p>"
    words, child = only(page)
    at = words.index(term)
    found = source_of(page, child, at, at + len(term))
    assert found[0] == term[0]
    assert found[-1] == term[-1]
    assert "前" not in found
    assert "后" not in found


@given(mixed)
def test_an_escaped_text_reads_as_itself(text: str) -> None:
    words, _ = only(f"<p>{standard.escape(text)}</p>")
    assert words.strip("\n") == text.strip("\n")


@given(st.one_of(any_text, st.text("<>&;#!-[]/'\" abx1代\n", max_size=60)))
def test_any_source_gives_places_inside_itself(page: str) -> None:
    words, child = only(page)
    for i in range(len(words)):
        place = child.back(Span(i, i + 1))
        assert isinstance(place, Span)
        assert 0 <= place.start <= place.end <= len(page)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>一</p><p>二</p>", "一\n二\n"),
        ("一<br>二<hr/>三", "一\n二\n三"),
        ("<ul><li>一<li>二</ul>", "一\n二\n"),
        ("<title>题</title><noscript>藏</noscript>文", "题\n文"),
        ("<img alt='图一'>文", "图一\n文"),
        ("<input placeholder=提示 title='标 题'>", "提示\n标 题\n"),
        ("<meta name=description content=摘要>", "摘要\n"),
        ("<meta name=viewport content=宽><meta charset=utf-8 content=x>", ""),
        ("<meta name=AIGC content=1><meta http-equiv=refresh content=9>", ""),
        ("<img alt='a&amp;b &#20195;'>", "a&b 代\n"),
        ("<script><img alt=x></script>文", "文"),
        ("</script>文", "文"),
        ("<b title>文</b>", "文"),
        ("a && b &unknown; ?a=1&b=2", "a && b &unknown; ?a=1&b=2"),
        ("&#; &#zz; <b>代</b>过", "&#; &#zz; 代过"),
        ("&#20195a", "代a"),
        ("&ampxyz &notit;", "&xyz ¬it;"),
        ("&#1;x", "x"),
        ("一 < 二 <", "一 < 二 <"),
        ("文<!-- 未完", "文<!-- 未完"),
        ("文 &am", "文 &am"),
        ("", ""),
    ],
)
def test_words_are_what_a_reader_sees(page: str, words: str) -> None:
    assert only(page)[0] == words


def test_a_place_in_an_attribute_is_the_whole_tag() -> None:
    page = "文<img alt='图一' title=x>"
    words, child = only(page)
    at = words.index("图一")
    assert source_of(page, child, at, at + 1) == "<img alt='图一' title=x>"


def test_a_reference_run_into_letters_is_placed_apart_from_them() -> None:
    page = "&ampxyz"
    words, child = only(page)
    assert words == "&xyz"
    assert [source_of(page, child, i, i + 1) for i in range(4)] == ["&amp", "x", "y", "z"]


def test_line_numbers_do_not_move_places() -> None:
    page = "<p>\n\n一\r\n<b\n>二</b>\n三</p>"
    words, child = only(page)
    for c in "一二三":
        assert source_of(page, child, words.index(c), words.index(c) + 1) == c


def test_an_empty_span_stays_empty_of_other_words() -> None:
    _, child = only("一<b>二</b>")
    assert child.back(Span(1, 1)) == Span(4, 5)
    _, nothing = only("")
    assert nothing.back(Span(0, 0)) == Span(0, 0)


def test_a_place_that_is_no_span_stays() -> None:
    assert only("<p>x")[1].back(ByteRange(1, 2)) == ByteRange(1, 2)


def test_private_characters_in_a_page_are_kept() -> None:
    page = "\ue000&amp;<img alt='\ue000&lt;'>"
    assert only(page)[0] == "\ue000&\n\ue000<\n"
    every = "".join(map(chr, range(0xE000, 0xF900)))
    assert only(every + "&amp;")[0] == every + "&"


def test_deep_nesting_and_long_pages_are_read() -> None:
    page = "<div>" * 100_000 + "代过人脸" + "</div>" * 100_000
    words, child = only(page)
    assert words.strip("\n") == "代过人脸"
    at = words.index("代")
    assert source_of(page, child, at, at + 4) == "代过人脸"


@pytest.mark.parametrize("start", ["<a ", '<a b="', "<a/", "<!--", "</", "<a b='x' "])
def test_tags_that_never_end_are_words_and_take_no_time(start: str) -> None:
    page = "<p>文</p>" + start * 50_000
    words, child = only(page)
    assert words == "文\n" + start * 50_000
    assert child.back(Span(2, len(words))) == Span(8, len(page))


def test_only_html_documents_are_known() -> None:
    assert html.knows(Document(format="html"))
    assert not html.knows(Document(format="markdown"))
    assert not html.knows(Text())


def test_the_child_knows_its_parent_and_what_is_known_about_it() -> None:
    about = About(who="甲")
    (child,) = html.children(Document(id="a", about=about, format="html", body="<p>x"))
    assert (child.item.id, child.item.parent, child.item.about) == ("a#text", "a", about)
