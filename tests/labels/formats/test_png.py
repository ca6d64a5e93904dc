"""PNG: chunks, text chunks of every kind, EXIF and C2PA beside the label, bounds."""

from __future__ import annotations

import io
import json
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
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
from tests.labels.formats.samples import png as sample

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.formats import png
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Mark
from qingjian.labels.splice import applied

JSON = json.dumps(LABEL, ensure_ascii=False)


def marks(data: bytes) -> list[Mark]:
    return marks_of(png.held(data))


def written(data: bytes, value: str | None = JSON) -> bytes:
    return applied(data, png.write(data, value))


def test_a_label_is_read_with_the_bytes_of_its_chunk() -> None:
    other = chunk(b"tEXt", b"Software\x00x")
    label = itxt(xmp(LABEL))
    data = png_file(other, label)
    (mark,) = marks(data)
    assert mark.at == ByteRange(data.index(label), data.index(label) + len(label))
    assert (mark.label, mark.fields["ContentPropagator"]) == ("1", "传播者")


def test_labels_come_in_order_of_place_and_one_is_left() -> None:
    second = {**LABEL, "Label": "2"}
    data = png_file(itxt(xmp(LABEL)), itxt(xmp(second), deflated=True))
    one, two = marks(data)
    assert (one.label, two.label) == ("1", "2")
    assert isinstance(one.at, ByteRange)
    assert isinstance(two.at, ByteRange)
    assert one.at.end == two.at.start
    assert [m.label for m in marks(written(data))] == ["1"]
    assert marks(written(data, None)) == []


def test_every_chunk_but_the_picture_is_given_with_its_place() -> None:
    data = png_file(itxt(xmp(LABEL)))
    seen = list(png.chunks(data))
    assert [c.type for c in seen] == [b"IHDR", b"iTXt", b"IEND"]
    assert seen[0].at.start == len(SIGNATURE)
    assert seen[-1].at.end == len(data)
    assert all(data[c.at.start + 4 : c.at.start + 8] == c.type for c in seen)


def test_the_packet_stands_right_after_the_header() -> None:
    data = png_file(chunk(b"tEXt", b"Software\x00x"))
    again = list(png.chunks(written(data)))
    assert [c.type for c in again[:3]] == [b"IHDR", b"iTXt", b"tEXt"]
    assert b"<T:kept/>" in written(png_file(itxt(packet("<T:kept/>"))))


def test_text_chunks_are_given_under_their_keywords() -> None:
    data = png_file(
        chunk(b"tEXt", b"parameters\x00Steps: 1"),
        chunk(b"tEXt", "Author\x00某人".encode()),
        chunk(b"tEXt", b"Title\x00M\xfcller"),
        chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"said")),
        itxt("说".encode(), keyword=b"prompt\x00", deflated=True),
    )
    assert [(h.key, h.value) for h in png.held(data)] == [
        ("parameters", "Steps: 1"),
        ("Author", "某人"),
        ("Title", "Müller"),
        ("Comment", "said"),
        ("prompt", "说"),
    ]
    assert written(data, None) == data


@pytest.mark.parametrize(
    "label",
    [
        chunk(b"tEXt", b"AIGC\x00" + JSON.encode()),
        chunk(b"zTXt", b"AIGC\x00\x00" + zlib.compress(JSON.encode())),
        itxt(JSON.encode(), keyword=b"AIGC\x00"),
    ],
)
def test_a_text_chunk_with_the_label_is_told_and_replaced(label: bytes) -> None:
    (mark,) = marks(png_file(label))
    assert "place.text" in [d.id for d in mark.deviations]
    assert written(png_file(label)) == written(png_file())
    assert written(png_file(label), None) == png_file()


def test_text_under_another_name_is_no_label() -> None:
    assert marks(png_file(itxt(xmp(LABEL), keyword=b"Comment\x00"))) == []
    assert marks(png_file(itxt(packet("")))) == []


def test_a_label_in_exif_is_blanked_under_a_right_checksum() -> None:
    data = sample.SHAPES["EXIF UserComment"]
    (mark,) = marks(data)
    assert mark.place == "EXIF UserComment"
    assert isinstance(mark.at, ByteRange)
    assert data[mark.at.start : mark.at.start + 5] == b"ASCII"
    bare = written(data, None)
    assert marks(bare) == []
    with Image.open(io.BytesIO(bare)) as image:
        assert image.getexif()[0x0131] == "painter 1.0"


def test_a_manifest_store_is_given_and_stays() -> None:
    store = chunk(b"caBX", b"\x00\x00\x00\x10jumbc2pa")
    data = png_file(store)
    (found,) = png.held(data)
    assert (found.kind, found.value) == ("c2pa", b"\x00\x00\x00\x10jumbc2pa")
    assert store in written(data)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (SIGNATURE, "ends at byte 8 before IEND"),
        (SIGNATURE + b"\x00\x00\xff\xff" + b"IDAT" + bytes(8), "chunk at byte 8 is cut short"),
        (png_file(itxt(xmp(LABEL))).replace(b"001191", b"001190"), "fails its checksum"),
        (png_file(chunk(b"tEXt", b"no zero")), "text chunk at byte 33 is cut short"),
        (png_file(chunk(b"iTXt", XMP_KEYWORD)), "iTXt chunk at byte 33 is cut short"),
        (png_file(chunk(b"iTXt", XMP_KEYWORD + b"\x00\x00en")), "iTXt chunk at byte 33 is cut"),
        (png_file(chunk(b"iTXt", XMP_KEYWORD + b"\x01\x00\x00\x00\xff\xff")), "does not inflate"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        list(png.held(data))
    with pytest.raises(DamagedFile, match=told):
        png.write(data, JSON)


def test_a_packet_that_is_no_xml_is_neither_read_nor_written() -> None:
    data = png_file(itxt(b"AIGC is no xml"))
    with pytest.raises(DamagedFile, match="no XML"):
        marks(data)
    with pytest.raises(DamagedFile, match="no XML"):
        png.write(data, JSON)


def test_a_file_without_a_header_is_damage() -> None:
    with pytest.raises(DamagedFile, match="no IHDR"):
        png.write(SIGNATURE + chunk(b"IEND", b""), JSON)


def test_a_stream_cut_short_under_a_right_checksum_is_damage() -> None:
    packed = zlib.compress(xmp(LABEL))
    for end in range(len(packed)):
        with pytest.raises(DamagedFile, match="cut short"):
            list(png.held(png_file(chunk(b"iTXt", XMP_KEYWORD + b"\x01\0\0\0" + packed[:end]))))


@pytest.mark.parametrize("deflated", [True, False])
def test_a_packet_that_grows_without_end_is_refused_in_bounded_memory(deflated: bool) -> None:
    large = xmp(LABEL) + b" " * (200_000_000 if deflated else 4_000_000)
    data = png_file(itxt(large, deflated=deflated))
    del large
    tracemalloc.start()
    with pytest.raises(DamagedFile, match="more than 4,000,000 bytes"):
        list(png.held(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000


def test_a_packet_of_just_the_limit_is_read() -> None:
    label = xmp(LABEL)
    text = label + b" " * (4_000_000 - len(label))
    for deflated in (False, True):
        assert len(marks(png_file(itxt(text, deflated=deflated)))) == 1
        with pytest.raises(DamagedFile):
            marks(png_file(itxt(text + b" ", deflated=deflated)))


@given(st.binary(max_size=200), st.booleans())
def test_any_packet_under_a_right_checksum_is_read_or_called_damaged(
    data: bytes, deflated: bool
) -> None:
    for way in (itxt(data, deflated=deflated), chunk(b"iTXt", XMP_KEYWORD + data)):
        try:
            assert marks(png_file(way)) == []
        except DamagedFile as error:
            assert error.what


def test_the_first_bytes_tell() -> None:
    assert png.knows(SIGNATURE)
    assert not png.knows(SIGNATURE[:7])


@pytest.mark.parametrize("key", [b"Comment", b"xmp:AIGC", b"aigc"])
def test_a_label_under_any_keyword_is_taken_away(key: bytes) -> None:
    label = json.dumps({"AIGC": LABEL}).encode()
    data = png_file(chunk(b"tEXt", key + b"\x00" + label), chunk(b"tEXt", b"Title\x00kept"))
    assert len(marks_of(png.held(data))) == 1
    bare = applied(data, png.write(data, None))
    assert marks_of(png.held(bare)) == []
    assert b"Title\x00kept" in bare


def test_a_packet_in_utf_16_is_emptied_too() -> None:
    data = png_file(itxt(xmp(LABEL).decode().encode("utf-16")))
    assert len(marks_of(png.held(data))) == 1
    assert marks_of(png.held(applied(data, png.write(data, None)))) == []


def test_what_is_no_header_first_and_texts_without_bound_are_damage() -> None:
    data = png_file(*[chunk(b"zTXt", b"k\x00\x00" + zlib.compress(bytes(3_900_000)))] * 5)
    with pytest.raises(DamagedFile, match="more than 16,000,000"):
        list(png.held(data))
    broken = png_file(chunk(b"caBX", b"x" * 9)).replace(b"x" * 9, b"x" * 8 + b"y")
    for give in (png.held, lambda d: png.write(d, None)):
        with pytest.raises(DamagedFile, match="checksum"):
            list(give(broken))
    with pytest.raises(DamagedFile, match="no IHDR"):
        png.write(data[:8] + chunk(b"tEXt", b"k\x00v") + data[8:], None)
