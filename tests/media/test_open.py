from __future__ import annotations

from pathlib import Path

import pytest

from qingjian.core.errors import BadEncoding, TooLarge, Vanished
from qingjian.core.types import About, Document, Note, Text
from qingjian.media.open import open_item, read_bytes


def test_a_file_is_read_up_to_the_limit_and_not_beyond(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"12345")
    assert read_bytes(file, 5) == b"12345"
    with pytest.raises(TooLarge, match="more than 4 bytes"):
        read_bytes(file, 4)


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(Vanished, match="No such file"):
        read_bytes(tmp_path / "gone.txt", 5)
    with pytest.raises(Vanished, match="Is a directory"):
        read_bytes(tmp_path, 5)


def test_a_plain_text_is_a_text_with_what_is_known_about_it() -> None:
    about = About(role="assistant")
    opened = open_item("你好".encode(), "a", about)
    assert opened.item == Text(id="a", about=about, body="你好")
    assert opened.not_looked_at == ()


def test_a_binary_format_is_a_document_with_its_bytes() -> None:
    data = b"\x89PNG\r\n\x1a\n rest"
    assert open_item(data, "a").item == Document(id="a", source=data, format="png")


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("a.html", "<p>x</p>", "html"),
        ("a.HTM", "<p>x</p>", "html"),
        ("a.md", "x", "markdown"),
        ("a.txt", "<html><p>x", "html"),
        ("a.txt", "---\na: 1\n---\n", "markdown"),
    ],
)
def test_suffix_or_beginning_make_a_document(name: str, text: str, format: str) -> None:
    item = open_item(text.encode(), "a", source=Path(name)).item
    assert isinstance(item, Document)
    assert (item.format, item.body, item.source) == (format, text, Path(name))


def test_a_beginning_without_a_file_makes_a_document_too() -> None:
    item = open_item(b"<!doctype html><p>x", "a").item
    assert isinstance(item, Document)
    assert item.format == "html"


def test_bytes_of_a_cut_character_are_told() -> None:
    opened = open_item("你好".encode()[:-1], "a.txt")
    assert isinstance(opened.item, Text)
    assert opened.item.body == "你"
    told = Note("the last 2 bytes of a.txt", "a character of utf-8 is cut short")
    assert opened.not_looked_at == (told,)


def test_half_a_pair_of_utf16_becomes_one_replacement_character() -> None:
    item = open_item(b"\xff\xfe" + "a\ud83db\udc00".encode("utf-16-le", "surrogatepass"), "a").item
    assert isinstance(item, Text)
    assert item.body == "a\ufffdb\ufffd"


def test_an_empty_file_is_an_empty_text() -> None:
    assert open_item(b"", "a").item == Text(id="a", body="")


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(BadEncoding):
        open_item(b"abc \xff def", "a")
