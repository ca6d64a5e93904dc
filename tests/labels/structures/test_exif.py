"""EXIF: texts in their charsets, labels blanked in place, blocks that break off."""

from __future__ import annotations

import json
import struct
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.labels.carriers import LABEL
from tests.labels.formats.samples import tiff

from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Held
from qingjian.labels.structures import exif

JSON = json.dumps({"AIGC": LABEL}, ensure_ascii=False)
SHORT = '{"AIGC":{"Label":"2"}}'
COMMENT = 0x9286


def block(tag: int, raw: bytes, order: str = "<", *, big: bool = False) -> bytes:
    """Give a block with one value in IFD0, and the name of its maker after it."""
    tags = {tag: tiff.value(raw), 271: tiff.value(b"maker\x00", 2)}
    return tiff.built(tags, order=order, big=big)


def texts(body: bytes) -> dict[str, str | bytes]:
    return {h.key: h.value for h in exif.held(body, 0) if h.key != "EXIF:Make"}


@pytest.mark.parametrize(
    ("raw", "order"),
    [
        (b"ASCII\x00\x00\x00" + JSON.encode(), "<"),
        (b"UNICODE\x00" + JSON.encode("utf-16-le"), "<"),
        (b"UNICODE\x00" + JSON.encode("utf-16-be"), ">"),
        (b"UNICODE\x00" + JSON.encode("utf-16-le"), ">"),
        (b"UNICODE\x00" + JSON.encode("utf-16-be"), "<"),
        (b"UNICODE\x00" + JSON.encode("utf-16"), ">"),
        (b"UNICODE\x00" + JSON.encode(), "<"),
        (b"UTF-8\x00\x00\x00" + JSON.encode(), "<"),
        (bytes(8) + JSON.encode() + b"\x00\x00", ">"),
        (JSON.encode(), "<"),
    ],
)
def test_a_user_comment_is_read_in_every_charset(raw: bytes, order: str) -> None:
    body = block(COMMENT, raw, order)
    assert texts(body) == {"EXIF:UserComment": JSON}
    blank = exif.without_label(body)
    assert len(blank) == len(body)
    assert marks_of(exif.held(blank, 0)) == []
    assert [h.value for h in exif.held(blank, 0)] == ["maker"]


def test_text_of_no_ascii_is_read_in_the_order_of_the_block() -> None:
    for order, codec in (("<", "utf-16-le"), (">", "utf-16-be")):
        body = block(COMMENT, b"UNICODE\x00" + "一段文字".encode(codec), order)
        assert texts(body) == {"EXIF:UserComment": "一段文字"}


def test_a_comment_in_jis_is_read() -> None:
    body = block(COMMENT, b"JIS\x00\x00\x00\x00\x00" + "日本".encode("iso2022_jp"))
    assert texts(body) == {"EXIF:UserComment": "日本"}


@pytest.mark.parametrize(
    ("tag", "key"),
    [(0x9C9B, "XPTitle"), (0x9C9C, "XPComment"), (0x9C9E, "XPKeywords"), (0x9C9F, "XPSubject")],
)
def test_texts_of_windows_are_utf_16(tag: int, key: str) -> None:
    body = block(tag, JSON.encode("utf-16-le") + b"\x00\x00")
    assert texts(body) == {f"EXIF:{key}": JSON}
    assert marks_of(exif.held(exif.without_label(body), 0)) == []


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_text_is_given_with_its_bytes_in_the_file(order: str, big: bool) -> None:
    body = block(0x010E, b"a description\x00", order, big=big)
    first, second = exif.held(body, 1000)
    at = 1000 + body.index(b"a description")
    assert first == Held(
        "pair",
        "a description",
        ByteRange(at, at + 14),
        "EXIF ImageDescription",
        "EXIF:ImageDescription",
    )
    assert (second.key, second.value) == ("EXIF:Make", "maker")


def test_a_short_text_stands_in_its_entry() -> None:
    body = block(0x0131, b"abc\x00")
    (text,) = [h for h in exif.held(body, 0) if h.key == "EXIF:Software"]
    assert isinstance(text.at, ByteRange)
    assert body[text.at.start : text.at.end] == b"abc\x00"


def test_a_makers_note_is_given_where_it_is_text() -> None:
    assert texts(block(0x927C, b"a note\n\tof words\x00")) == {
        "EXIF:MakerNote": "a note\n\tof words"
    }
    assert texts(block(0x927C, b"Nikon\x00\x02\x10binary")) == {}
    assert texts(block(0x927C, b"\xff\xfe\x00\x01")) == {}
    assert texts(block(0x010E, b"\xa9 2025 M\xfcller\x00")) == {
        "EXIF:ImageDescription": "© 2025 Müller"
    }


def test_other_schemas_are_given_and_stay() -> None:
    told = json.dumps({"ServiceProvider": "001", "ServiceUser": "002"})
    body = block(0x010E, told.encode())
    assert texts(body) == {"EXIF:ImageDescription": told}
    assert exif.without_label(body) == body


def test_a_label_with_entities_is_blanked() -> None:
    body = block(0x010E, JSON.replace('"', "&quot;").encode())
    assert len(marks_of(exif.held(body, 0))) == 1
    assert marks_of(exif.held(exif.without_label(body), 0)) == []


def test_only_the_label_is_blanked() -> None:
    raw = b"ASCII\x00\x00\x00" + SHORT.encode()
    body = block(COMMENT, raw)
    assert exif.without_label(body) == body.replace(SHORT.encode(), bytes(len(SHORT)))
    told = b"ASCII\x00\x00\x00 on AIGC and its rules"
    assert exif.without_label(block(COMMENT, told)) == block(COMMENT, told)


def test_values_that_lie_over_each_other_leave_no_label() -> None:
    """The second label is none before the first is blanked."""
    text = (SHORT * 40).encode()
    body = bytearray(block(0x010E, text))
    row = body.index(struct.pack("<HH", 0x010E, 7))
    at = int.from_bytes(body[row + 8 : row + 12], "little")
    body[row + 4 : row + 8] = len(SHORT).to_bytes(4, "little")
    made = body.index(struct.pack("<HH", 271, 2))
    body[made : made + 12] = struct.pack("<HHII", 0x0131, 2, 2 * len(SHORT), at)
    blank = exif.without_label(bytes(body))
    assert marks_of(exif.held(blank, 0)) == []
    assert SHORT.encode() * 38 in blank


def linked(first: int, exif_at: int, after: int) -> bytes:
    """Give a block of two directories with a text each, which point where they are told."""
    head = b"II*\x00" + struct.pack("<I", first)
    one = struct.pack("<HHHI4sHHIII", 2, 0x0131, 2, 4, b"abc\x00", 0x8769, 4, 1, exif_at, after)
    two = struct.pack("<HHHI4sI", 1, 0x013B, 2, 4, b"xyz\x00", 0)
    return head + one + two


@pytest.mark.parametrize(
    ("exif_at", "after"), [(38, 38), (8, 8), (38, 8), (2**32 - 1, 38), (38, 2**32 - 1)]
)
def test_offsets_that_run_in_a_circle_end(exif_at: int, after: int) -> None:
    assert len(linked(8, exif_at, after)) == 56
    keys = [h.key for h in exif.held(linked(8, exif_at, after), 0)]
    assert keys == ["EXIF:Software", *(["EXIF:Artist"] if 38 in (exif_at, after) else [])]


def test_a_block_that_breaks_off_gives_what_could_be_read() -> None:
    body = linked(8, 38, 0)
    assert [len([*exif.held(body[:end], 0)]) for end in (0, 7, 8, 20, 22, 38, 52, 56)] == [
        *(0, 0, 0, 0, 1, 1, 2, 2)
    ]


def test_an_empty_or_foreign_block_gives_nothing() -> None:
    for body in (b"", b"II", b"XX*\x00\x08\x00\x00\x00", b"II+\x00\x08\x00\x00\x00\x10", bytes(40)):
        assert [*exif.held(body, 0)] == []
        assert exif.without_label(body) == body


def test_many_entries_with_one_large_value_are_bounded() -> None:
    count = 65_535
    rows = struct.pack("<HHII", 0x010E, 2, 1_000_000, 8) * count
    body = b"II*\x00\x08\x00\x00\x00" + count.to_bytes(2, "little") + rows + bytes(400_000)
    start = time.monotonic()
    assert len([*exif.held(body, 0)]) <= 4
    assert time.monotonic() - start < 2


def test_the_layout_is_told() -> None:
    assert exif.layout_of(b"MM\x00*\x00\x00\x00\x0a") == exif.Layout("big", False, 10)
    big = exif.layout_of(b"II+\x00\x08\x00\x00\x00" + struct.pack("<Q", 16))
    assert big == exif.Layout("little", True, 16)
    assert (big.wide, big.row, big.pointer) == (8, 20, 8)
    assert exif.layout_of(b"II+\x00\x04\x00\x00\x00" + struct.pack("<Q", 16)) is None


def test_a_directory_tells_whether_it_is_whole() -> None:
    body = linked(8, 38, 0)
    layout = exif.Layout("little", False, 8)
    found = exif.directory(body, layout, 8)
    assert found.whole
    assert found.at == ByteRange(8, 38)
    assert [(e.tag, e.type, e.many) for e in found.entries] == [(0x0131, 2, 4), (0x8769, 4, 1)]
    assert [e.tag for e in exif.directory(body, layout, 8, (0x8769,)).entries] == [0x8769]
    assert not exif.directory(body[:37], layout, 8).whole
    assert not exif.directory(body, layout, 4).whole
    assert not exif.directory(body, layout, 2**32 - 1).whole


@given(st.binary(max_size=200), st.integers(0, 300), st.sampled_from(["<", ">"]))
@example(b"\xff" * 12, 8, "<")
def test_any_block_is_read_and_blanked(junk: bytes, at: int, order: str) -> None:
    body = bytearray(block(COMMENT, b"UNICODE\x00" + JSON.encode("utf-16"), order))
    body[at : at + len(junk)] = junk
    for each in (bytes(body), b"II*\x00\x08\x00\x00\x00" + junk, junk):
        blank = exif.without_label(each)
        assert len(blank) == len(each)
        assert marks_of(exif.held(blank, 0)) == []
