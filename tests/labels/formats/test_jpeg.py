"""JPEG: segments, odd places of labels, what else is read, what stays where it was."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests import needs
from tests.labels.carriers import LABEL, XMP_APP1, jpeg_file, packet, segment, xmp
from tests.labels.formats.samples import jpeg as sample

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.formats import jpeg
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Held, Mark
from qingjian.labels.splice import applied
from qingjian.labels.structures import exif, extendedxmp

JSON = json.dumps(LABEL, ensure_ascii=False)
WRAPPED = json.dumps({"AIGC": LABEL}, ensure_ascii=False)
MAIN = segment(0xE1, XMP_APP1 + packet("<T:kept>1</T:kept>"))


def label(value: str) -> bytes:
    return segment(0xE1, XMP_APP1 + xmp({**LABEL, "Label": value}))


def marks(data: bytes) -> list[Mark]:
    return marks_of(jpeg.held(data))


def written(data: bytes, value: str | None = JSON) -> bytes:
    return applied(data, jpeg.write(data, value))


def pairs(data: bytes) -> dict[str, str | bytes]:
    return {h.key: h.value for h in jpeg.held(data) if h.kind == "pair"}


def test_a_label_is_read_with_the_bytes_of_its_segment() -> None:
    data = jpeg_file(segment(0xFE, b"a comment"), label("3"))
    (mark,) = marks(data)
    at = data.index(label("3"))
    assert mark.at == ByteRange(at, at + len(label("3")))
    assert (mark.label, mark.place) == ("3", "APP1 XMP")
    assert pairs(data) == {"Comment": "a comment"}


def test_labels_come_in_order_of_place_and_one_is_left() -> None:
    data = jpeg_file(label("2"), segment(0xFE, WRAPPED.encode()), label("1"), MAIN)
    assert [m.label for m in marks(data)] == ["2", "1", "1"]
    again = written(data)
    assert len(marks(again)) == 1
    assert MAIN in again
    assert marks(written(data, None)) == []


def test_fill_bytes_and_bare_markers_are_passed_over_and_kept() -> None:
    data = jpeg_file(b"\xff\x01", b"\xff\xff\xff" + label("1")[1:], b"\xff\xd3")
    (mark,) = marks(data)
    assert isinstance(mark.at, ByteRange)
    assert data[mark.at.start : mark.at.start + 3] == b"\xff\xff\xff"
    assert data[: mark.at.end].endswith(label("1")[-20:])
    assert b"\xff\x01" + label("1")[:2] in written(data)
    assert b"\xff\xd3\xff\xda" in written(data)


def test_other_segments_hold_no_label() -> None:
    for each in (
        segment(0xE1, b"Exif\x00\x00" + xmp(LABEL)),
        segment(0xE2, XMP_APP1 + xmp(LABEL)),
        segment(0xE1, XMP_APP1 + packet("")),
        segment(0xDB, b"AIGC" + JSON.encode()),
    ):
        assert marks(jpeg_file(each)) == []
        assert written(jpeg_file(each), None) == jpeg_file(each)


def test_what_stands_after_the_picture_begins_is_not_looked_at() -> None:
    assert marks(jpeg_file() + label("1")) == []
    assert written(jpeg_file() + label("1")).endswith(jpeg_file()[20:] + label("1"))
    assert marks(b"\xff\xd8\xff\xd9" + label("1")) == []


def test_a_packet_is_put_after_the_heads_of_jfif_and_exif() -> None:
    tags = segment(0xE1, b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + bytes(6))
    other = segment(0xE2, b"ICC_PROFILE\x00")
    data = jpeg_file(tags, other)
    at = data.index(other)
    assert [(e.start, e.end) for e in jpeg.write(data, JSON)] == [(at, at)]
    assert jpeg.write(b"\xff\xd8\xff\xd9", JSON)[0].start == 2


def test_a_packet_that_is_there_keeps_what_it_says() -> None:
    data = jpeg_file(segment(0xFE, b"first"), MAIN)
    again = written(data)
    assert b"<T:kept>1</T:kept>" in again
    assert again.count(XMP_APP1) == 1
    assert written(again, None).count(b"<T:kept>1</T:kept>") == 1


def test_a_packet_that_grows_too_long_gives_up_its_padding_or_is_refused() -> None:
    long = packet("<T:x>" + "y" * 64_000 + "</T:x>")
    padded = long.replace(b"<?xpacket end", b" " * 1000 + b"<?xpacket end")
    again = written(jpeg_file(segment(0xE1, XMP_APP1 + padded)))
    assert len(marks(again)) == 1
    assert b"y" * 64_000 in again
    with pytest.raises(
        InputError, match=r"would have 6\d,\d{3} bytes; a JPEG holds 65,502"
    ) as told:
        jpeg.write(jpeg_file(segment(0xE1, XMP_APP1 + long)), '{"Label":"' + "1" * 1400 + '"}')
    assert "sidecar" in told.value.hint
    assert not isinstance(told.value, DamagedFile)


@pytest.mark.parametrize(
    ("odd", "id"),
    [
        (segment(0xE9, b"AIGC" + JSON.encode()), "place.segment"),
        (segment(0xE5, b"AIGC\x00" + JSON.encode() + b"\x00"), "place.segment"),
        (segment(0xE1, XMP_APP1 + WRAPPED.encode()), "place.segment"),
        (segment(0xE1, XMP_APP1 + b"\xef\xbb\xbf " + JSON.encode()), "place.segment"),
        (segment(0xFE, WRAPPED.encode() + b"\x00"), "place.comment"),
    ],
)
def test_labels_outside_a_packet_are_told_and_taken_away(odd: bytes, id: str) -> None:
    (mark,) = marks(jpeg_file(odd))
    assert id in [d.id for d in mark.deviations]
    assert written(jpeg_file(odd)) == written(jpeg_file())
    assert written(jpeg_file(odd), None) == jpeg_file()


def test_a_segment_that_only_begins_like_a_label_stays() -> None:
    for body in (b"AIGC tools 1.0", b"AIGC{", b'AIGC{"x":"y"}'):
        assert segment(0xE7, body) in written(jpeg_file(segment(0xE7, body)))


def test_texts_of_iptc_are_read_and_a_label_among_them_is_blanked() -> None:
    data = jpeg_file(sample.iptc((120, WRAPPED.encode()), (105, "标题".encode())))
    assert pairs(data)["IPTC:Headline"] == "标题"
    again = written(data)
    assert len(marks(data)) == len(marks(again)) == 1
    assert pairs(again)["IPTC:Headline"] == "标题"
    assert marks(written(data, None)) == []


def stores(*parts: bytes, box: bytes = b"\x00\x01", head: bytes = b"") -> list[bytes]:
    return [
        segment(0xEB, b"JP" + box + (i + 1).to_bytes(4, "big") + head + part)
        for i, part in enumerate(parts)
    ]


@pytest.mark.parametrize("wide", [False, True])
def test_a_store_is_put_together_of_its_segments(wide: bool) -> None:
    body = b"\x00\x00\x00\x1djumdc2pa" + bytes(12) + b"\x03c2pa\x00" + b"0123456789" * 5
    size = len(body) + (16 if wide else 8)
    head = size.to_bytes(4, "big") + b"jumb"
    if wide:
        head = b"\x00\x00\x00\x01jumb" + size.to_bytes(8, "big")
    one, two, three = stores(body[:40], body[40:60], body[60:], head=head)
    foreign = stores(b"other", box=b"\x00\x02", head=b"\x00\x00\x00\x0djumb")
    data = jpeg_file(one, three, *foreign, two)
    (found,) = [h for h in jpeg.held(data) if h.kind == "c2pa"]
    assert found.value == head + body
    assert found.at == ByteRange(data.index(one), data.index(three) + len(three)), "without a gap"
    assert all(each in written(data) for each in (one, two, three, *foreign))


def extended(whole: bytes) -> tuple[bytes, list[bytes]]:
    """Give the main packet's segment and those of an extension."""
    digest = hashlib.md5(whole).hexdigest().upper()
    main = packet(f"<N:HasExtendedXMP xmlns:N='n'>{digest}</N:HasExtendedXMP>")
    head = extendedxmp.HEADER + digest.encode() + len(whole).to_bytes(4, "big")
    parts = [
        segment(0xE1, head + at.to_bytes(4, "big") + whole[at : at + 150])
        for at in range(0, len(whole), 150)
    ]
    return segment(0xE1, XMP_APP1 + main), parts


def test_a_label_in_extended_xmp_is_read_and_taken_out_and_the_rest_stays() -> None:
    main, parts = extended(xmp(LABEL))
    data = jpeg_file(main, *parts)
    (mark,) = marks(data)
    assert mark.place == "APP1 extended XMP"
    again = written(data)
    assert [m.place for m in marks(again)] == ["APP1 XMP"]
    (whole,) = [h.value for h in jpeg.held(again) if h.place == "APP1 extended XMP"]
    assert isinstance(whole, bytes)
    assert again.count(hashlib.md5(whole).hexdigest().upper().encode()) == 1 + len(parts)
    assert marks(written(data, None)) == []
    assert written(again) == again


def test_extended_xmp_without_a_label_stays() -> None:
    main, parts = extended(packet("<T:long>" + "x" * 400 + "</T:long>"))
    again = written(jpeg_file(main, *parts))
    assert b"".join(parts) in again
    with pytest.raises(DamagedFile, match="extended XMP"):
        list(jpeg.held(jpeg_file(main, *parts[1:])))


def test_pictures_behind_the_first_are_found_after_a_write() -> None:
    """The packet stands behind the index, so offsets from the index change."""
    file = io.BytesIO()
    sample.picture().save(
        file, "MPO", save_all=True, append_images=[sample.picture(77), sample.picture(200)]
    )
    data = file.getvalue()
    index = next(s for s in jpeg.segments(data) if data[s.body : s.body + 4] == b"MPF\x00")
    for main in (b"", MAIN):
        grown = bytearray(data[: index.end] + main + data[index.end :])
        block = bytes(grown[index.body + 4 : index.end])
        layout = exif.layout_of(block)
        assert layout is not None
        (entry,) = exif.directory(block, layout, layout.first, (0xB002,)).entries
        for at in range(entry.value.start, entry.value.end, 16):
            field = index.body + 4 + at + (4 if at == entry.value.start else 8)
            old = int.from_bytes(grown[field : field + 4], layout.order)
            grown[field : field + 4] = (old + len(main)).to_bytes(4, layout.order)
        for value in (JSON, JSON.replace('"1"', '"2"'), None):
            again = written(bytes(grown), value)
            frames = []
            with Image.open(io.BytesIO(again)) as image:
                assert getattr(image, "n_frames", 1) == 3
                for frame in range(3):
                    image.seek(frame)
                    frames.append(image.convert("RGB").tobytes())
            with Image.open(io.BytesIO(data)) as image:
                for frame in range(3):
                    image.seek(frame)
                    assert image.convert("RGB").tobytes() == frames[frame]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xff\xd8\xff", "ends at byte 3 before its picture"),
        (b"\xff\xd8", "ends at byte 2 before its picture"),
        (b"\xff\xd8\x00\x00\x00", "byte 2 of the JPEG should start a marker"),
        (b"\xff\xd8\xff\x00\x00", "byte 2 of the JPEG should start a marker"),
        (b"\xff\xd8\xff\xe0\x00\x01", "segment at byte 2 is cut short"),
        (b"\xff\xd8\xff\xe0\x00", "segment at byte 2 is cut short"),
        (b"\xff\xd8\xff\xe0\xff\xff" + bytes(100), "segment at byte 2 is cut short"),
        (b"\xff\xd8" + b"\xff" * 40, "has only 0xFF after byte 2"),
        (jpeg_file()[:-1], r"ends at byte \d+ within its picture"),
        (jpeg_file()[:-2], "within its picture"),
        (b"\xff\xd8" + b"\xff\xd0" * 5000, "more than 4,096 segments"),
        (b"\xff\xd8" + b"\xff" * 5000 + b"\xd9", "only 0xFF"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        list(jpeg.held(data))
    with pytest.raises(DamagedFile, match=told):
        jpeg.write(data, JSON)


def test_a_packet_that_is_no_xml_is_not_written() -> None:
    for body in (b"<a>", b"", b"<rdf:RDF xmlns:rdf='x'>"):
        with pytest.raises(DamagedFile, match="no XML"):
            jpeg.write(jpeg_file(segment(0xE1, XMP_APP1 + body)), JSON)


def test_a_packet_with_a_label_but_no_rdf_goes() -> None:
    odd = f"<T:AIGC xmlns:T='t'>{JSON}</T:AIGC>".encode()
    data = jpeg_file(segment(0xE1, XMP_APP1 + odd))
    assert len(marks(data)) == len(marks(written(data))) == 1
    assert written(data, None) == jpeg_file()


def test_every_segment_is_given_with_its_place() -> None:
    data = jpeg_file(label("1"))
    seen = list(jpeg.segments(data))
    assert [s.marker for s in seen] == [0xE0, 0xE1]
    assert (seen[0].start, seen[0].body) == (2, 6)
    assert seen[0].end == seen[1].start
    assert data[seen[1].body : seen[1].end].startswith(XMP_APP1)


def test_exif_is_given_with_its_bytes_in_the_file() -> None:
    data = sample.saved(sample.exif(comment=b"ASCII\x00\x00\x00words"))
    found = {h.key: h for h in jpeg.held(data)}
    at = data.index(b"ASCII\x00\x00\x00words")
    assert found["EXIF:UserComment"] == Held(
        "pair", "words", ByteRange(at, at + 13), "EXIF UserComment", "EXIF:UserComment"
    )
    assert found["EXIF:Software"].value == "painter 1.0"


def test_an_independent_tool_still_reads_the_exif_beside_a_blanked_label(tmp_path: Path) -> None:
    needs.tool("exiftool")
    data = written(sample.SHAPES["EXIF UserComment"])
    with Image.open(io.BytesIO(data)) as image:
        tags = image.getexif()
        assert tags[0x0131] == "painter 1.0"
        assert tags.get_ifd(0x8769)[0x8827] == 200
    path = tmp_path / "file.jpg"
    path.write_bytes(data)
    assert json.loads(sample.crossread(path)) == LABEL


@given(st.binary(max_size=60), st.sampled_from(b"\xe1\xeb\xed\xfe\xe2"), st.integers(0, 9))
def test_any_segment_is_read_and_written(junk: bytes, marker: int, which: int) -> None:
    heads = (
        XMP_APP1,
        b"Exif\x00\x00II*\x00",
        b"JP",
        b"Photoshop 3.0\x008BIM\x04\x04",
        b"MPF\x00MM",
    )
    head = (*heads, b"AIGC", extendedxmp.HEADER, b"", XMP_APP1 + b"{", b"MPF\x00II*\x00")[which]
    data = jpeg_file(segment(marker, head + junk), label("1"))
    try:
        again = written(data)
    except InputError:
        return
    assert len(marks(again)) == 1


def test_the_first_bytes_tell() -> None:
    assert jpeg.knows(b"\xff\xd8\xff\xe0")
    assert not jpeg.knows(b"\xff\xd8")
