from __future__ import annotations

import pytest
from tests.labels.carriers import LABEL, XMP_APP1, jpeg_file, packet, segment, xmp

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.formats import jpeg


def label(value: str) -> bytes:
    return segment(0xE1, XMP_APP1 + xmp({**LABEL, "Label": value}))


def test_a_label_is_read_with_the_bytes_of_its_segment() -> None:
    data = jpeg_file(segment(0xFE, b"a comment"), label("3"))
    (mark,) = jpeg.read(data)
    at = data.index(label("3"))
    assert mark.at == ByteRange(at, at + len(label("3")))
    assert (mark.label, mark.fields["ProduceID"]) == ("3", LABEL["ProduceID"])


def test_labels_come_in_order_of_place() -> None:
    assert [m.label for m in jpeg.read(jpeg_file(label("2"), label("1")))] == ["2", "1"]


def test_fill_bytes_and_bare_markers_are_passed_over() -> None:
    data = jpeg_file(b"\xff\x01", b"\xff\xff\xff" + label("1")[1:], b"\xff\xd3")
    (mark,) = jpeg.read(data)
    assert isinstance(mark.at, ByteRange)
    assert data[mark.at.start : mark.at.start + 3] == b"\xff\xff\xff"
    assert data[: mark.at.end].endswith(label("1")[-20:])


def test_other_segments_hold_no_label() -> None:
    assert jpeg.read(jpeg_file(segment(0xE1, b"Exif\x00\x00" + xmp(LABEL)))) == []
    assert jpeg.read(jpeg_file(segment(0xE2, XMP_APP1 + xmp(LABEL)))) == []
    assert jpeg.read(jpeg_file(segment(0xE1, XMP_APP1 + packet("")))) == []


def test_what_stands_after_the_picture_begins_is_not_looked_at() -> None:
    assert jpeg.read(jpeg_file() + label("1")) == []
    assert jpeg.read(b"\xff\xd8\xff\xd9" + label("1")) == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xff\xd8\xff", "ends at byte 3 before its picture"),
        (b"\xff\xd8", "ends at byte 2 before its picture"),
        (b"\xff\xd8\x00\x00\x00", "byte 2 of the JPEG should start a marker"),
        (b"\xff\xd8\xff\xe0\x00\x01", "segment at byte 2 is cut short"),
        (b"\xff\xd8\xff\xe0\x00", "segment at byte 2 is cut short"),
        (b"\xff\xd8\xff\xe0\xff\xff" + bytes(100), "segment at byte 2 is cut short"),
        (b"\xff\xd8" + b"\xff" * 40, "ends at byte 42 before its picture"),
        (jpeg_file(segment(0xE1, XMP_APP1 + b"<a>")), "no XML"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        jpeg.read(data)


def test_every_segment_is_given_with_its_place() -> None:
    data = jpeg_file(label("1"))
    seen = list(jpeg.segments(data))
    assert [s.marker for s in seen] == [0xE0, 0xE1]
    assert seen[0].at.start == 2
    assert seen[0].at.end == seen[1].at.start
    assert all(data[s.at.end - len(s.data) : s.at.end] == s.data for s in seen)


def test_the_first_bytes_tell() -> None:
    assert jpeg.knows(b"\xff\xd8\xff\xe0")
    assert not jpeg.knows(b"\xff\xd8")
