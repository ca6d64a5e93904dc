from __future__ import annotations

import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import (
    LABEL,
    SIGNATURE,
    XMP_KEYWORD,
    chunk,
    itxt,
    packet,
    png_file,
    xmp,
)

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.formats import png


def test_a_label_is_read_with_the_bytes_of_its_chunk() -> None:
    other = chunk(b"tEXt", b"Software\x00x")
    label = itxt(xmp(LABEL))
    data = png_file(other, label)
    (mark,) = png.read(data)
    assert mark.at == ByteRange(data.index(label), data.index(label) + len(label))
    assert (mark.label, mark.fields["ContentPropagator"]) == ("1", "传播者")


def test_labels_come_in_order_of_place() -> None:
    second = {**LABEL, "Label": "2"}
    marks = png.read(png_file(itxt(xmp(LABEL)), itxt(xmp(second), deflated=True)))
    assert [m.label for m in marks] == ["1", "2"]
    assert isinstance(marks[0].at, ByteRange)
    assert isinstance(marks[1].at, ByteRange)
    assert marks[0].at.end == marks[1].at.start


def test_every_chunk_is_given_with_its_place() -> None:
    data = png_file(itxt(xmp(LABEL)))
    seen = list(png.chunks(data))
    assert [c.type for c in seen] == [b"IHDR", b"iTXt", b"IDAT", b"IEND"]
    assert seen[0].at.start == len(SIGNATURE)
    assert seen[-1].at.end == len(data)
    assert all(data[c.at.start + 4 : c.at.start + 8] == c.type for c in seen)


def test_text_under_another_name_is_no_label() -> None:
    assert png.read(png_file(itxt(xmp(LABEL), keyword=b"Comment\x00"))) == []
    assert png.read(png_file(chunk(b"tEXt", XMP_KEYWORD + xmp(LABEL)))) == []


def test_a_packet_without_the_property_is_no_label() -> None:
    assert png.read(png_file(itxt(packet("")))) == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (SIGNATURE, "ends at byte 8 before IEND"),
        (SIGNATURE + b"\x00\x00\xff\xff" + b"IDAT" + bytes(8), "chunk at byte 8 is cut short"),
        (png_file().replace(b"IDAT", b"IDAX"), "fails its checksum"),
        (png_file(chunk(b"iTXt", XMP_KEYWORD)), "iTXt chunk at byte 33 is cut short"),
        (png_file(chunk(b"iTXt", XMP_KEYWORD + b"\x00\x00en")), "iTXt chunk at byte 33 is cut"),
        (png_file(chunk(b"iTXt", XMP_KEYWORD + b"\x01\x07\x00\x00x")), "in an unknown way"),
        (png_file(chunk(b"iTXt", XMP_KEYWORD + b"\x01\x00\x00\x00\xff\xff")), "does not inflate"),
        (png_file(itxt(b"no xml")), "no XML"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        png.read(data)


def test_a_stream_cut_short_under_a_right_checksum_is_damage() -> None:
    packed = zlib.compress(xmp(LABEL))
    for end in range(len(packed)):
        with pytest.raises(DamagedFile, match="cut short"):
            png.read(png_file(chunk(b"iTXt", XMP_KEYWORD + b"\x01\x00\x00\x00" + packed[:end])))


@pytest.mark.parametrize("deflated", [True, False])
def test_a_packet_that_grows_without_end_is_refused_in_bounded_memory(deflated: bool) -> None:
    large = xmp(LABEL) + b" " * (200_000_000 if deflated else 4_000_000)
    data = png_file(itxt(large, deflated=deflated))
    del large
    tracemalloc.start()
    with pytest.raises(DamagedFile, match="more than 4,000,000 bytes"):
        png.read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


def test_a_packet_of_just_the_limit_is_read() -> None:
    label = xmp(LABEL)
    text = label + b" " * (4_000_000 - len(label))
    for deflated in (False, True):
        assert len(png.read(png_file(itxt(text, deflated=deflated)))) == 1
        with pytest.raises(DamagedFile):
            png.read(png_file(itxt(text + b" ", deflated=deflated)))


@given(st.binary(max_size=200), st.booleans())
def test_any_packet_under_a_right_checksum_is_read_or_called_damaged(
    data: bytes, deflated: bool
) -> None:
    for way in (itxt(data, deflated=deflated), chunk(b"iTXt", XMP_KEYWORD + data)):
        try:
            assert png.read(png_file(way)) == []
        except DamagedFile as error:
            assert error.what


def test_the_first_bytes_tell() -> None:
    assert png.knows(SIGNATURE)
    assert not png.knows(SIGNATURE[:7])
