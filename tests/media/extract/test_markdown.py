from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import any_text, mixed

from qingjian.core.types import About, ByteRange, Document, Span, Text
from qingjian.media.extract import Child, markdown


def only(body: str) -> tuple[Text, Child]:
    (child,) = markdown.children(Document(id="a.md", format="markdown", body=body))
    assert isinstance(child.item, Text)
    return child.item, child


def test_only_markdown_documents_are_known() -> None:
    assert markdown.knows(Document(format="markdown"))
    assert not markdown.knows(Document(format="html"))
    assert not markdown.knows(Text())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("---\ntitle: 标题\n---\n正文", "正文"),
        ("---\n---\n正文", "正文"),
        ("\ufeff---\r\na: 1\r\n---\r\n正文", "正文"),
        ("---\na: 1\n...\n正文", "正文"),
        ("---\na: 1\n---", ""),
        ("---\na: 1\n正文", "---\na: 1\n正文"),
        ("正文\n---\na\n---\n", "正文\n---\na\n---\n"),
        ("----\na\n---\n正文", "----\na\n---\n正文"),
        ("---\na: 1\n----\n正文", "---\na: 1\n----\n正文"),
        ("", ""),
    ],
)
def test_the_body_is_what_follows_the_front_matter(body: str, text: str) -> None:
    item, _ = only(body)
    assert item.body == text


@given(st.text("abc:\n 标题", max_size=30), mixed)
def test_places_in_the_body_are_places_in_the_file(front: str, text: str) -> None:
    front = front.replace("\n---", "").replace("\n...", "")
    file = f"---\n{front}\n---\n{text}"
    item, child = only(file)
    assert item.body == text
    for start in range(len(text)):
        back = child.back(Span(start, len(text)))
        assert isinstance(back, Span)
        assert file[back.start : back.end] == text[start:]


@given(any_text, mixed)
def test_the_body_is_always_an_end_of_the_file(head: str, text: str) -> None:
    file = head + text
    item, child = only(file)
    assert file.endswith(item.body)
    assert child.back(Span(0, len(item.body))) == Span(len(file) - len(item.body), len(file))


def test_the_child_knows_its_parent_and_what_is_known_about_it() -> None:
    about = About(who="甲")
    (child,) = markdown.children(Document(id="a.md", about=about, format="markdown", body="x"))
    assert (child.item.id, child.item.parent, child.item.about) == ("a.md#text", "a.md", about)


def test_a_place_that_is_no_span_stays() -> None:
    _, child = only("---\na: 1\n---\nx")
    assert child.back(ByteRange(1, 2)) == ByteRange(1, 2)
