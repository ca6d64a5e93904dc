from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile
from qingjian.labels.structures.front_matter import MOST_YAML, blocks

HEAD = "---\ntitle: x\n---\n"
AIGC = "---\nAIGC: {Label: '1'}\n---\n"


def zones(text: str) -> list[str]:
    return [block.zone for block in blocks(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("---\n---\n", ["head"]),
        (HEAD, ["head"]),
        (HEAD + AIGC, ["head", "stacked"]),
        (HEAD + "\n" + AIGC, ["head", "body"]),
        (AIGC + "\n\n" + AIGC + "x\n" + AIGC, ["head", "stacked", "body"]),
        (AIGC + HEAD, ["head"]),
        ("---\nprose\n---\nAIGC: {Label: '1'}\n---\n", ["body"]),
        ("---\n- a\n---\n", []),
        ("x\n---\ny\n" + AIGC, ["body"]),
        ("x\n`` ` ``\n``` `\n" + AIGC, ["body"]),
        ("x\n```\n````\n" + AIGC, ["body"]),
        ("x\n````\n```\n" + AIGC, []),
        ("x\n~~~\n```\n~~~\n" + AIGC, ["body"]),
        ("<PRE>\n" + AIGC + "</pre>\n" + AIGC, ["body"]),
        ("<!-- a -->\n" + AIGC, ["body"]),
        ("<presto>\n" + AIGC, ["body"]),
    ],
)
def test_blocks_are_told_by_where_they_stand(text: str, expected: list[str]) -> None:
    assert zones(text) == expected


def test_places_are_those_of_the_words() -> None:
    text = "x\n\ufeff--- \r\nAIGC:\r\n  Label: '1'  # c\r\n\r\n# d\r\nz: |+\r\n  q\r\n\r\n---\r\ny"
    (block,) = blocks(text)
    assert block.marked
    assert text[block.start : block.end].startswith("\ufeff---")
    assert text[: block.start] + text[block.end :] == "x\ny"
    first, last = block.entries
    assert text[first.start : first.end] == "AIGC:\r\n  Label: '1'"
    assert text[last.start : last.end] == "z: |+\r\n  q"


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        ("AIGC: |\n  a\n\n# c\nb: x\n", "AIGC: |\n  a"),
        ("AIGC:\n  - a\n  - |\n    # b\n# c\n", "AIGC:\n  - a\n  - |\n    # b"),
        ("a: &x [1]\nAIGC: *x\n# c\n", "AIGC: *x"),
        ("a: &x [1]\nAIGC:\n  b: *x\nc: d\n", "AIGC:\n  b: *x"),
        ("AIGC:\n  - &x [1]\n  - *x\nc: d\n", "AIGC:\n  - &x [1]\n  - *x"),
        ("AIGC:\nb: c\n", "AIGC:"),
        ("'AIGC': \"a\n  # b\"\n", "'AIGC': \"a\n  # b\""),
    ],
)
def test_a_value_ends_where_its_words_do(yaml: str, words: str) -> None:
    text = f"---\n{yaml}---\n"
    (block,) = blocks(text)
    (entry,) = (entry for entry in block.entries if entry.key == "AIGC")
    assert text[entry.start : entry.end] == words


def test_a_head_with_keys_that_is_no_yaml_is_told() -> None:
    (block,) = blocks("---\ntitle: a: b\n---\n")
    assert "mapping values" in block.broken
    (block,) = blocks("---\ntitle: " + "y" * MOST_YAML + "\n---\n")
    assert block.broken == "it is too long"
    with pytest.raises(DamagedFile, match="no YAML"):
        list(blocks("---\nAIGC: [\n---\n"))


parts = st.sampled_from(
    [
        HEAD,
        AIGC,
        "---\n",
        "\n",
        "x\n",
        "```\n",
        "~~~\n",
        "    ",
        "<!--",
        "-->\n",
        "<pre>\n",
        "\ufeff",
    ]
)


@given(st.lists(parts, max_size=12).map("".join))
def test_blocks_are_in_order_and_do_not_overlap(text: str) -> None:
    at = 0
    try:
        found = list(blocks(text))
    except DamagedFile:
        return
    for block in found:
        assert at <= block.start < block.source_start <= block.source_end < block.end <= len(text)
        assert text[block.source_end : block.end].startswith("---")
        at = block.end
