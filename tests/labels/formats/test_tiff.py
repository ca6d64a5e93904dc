"""TIFF: both orders and sizes, what is appended and undone, other pages, damage, bounds."""

from __future__ import annotations

import io
import itertools
import json
import struct
from pathlib import Path

import pytest
from PIL import Image
from tests.labels.carriers import LABEL, packet, xmp
from tests.labels.formats.samples import gif
from tests.labels.formats.samples import tiff as sample
from tests.labels.formats.samples.tiff import built, value

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.formats import tiff
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Mark
from qingjian.labels.splice import Stored, applied
from qingjian.labels.structures import tiffpages

JSON = json.dumps(LABEL, ensure_ascii=False)
LONG = json.dumps({**LABEL, "ReservedCode1": "x" * 5000}, ensure_ascii=False)
OTHER = packet("<T:kept>1</T:kept>")
KINDS = list(itertools.product("<>", (False, True)))
each_kind = pytest.mark.parametrize(("order", "big"), KINDS)


def marks(data: bytes) -> list[Mark]:
    return marks_of(tiff.held(data))


def written(data: bytes, text: str | None = JSON) -> bytes:
    return applied(data, tiff.write(data, text))


def tags(data: bytes, page: int = 0) -> dict[int, bytes]:
    """Give the values of a page by their tags, as bytes."""
    layout = tiffpages.layout_of(data)
    found = [*tiffpages.directories(data, layout)][page]
    numbers = [e.tag for e in found.entries]
    assert numbers == sorted(numbers)
    return {e.tag: data[e.value.start : e.value.end] for e in found.entries}


@each_kind
def test_a_label_is_appended_and_taken_away_without_a_trace(order: str, big: bool) -> None:
    data = built({270: value(b"a description\x00", 2)}, {}, order=order, big=big)
    again = written(data)
    (mark,) = marks(again)
    assert (mark.label, mark.place) == ("1", "tag 700 XMP")
    assert isinstance(mark.at, ByteRange)
    assert again[mark.at.start : mark.at.end] == tags(again)[700]
    assert mark.at.start % 2 == 0
    assert {k: v for k, v in tags(again).items() if k != 700} == tags(data)
    assert tags(again, 1) == tags(data, 1)
    if (order, big) != (">", True):  # Pillow reads no big-endian BigTIFF
        assert sample.content(again) == sample.content(data)
    assert written(again, None) == data
    assert written(again, LONG) == written(data, LONG)
    assert written(written(data, LONG)) == again


@each_kind
def test_a_packet_that_is_there_keeps_what_it_says(order: str, big: bool) -> None:
    data = built({700: value(OTHER, 1), 305: value(b"abcdefghij", 2)}, {}, order=order, big=big)
    for text in (JSON, LONG):
        again = written(data, text)
        assert len(marks(again)) == 1
        assert b"<T:kept>1</T:kept>" in tags(again)[700]
        assert again.count(b"T:kept>1<") == 1
        bare = written(again, None)
        assert len(bare) == len(data)
        assert tags(bare)[700].rstrip() == OTHER.rstrip()
        assert tags(bare)[305] == tags(data)[305]
        assert written(again, text) == again
    assert written(written(data, LONG)) == written(data)


def test_a_packet_with_room_is_replaced_in_its_place() -> None:
    data = built({700: value(OTHER + b" " * 1000)})
    again = written(data)
    assert len(again) == len(data)
    assert tags(again).keys() == tags(data).keys()
    assert len(marks(again)) == 1


def test_an_empty_packet_is_replaced() -> None:
    for old in (b"", b" ", b" " * 300, bytes(1000)):
        data = built({700: value(old)})
        assert len(marks(written(data))) == 1
        assert marks(written(written(data), None)) == []
        assert written(data, None) == data


def test_a_packet_of_another_type_is_given_the_right_one() -> None:
    data = built({700: value(OTHER.ljust(len(OTHER) // 4 * 4 + 4), 4)})
    again = written(data)
    layout = tiffpages.layout_of(again)
    (entry,) = [e for p in tiffpages.pages_of(again, layout) for e in p.packets]
    assert entry.type == 7
    assert len(marks(again)) == 1


def test_labels_of_other_pages_are_taken_away() -> None:
    data = built({}, {700: value(xmp(LABEL))}, {700: value(OTHER)})
    again = written(data)
    assert len(marks(data)) == len(marks(again)) == 1
    assert tags(again, 2)[700] == OTHER
    assert b"AIGC>" not in tags(again, 1)[700]
    assert marks(written(data, None)) == []


def test_a_packet_that_two_pages_share_is_one() -> None:
    data = bytearray(built({700: value(xmp(LABEL))}, {700: value(OTHER)}))
    layout = tiffpages.layout_of(bytes(data))
    one, two = (p.packets[0] for p in tiffpages.pages_of(bytes(data), layout))
    data[two.at : two.at + 12] = data[one.at : one.at + 12]
    assert len(marks(bytes(data))) == 1
    again = written(bytes(data), LONG)
    assert len(marks(again)) == 1
    assert tags(again, 0)[700] == tags(again, 1)[700]
    assert written(again, LONG) == again


def test_a_packet_in_utf_16_of_another_page_may_grow() -> None:
    text = xmp(LABEL).decode() + "<!--" + "字" * 900 + "-->"
    data = built({}, {700: value(text.encode("utf-16"))})
    assert len(marks(data)) == 1
    again = written(data)
    assert len(marks(again)) == 1
    assert written(again) == again
    assert marks(written(data, None)) == []


def test_a_label_among_the_texts_is_blanked() -> None:
    data = sample.SHAPES["ImageDescription"]
    again = written(data)
    assert len(tags(again)[270]) == len(tags(data)[270])
    assert not any(tags(again)[270])
    assert len(marks(again)) == 1


def test_what_others_added_to_our_packet_stays() -> None:
    """The packet is no longer the label's alone, so it is not cut off."""
    data = sample.plain()
    again = written(data)
    at = again.index(b"<TC260:AIGC>")
    longer = again[:at] + b"<TC260:more/>" + again[at + len(b"<TC260:more/>") :]
    mixed = longer.replace(b"</TC260:AIGC>", b"<!--           ", 1)
    with pytest.raises(DamagedFile):
        tiff.write(mixed, None)
    told = written(data, '{"Label":"1","ContentProducer":"' + "p" * 200 + '"}')
    start, end = told.index(b"<TC260:AIGC>"), told.index(b"</TC260:AIGC>")
    said = b'{"Label":"1"}</TC260:AIGC><TC260:kept/>'
    own = (
        told[: start + 12]
        + said
        + told[end + 13 :].replace(
            b"<?xpacket end", b" " * (end + 13 - start - 12 - len(said)) + b"<?xpacket end", 1
        )
    )
    assert len(own) == len(told)
    assert len(marks(own)) == 1
    bare = written(own, None)
    assert b"<TC260:kept/>" in tags(bare)[700]
    assert marks(bare) == []


def test_a_file_that_went_on_after_our_label_is_not_cut() -> None:
    data = written(sample.plain())
    longer = data + b"more of another program"
    bare = written(longer, None)
    assert bare.endswith(b"more of another program")
    assert marks(bare) == []
    assert len(marks(written(longer))) == 1


def test_every_cut_is_noticed() -> None:
    for data in (
        written(sample.plain()),
        written(sample.plain(), LONG),
        built({}, {700: value(xmp(LABEL))}, order=">", big=True),
        written(built({700: value(OTHER)}), LONG),
    ):
        for end in range(0, len(data), 7):
            with pytest.raises(DamagedFile):
                list(tiff.held(data[:end]))
        with pytest.raises(DamagedFile):
            tiff.write(data[:-1], JSON)


def test_a_picture_that_is_cut_is_damage() -> None:
    file = io.BytesIO()
    Image.new("L", (64, 64)).save(file, "TIFF")
    data = file.getvalue()
    with pytest.raises(DamagedFile, match=rf"ends at byte {len(data)}, past the file's end"):
        list(tiff.held(data[:-1]))


@pytest.mark.parametrize(
    "over",
    [
        lambda data, row: struct.pack("<II", 100, 0),
        lambda data, row: struct.pack("<II", len(data) - 8, 8),
        lambda data, row: struct.pack("<II", 200, row),
    ],
)
def test_a_packet_that_lies_over_other_parts_is_not_replaced(over: object) -> None:
    assert callable(over)
    data = built({700: value(OTHER), 305: value(b"x" * 400, 2)})
    row = data.index(struct.pack("<HH", 700, 7))
    odd = data[: row + 4] + over(data, row) + data[row + 12 :]
    with pytest.raises(DamagedFile):
        tiff.write(odd, JSON)


def test_a_note_that_lies_is_not_followed() -> None:
    """Sizes and offsets in a note of ours may be anything."""
    data = written(built({700: value(OTHER)}), LONG)
    at = data.index(b"AIGCnote")
    for field in range(at + 8, at + 48):
        for byte in (0x00, 0x7F, 0xFF):
            odd = data[:field] + bytes((byte,)) + data[field + 1 :]
            for text in (JSON, None):
                again = written(odd, text)
                assert len(marks(again)) == (text is not None)


def test_a_packet_of_over_sixteen_million_bytes_is_refused() -> None:
    data = built({700: value(b" " * 16_000_001)})
    with pytest.raises(DamagedFile, match="over 16,000,000 bytes"):
        list(tiff.held(data))


def test_a_classic_file_does_not_pass_four_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "large.tif"
    with path.open("w+b") as file:
        file.write(sample.plain())
        file.truncate((1 << 32) - 100)
        file.flush()
        stored = Stored(file.fileno())
        assert marks_of(tiff.held(stored)) == []
        with pytest.raises(InputError, match="4 GB") as told:
            tiff.write(stored, JSON)
    assert "BigTIFF" in told.value.hint


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.tif"
    with path.open("w+b") as file:
        file.write(built({}, big=True))
        file.truncate(1 << 40)
        file.flush()
        stored = Stored(file.fileno())
        assert [e.start for e in tiff.write(stored, JSON)] == [8, 1 << 40]


@each_kind
def test_an_independent_tool_reads_every_kind(order: str, big: bool, tmp_path: Path) -> None:
    path = tmp_path / "file.tif"
    path.write_bytes(written(built({305: value(b"painter 1.0\x00", 2)}, {}, order=order, big=big)))
    assert json.loads(gif.crossread(path)) == LABEL


@pytest.mark.parametrize("order", "<>")
def test_a_label_of_an_independent_tool_is_read_and_replaced(order: str, tmp_path: Path) -> None:
    data = gif.written_by_exiftool(built({}, {}, order=order), "file.tif", JSON, tmp_path)
    (mark,) = marks(data)
    assert mark.fields["ContentPropagator"] == LABEL["ContentPropagator"]
    assert [m.label for m in marks(written(data, '{"Label":"3"}'))] == ["3"]


def test_the_first_bytes_tell() -> None:
    assert all(tiff.knows(built({}, order=order, big=big)) for order, big in KINDS)
    assert not tiff.knows(b"II*\x01")
    assert not tiff.knows(b"II")
