from __future__ import annotations

import io
import random
import time
import tracemalloc
import zlib
from typing import Any

import pytest
from tests import needs

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.structures.pdfobjects import Dictionary, Parser, Ref, String, bytes_of
from qingjian.labels.structures.pdfstreams import Windows, unpacked

FLATE = b"<</Filter/FlateDecode>>"


def form(source: bytes) -> Dictionary:
    value = Parser(source, 0, 0).item().value
    assert isinstance(value, Dictionary)
    return value


def predicted(rows: list[tuple[int, bytes]]) -> bytes:
    return zlib.compress(b"".join(bytes([kind]) + row for kind, row in rows))


def test_plain_and_deflated_streams_are_unpacked() -> None:
    assert unpacked(b"abc", form(b"<<>>"), 3) == b"abc"
    assert unpacked(zlib.compress(b"abc"), form(FLATE), 3) == b"abc"
    assert unpacked(zlib.compress(b"abc"), form(b"<</Filter[/FlateDecode]>>"), 3) == b"abc"
    for settings in (b"null", b"[null]", b"[]", b"<</Predictor 1>>", b"[<<>>]"):
        source = b"<</Filter/FlateDecode/DecodeParms %b>>" % settings
        assert unpacked(zlib.compress(b"abc"), form(source), 3) == b"abc"


@pytest.mark.parametrize(
    "source",
    [
        b"<</Filter/LZWDecode>>",
        b"<</Filter 5 0 R>>",
        b"<</Filter[/ASCIIHexDecode/FlateDecode]>>",
        b"<</Filter/FlateDecode/DecodeParms 5 0 R>>",
        b"<</Filter/FlateDecode/DecodeParms<</Predictor 2>>>>",
        b"<</Filter/FlateDecode/DecodeParms<</Predictor 12/Colors 3>>>>",
        b"<</Filter/FlateDecode/DecodeParms<</Predictor/Up>>>>",
    ],
)
def test_other_filters_are_left_alone(source: bytes) -> None:
    assert unpacked(zlib.compress(b"\x02a"), form(source), 9) is None


@pytest.mark.parametrize(
    ("packed", "settings", "told"),
    [
        (b"abc", b"", "does not inflate"),
        (zlib.compress(b"abc")[:-1], b"", "is cut short"),
        (b"", b"", "is cut short"),
        (zlib.compress(b"a" * 101), b"", "has more than 100 bytes"),
        (zlib.compress(b"\x02ab\x02"), b"/Columns 2", "ends inside a row"),
        (zlib.compress(b"\x02ab\x05cd"), b"/Columns 2", "row of the unknown kind 5"),
        (zlib.compress(b"\x02"), b"/Columns 0", "rows of no length"),
        (zlib.compress(b"\x02"), b"/Columns -1", "rows of no length"),
        (zlib.compress(b"\x02"), b"/Columns 99999999999999", "rows of no length"),
    ],
)
def test_damage_is_told(packed: bytes, settings: bytes, told: str) -> None:
    source = FLATE if not settings else b"<</Filter/FlateDecode/DecodeParms<</Predictor 12%b>>>>"
    with pytest.raises(DamagedFile, match=told):
        unpacked(packed, form(source % settings if settings else source), 100)
    with pytest.raises(DamagedFile, match="has more than 2 bytes"):
        unpacked(b"abc", form(b"<<>>"), 2)


@pytest.mark.parametrize("kinds", [(2,), (0,), (1,), (3,), (4,), (0, 1, 2, 3, 4)])
def test_predicted_rows_are_those_of_pikepdf(kinds: tuple[int, ...]) -> None:
    pikepdf: Any = needs.package("pikepdf")
    chance = random.Random(5)
    rows = [(chance.choice(kinds), chance.randbytes(5)) for _ in range(60)]
    settings = b"<</Predictor 15/Columns 5>>"
    pdf = pikepdf.new()
    stream = pikepdf.Stream(pdf, b"")
    stream.write(
        predicted(rows),
        filter=pikepdf.Name.FlateDecode,
        decode_parms=pikepdf.Object.parse(settings),
    )
    ours = unpacked(
        predicted(rows), form(b"<</Filter/FlateDecode/DecodeParms %b>>" % settings), 1000
    )
    assert ours == stream.read_bytes()


def test_a_bomb_takes_little_memory() -> None:
    bomb = zlib.compress(bytes(300_000_000), 9)
    tracemalloc.start()
    with pytest.raises(DamagedFile):
        unpacked(bomb, form(FLATE), 1_000_000)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_rows_of_several_kinds_are_bounded() -> None:
    packed = zlib.compress(b"\x00\x00\x04\x00" * 1_100_000)
    source = b"<</Filter/FlateDecode/DecodeParms<</Predictor 12>>>>"
    with pytest.raises(DamagedFile, match="rows of several kinds"):
        unpacked(packed, form(source), 1 << 25)


@pytest.mark.parametrize("size", [0, 1, 16_000, *range(16_100, 16_400, 7), 70_000, 3_000_000])
def test_objects_of_any_size_are_read(size: int) -> None:
    data = b"7 0 obj\n<</A (%b)/B 12 0 R>>\nendobj\n" % (b"x" * size)
    named, found = Windows(data, len(data)).read_object(0)
    assert named == Ref(7, 0)
    value = found.form.get(b"A")
    assert isinstance(value, String)
    assert bytes_of(value) == b"x" * size
    assert found.form.get(b"B") == Ref(12, 0)
    at = found.place(found.item)
    assert data[at.start : at.end] == data[8 : data.index(b"\nendobj")]


def test_an_object_is_bounded() -> None:
    data = b"7 0 obj\n[%b" % (b"(%b)" % (b"x" * 1_000_000) * 20)
    with pytest.raises(DamagedFile, match=r"at byte 7 has more than 16,777,216 bytes"):
        Windows(data, len(data)).read_object(0)
    start = time.monotonic()
    file = Windows(b"9" * 100_000_000, 100_000_000)
    with pytest.raises(DamagedFile, match="more than 64 characters"):
        file.read(0)
    assert time.monotonic() - start < 1


def test_all_reading_together_is_bounded() -> None:
    data = b"(" + b"x" * 3_000_000 + b")"
    file = Windows(data, len(data))
    with pytest.raises(DamagedFile, match="more than 67,108,864 bytes to read"):
        for _ in range(30):
            file.read(0)


def test_a_file_may_end_earlier() -> None:
    data = b"1 0 obj (ab) endobj"
    assert Windows(data, 13).at(8, 10) == b"(ab) "
    with pytest.raises(DamagedFile, match="byte 8 is cut short"):
        Windows(data, 10).read_object(0)
    with pytest.raises(DamagedFile, match="at byte 3 of the PDF no object begins"):
        Windows(data, 10).read_object(3)


def test_parts_of_a_dictionary_are_cut_out() -> None:
    data = b"<< /A 1 % said\n/B(x)/C [1 0 R] >>"
    found = Windows(data, len(data)).read(0)
    starts = {entry.key: entry.start for entry in found.form.entries}
    assert found.inner(frozenset()) == data[2:-2]
    assert found.inner(frozenset({starts[b"B"]})) == b" /A 1 % said\n/C [1 0 R] "
    assert found.inner(frozenset(starts.values())).split() == [b"%", b"said"]
    with pytest.raises(DamagedFile, match="at byte 0 stands no dictionary"):
        assert Windows(b"12 ", 3).read(0).form


@pytest.mark.parametrize(
    ("body", "length", "told"),
    [
        (b"<<>>\nstream\nabc\nendstream", 3, ""),
        (b"<<>>stream\r\nabcendstream", 3, ""),
        (b"<<>>\nstream\nabc\nendstream", 4, ""),
        (b"<<>>\nstream\nabc\nendstream", 2, "at byte 20 does not end at byte 22"),
        (b"<<>>\nstream\nabc\nendstream", 99, "at byte 12 has no right Length"),
        (b"<<>>\nstream\nabc\nendstream", None, "at byte 12 has no right Length"),
        (b"<<>>\nstream\nabc\nendstreams", 3, "does not end at byte 23"),
        (b"<<>>\nstream\rabc\nendstream", 3, "at byte 12 of the PDF no stream begins"),
        (b"<<>>\nendobj", 3, "at byte 12 of the PDF no stream begins"),
    ],
)
def test_a_stream_has_the_bytes_of_its_length(body: bytes, length: int | None, told: str) -> None:
    data = b"1 0 obj " + body
    file = Windows(data, len(data))
    found = file.read_object(0)[1]
    if told:
        with pytest.raises(DamagedFile, match=told):
            file.stream(found, length)
        return
    assert file.is_stream(found)
    span = file.stream(found, length)
    assert data[span.start : span.start + 3] == b"abc"
    assert file.content(found.form, span, 9) == data[span.start : span.end]


def test_a_stream_in_another_file_is_left_alone() -> None:
    assert Windows(b"abc", 3).content(form(b"<</F (x)>>"), ByteRange(0, 3), 9) is None


def test_a_stream_is_bounded() -> None:
    data = bytes(40_000_000)
    with pytest.raises(DamagedFile, match="is longer than 33,554,432"):
        Windows(data, len(data)).content(form(b"<<>>"), ByteRange(0, len(data)), 1 << 26)
    with pytest.raises(DamagedFile, match="at byte 5 has more than 7 bytes"):
        Windows(data, len(data)).content(form(b"<<>>"), ByteRange(5, 13), 7)


def test_a_stream_of_pikepdf_is_read() -> None:
    pikepdf: Any = needs.package("pikepdf")
    pdf = pikepdf.new()
    out = io.BytesIO()
    pdf.Root.Data = pdf.make_stream(b"abc" * 100)
    pdf.save(out, compress_streams=True)
    data = out.getvalue()
    file = Windows(data, len(data))
    at = data.rindex(b" obj", 0, data.index(b"FlateDecode")) - 3
    found = file.read_object(at)[1]
    span = file.stream(found, found.form.get(b"Length"))
    assert file.content(found.form, span, 300) == b"abc" * 100
