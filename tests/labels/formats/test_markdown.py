from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import labels, markdown_file
from tests.strategies import mixed

from qingjian.core.errors import DamagedFile
from qingjian.core.types import Span
from qingjian.labels.formats import markdown

BLOCK = '---\nAIGC:\n  Label: "1"\n  ContentProducer: "甲"\n  ProduceID: "乙"\n---\n'


def place(text: str) -> str:
    (mark,) = markdown.read_text(text)
    assert isinstance(mark.at, Span)
    return text[mark.at.start : mark.at.end]


@pytest.mark.parametrize(
    "value",
    [
        '\n  Label: "1"\n  ContentProducer: 甲 🌄',
        "\n    Label: 1\n    Other:\n      deep: x",
        ' {"Label": "1", "ContentProducer": "甲"}',
        " {Label: '1'}",
        ' \'{"Label":"1"}\'',
        ' "{\\"Label\\":\\"1\\"}"',
        ' |\n  {"Label": "1"}',
        " !!map {Label: '1'}",
    ],
)
@pytest.mark.parametrize("before", ["", "标题: 山水 🌄\n", "a: [1, 2]\n# 说明\n"])
@pytest.mark.parametrize("after", ["", "tags:\n  - 山\n", "\n\n", "# AIGC\n"])
def test_the_place_is_the_key_and_its_value(value: str, before: str, after: str) -> None:
    assert place(f"---\n{before}AIGC:{value}\n{after}---\n正文\n") == f"AIGC:{value}"


@given(labels, mixed)
def test_the_text_after_the_front_matter_changes_nothing(label: dict[str, str], body: str) -> None:
    head = markdown_file(label, "").decode()
    expected = markdown.read_text(head)
    assert len(expected) == 1
    assert markdown.read_text(head + "\n正文 " + body) == expected


@given(mixed)
def test_a_text_without_front_matter_has_no_mark(body: str) -> None:
    assert markdown.read_text("正文\n" + body + "\n" + BLOCK) == []


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_both_kinds_of_line_ends_are_read(end: str) -> None:
    text = BLOCK.replace("\n", end)
    assert place(text).startswith("AIGC:")
    assert place(text).endswith('"乙"')


def test_the_last_line_needs_no_end() -> None:
    assert len(markdown.read_text(BLOCK.rstrip("\n"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\n---\n",
        "---\ntitle: 说 AIGC\n---\n",
        "---\nAIGC: 1\n---\n",
        "---\nAIGC:\n  - Label: '1'\n---\n",
        "---\nAIGC:\n  ContentProducer: 甲\n---\n",
        "---\n- AIGC\n---\n",
        "---\n[AIGC]: x\n---\n",
        "---\nmeta:\n  AIGC:\n    Label: '1'\n---\n",
        "---\nAIGC:\n  Label: '1'\n",
        " ---\nAIGC: {Label: '1'}\n---\n",
        "----\nAIGC: {Label: '1'}\n---\n",
        "---\n# AIGC: {Label: '1'}\n---\n",
        "---\n? {AIGC: x}\n: y\n---\n",
        "---\nAIGC: {? {a: b} : c, Label: ''}\n---\n",
    ],
)
def test_what_is_no_label_is_none(text: str) -> None:
    assert markdown.read_text(text) == []


def test_of_two_keys_the_first_label_counts() -> None:
    assert place("---\nAIGC: 说明\nAIGC: {Label: '2'}\nAIGC: {Label: '1'}\n---\n") == (
        "AIGC: {Label: '2'}"
    )


def test_a_byte_order_mark_is_a_deviation_and_counts_as_a_code_point() -> None:
    (mark,) = markdown.read(b"\xef\xbb\xbf" + BLOCK.encode())
    assert mark.at == Span(5, 5 + len(BLOCK) - 9)
    assert mark.deviations == ("a byte order mark stands before the block",)
    assert markdown.knows(b"\xef\xbb\xbf---\n")


def test_blocks_one_after_another_are_all_read() -> None:
    text = BLOCK + "\n \r\n" + BLOCK.replace('"1"', '"2"') + "正文\n" + BLOCK
    first, second = markdown.read_text(text)
    assert (first.label, second.label) == ("1", "2")
    assert first.deviations == ()
    assert second.deviations == ("block 2 of the file; one label per file",)
    assert isinstance(second.at, Span)
    assert text[second.at.start : second.at.end].startswith('AIGC:\n  Label: "2"')


def test_a_block_right_after_a_front_matter_without_a_label_is_read() -> None:
    text = "---\ntitle: x\n---\n" + BLOCK
    assert [m.deviations for m in markdown.read_text(text)] == [
        ("block 2 of the file; one label per file",)
    ]
    assert markdown.read_text("---\ntitle: x\n---\n\n" + BLOCK) == []


@pytest.mark.parametrize("value", ["{Label: '1'", "[", '"', "\t- x", "*none", "{a: \x01}"])
def test_a_front_matter_that_is_no_yaml_is_damage(value: str) -> None:
    with pytest.raises(DamagedFile, match="front matter is no YAML"):
        markdown.read_text(f"---\nAIGC: {value}\n---\n")


def test_a_later_block_that_is_no_yaml_is_passed_over() -> None:
    assert len(markdown.read_text(BLOCK + "---\nAIGC: [\n---\n" + BLOCK)) == 2


@pytest.mark.parametrize(
    "value",
    [
        "[" * 60_000,
        "[" * 60_000 + "]" * 60_000,
        "{a: " * 30_000 + "}" * 30_000,
        "- " * 60_000 + "x",
    ],
    ids=["open", "lists", "maps", "items"],
)
def test_deep_nesting_is_damage_and_no_crash(value: str) -> None:
    with pytest.raises(DamagedFile, match="no YAML"):
        markdown.read_text(f"---\nAIGC:\n  {value}\n---\n")


def test_aliases_cannot_make_a_short_text_large() -> None:
    def level(n: int, value: str) -> str:
        return f"x{n}: &a{n} {{" + ", ".join(f"k{i}: {value}" for i in range(60)) + "}"

    levels = [level(0, "v"), *(level(n, f"*a{n - 1}") for n in range(1, 6))]
    text = "---\n" + "\n".join(levels) + "\nAIGC: {Label: '1', all: *a5}\n---\n"
    (mark,) = markdown.read_text(text)
    assert mark.label == "1"
    assert len(mark.fields["all"]) < 200_000


@pytest.mark.parametrize("value", ["&a {Label: '1', again: *a}", "&a\n  Label: '1'\n  again: *a"])
def test_a_front_matter_that_refers_to_itself_is_read(value: str) -> None:
    assert place(f"---\nAIGC: {value}\n---\n").startswith("AIGC: &a")


def test_what_is_very_long_is_not_looked_at() -> None:
    assert markdown.read_text("---\nx: " + "y" * 200_000 + "\nAIGC: {Label: '1'}\n---\n") == []
    assert len(markdown.read_text(BLOCK * 100)) == 64


@given(st.text(st.sampled_from("-AIGC:Label'1 \n{}[]\"&*!|>#\t\ufeff甲"), max_size=80))
def test_any_front_matter_is_read_or_called_damaged(text: str) -> None:
    for way in (f"---\n{text}\n---\n", f"---\nAIGC: {text}\n---\n", text):
        try:
            marks = markdown.read_text(way)
        except DamagedFile as error:
            assert error.what.startswith("the front matter is no YAML")
        else:
            assert all(isinstance(m.at, Span) and 0 < m.at.start < m.at.end for m in marks)


def test_bytes_that_are_no_text_are_read_with_replacements() -> None:
    (mark,) = markdown.read(BLOCK.encode().replace("甲".encode(), b"\xff"))
    assert mark.fields["ContentProducer"] == "\ufffd"
