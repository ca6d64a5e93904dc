from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import labels, markdown_file
from tests.strategies import mixed

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import Span
from qingjian.labels.formats import markdown
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Mark
from qingjian.labels.splice import applied

BLOCK = '---\nAIGC:\n  Label: "1"\n  ContentProducer: "甲"\n  ProduceID: "乙"\n---\n'


LABEL = '{"Label":"1","ContentProducer":"乙","ProduceID":"x: #\\"\\\\"}'


def read(data: bytes) -> list[Mark]:
    return marks_of(markdown.held(data))


def write(data: bytes, value: str | None) -> bytes:
    return applied(data, markdown.write(data, value))


def ids(mark: Mark) -> list[str]:
    return [each.id for each in mark.deviations if each.id.startswith(("place", "label.st"))]


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
def test_a_block_in_the_body_is_read_with_a_deviation(body: str) -> None:
    for mark in markdown.read_text("正文\n" + body + "\n" + BLOCK):
        assert ids(mark) == ["place.body"]
    (mark,) = markdown.read_text("正文\n\n---\n\n" + BLOCK + "正文")
    assert ids(mark) == ["place.body"]


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
        '---\ndescription: \'{"AIGC": {"Label": "1"}}\'\n---\n',
        "```\n" + BLOCK + "```\n",
        "````md\n```\n" + BLOCK + "```\n````\n",
        "  ~~~ yaml\n" + BLOCK + "  ~~~\n",
        "```\n" + BLOCK,
        "<!--\n" + BLOCK + "-->\n",
        "<pre>\n" + BLOCK + "</pre>\n",
        "    " + BLOCK.replace("\n", "\n    "),
        "> " + BLOCK.replace("\n", "\n> "),
        "- a\n  " + BLOCK.replace("\n", "\n  "),
        " ---\nAIGC: {Label: '1'}\n---\n",
        "----\nAIGC: {Label: '1'}\n---\n",
        "---\nprose: so: AIGC\n---\n",
        "---\n说 AIGC: 的文章: x\n---\n",
        "---\n# AIGC: {Label: '1'}\n---\n",
        "---\n? {AIGC: x}\n: y\n---\n",
        "---\nAIGC: {? {a: b} : c, Label: ''}\n---\n",
    ],
)
def test_what_is_no_label_is_none(text: str) -> None:
    assert markdown.read_text(text) == []


def test_a_key_that_stands_twice_is_two_labels() -> None:
    first, second = markdown.read_text(
        "---\nAIGC: 说明\nAIGC: {Label: '2'}\nAIGC: {Label: '1'}\n---\n"
    )
    assert (first.label, second.label) == ("2", "1")
    assert "label.stacked" in ids(second)


def test_a_byte_order_mark_is_a_deviation_and_counts_as_a_code_point() -> None:
    data = b"\xef\xbb\xbf" + BLOCK.encode()
    (mark,) = read(data)
    assert mark.at == Span(5, 5 + len(BLOCK) - 9)
    assert ids(mark) == ["place.bom"]
    assert markdown.knows(b"\xef\xbb\xbf---\n")


def test_blocks_one_after_another_are_all_read() -> None:
    text = BLOCK + "\n \r\n\ufeff" + BLOCK.replace('"1"', '"2"') + "正文\n" + BLOCK
    first, second, third = markdown.read_text(text)
    assert (first.label, second.label) == ("1", "2")
    assert ids(first) == []
    assert ids(second) == ["place.bom", "label.stacked"]
    assert ids(third) == ["place.body", "label.stacked"]
    assert isinstance(second.at, Span)
    assert text[second.at.start : second.at.end].startswith('AIGC:\n  Label: "2"')


def test_a_block_after_a_front_matter_without_a_label_is_pushed_down() -> None:
    for gap in ("", "\n"):
        (mark,) = markdown.read_text("---\ntitle: x\n---\n" + gap + BLOCK)
        assert ids(mark) == ["place.body"]


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


@pytest.mark.parametrize("text", ["正文\n", "---\ntitle: 标题\n---\n正文\n", BLOCK + "正文\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_byte_order_mark_in_front_goes_when_a_label_is_written(text: str, encoding: str) -> None:
    marked = ("\ufeff" + text).encode(encoding)
    made = write(marked, LABEL)
    assert made == write(text.encode(encoding), LABEL)
    (mark,) = read(made)
    assert ids(mark) == []
    assert made.endswith("正文\n".encode(encoding))
    assert write(marked, None).startswith("\ufeff".encode(encoding))


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
    (mark,) = read(BLOCK.encode().replace("甲".encode(), b"\x80\xff"))
    assert mark.fields["ContentProducer"] == "\ufffd\ufffd"


def test_other_keys_are_pairs() -> None:
    text = "---\ntitle: 山水\ntags: [a]\nAIGC: {Label: '1'}\ndraft: true\n---\n"
    held = list(markdown.held(text.encode()))
    assert [(each.key, each.value) for each in held] == [
        ("title", "山水"),
        ("AIGC", '{"Label": "1"}'),
        ("draft", "true"),
    ]
    assert {each.place for each in held} == {"front matter"}
    assert len(list(markdown.held(("---\n" + "a: b\n" * 999 + "---\n").encode()))) == 256


HEAD = """---\r
# AIGC 说明\r
title:  '山水'  # 题\r
AIGC:  # 旧\r
    Label: "2"\r
    ContentProducer: 甲\r
\r
# 注\r
tags:\r
- a\r
---\r
"""


def test_the_lines_of_the_key_alone_are_changed() -> None:
    data = write((HEAD + "正文\n").encode(), LABEL)
    before, rest = HEAD.split("AIGC:  #", 1)
    after = rest[rest.index("\r\n\r\n# 注") + 2 :]
    lines = 'AIGC:\r\n  Label: "1"\r\n  ContentProducer: "乙"\r\n  ProduceID: "x: #\\"\\\\"\r\n'
    assert data.decode() == before + lines + after + "正文\n"


def test_a_new_key_is_the_first_one() -> None:
    data = write(b"---\r\n# c\r\ntitle: x\r\n---\r\nbody", LABEL)
    assert data.startswith(b"---\r\nAIGC:\r\n  Label:")
    assert data.endswith(b"\r\n# c\r\ntitle: x\r\n---\r\nbody")
    assert write(data, None) == b"---\r\n# c\r\ntitle: x\r\n---\r\nbody"


def test_blocks_that_hold_more_lose_the_key_alone() -> None:
    more = BLOCK.replace("---\nAIGC", "---\ntitle: x # c\nAIGC")
    data = write((BLOCK + "\n" + BLOCK + more + "\n正文\n\n" + more + "尾\n").encode(), LABEL)
    kept = "---\ntitle: x # c\n---\n"
    assert data.decode().partition("---\n")[2].partition("---\n")[2] == (
        f"{kept}\n正文\n\n{kept}尾\n"
    )


def test_taking_a_block_out_of_the_body_joins_no_paragraphs() -> None:
    assert write(("上\n" + BLOCK + "下").encode(), None).decode() == "上\n\n下"
    assert write(("上\n\n" + BLOCK + "下").encode(), None).decode() == "上\n\n下"


@given(mixed, st.sampled_from(["utf-8", "gb18030", "utf-16-le"]))
def test_a_body_stays_to_the_byte(body: str, encoding: str) -> None:
    data = ("x" + body).encode(encoding)
    if read(data):
        return
    again = write(data, LABEL)
    assert again.endswith(b"---\n" + data) or again.endswith(b"---\r\n" + data)
    assert write(again, LABEL) == again
    assert write(again, None) == data


hard = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(hard, hard, st.sampled_from([b"x", b"\xff\xfa\x80x"]))
def test_every_value_reads_back_as_it_was(producer: str, extra: str, body: bytes) -> None:
    label = {"Label": "1", "ContentProducer": producer, "n " + extra: "no"}
    data = write(body, json.dumps(label))
    head = data[: -len(body)].decode("utf-8" if body == b"x" else "ascii")
    assert yaml.safe_load(head.strip("-\n"))["AIGC"] == label


@pytest.mark.parametrize(
    "text",
    [
        "---\n{title: x}\n---\n",
        "---\n{AIGC: {Label: '1'}, title: x}\n---\n",
        "---\n? AIGC\n: {Label: '1'}\n---\n",
        "---\nAIGC: &a {Label: '1'}\nb: *a\n---\n",
        "---\nAIGC: {Label: '1'}\rtitle: x\n---\n",
        "\ufeff---\n---\n".encode("utf-16-le").decode("latin-1"),
    ],
)
def test_what_cannot_be_changed_by_lines_is_refused(text: str) -> None:
    data = text.encode("latin-1") if text.startswith("\xff") else text.encode()
    with pytest.raises(InputError) as caught:
        write(data, LABEL)
    assert caught.value.hint


def test_a_front_matter_with_keys_that_is_no_yaml_is_not_written() -> None:
    for value in ("so: x", "[", "y" * 200_000):
        with pytest.raises(DamagedFile, match="the front matter is no YAML"):
            write(f"---\ntitle: {value}\n---\n".encode(), LABEL)
    assert read(write("---\n说: 一: 二 三\n---\n".encode()[3:], LABEL))


def test_too_many_blocks_are_called_so() -> None:
    with pytest.raises(DamagedFile, match="too many blocks"):
        write((BLOCK * 5000).encode(), LABEL)
    large = f"---\nAIGC: {{Label: '1', x: {'y' * 190_000}}}\n---\n"
    with pytest.raises(DamagedFile, match="too many blocks"):
        write((large * 30).encode(), LABEL)


@pytest.mark.parametrize("line", ["---\n", "```\n", "~~~~~\n", "---\nAIGC:\n", "<!--\n", "\n"])
def test_long_texts_are_read_in_time(line: str) -> None:
    started = time.process_time()
    with suppress(DamagedFile):
        read(("x\n" + line * (2_000_000 // len(line)) + "AIGC").encode())
    assert time.process_time() - started < 5


lines = st.sampled_from(
    [BLOCK, "---\n", "---\r\n", "\n", "x\n", "```\n", "title: y\n", "AIGC: {Label: '2'}\n"]
    + ["AIGC:\n", "  Label: '3'\n", "# c\n", "\ufeff", "<!--\n", "-->\n", "- a\n", "    "]
    + ["aigc: '1'\n", "...\n"]
)


@given(st.lists(lines, max_size=14).map("".join), st.sampled_from(["utf-8", "gb18030"]))
def test_any_text_is_labelled_once_or_refused(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    for value in (LABEL, None):
        try:
            again = write(data, value)
        except InputError as error:
            assert error.what
            continue
        assert len(read(again)) == (value is not None)
        assert write(again, value) == again
