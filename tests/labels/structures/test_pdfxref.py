from __future__ import annotations

import time
import tracemalloc
import zlib

import pytest
from tests.labels.formats.samples.pdf import CATALOG, built, made

from qingjian.core.errors import DamagedFile
from qingjian.labels.structures.pdfstreams import Windows
from qingjian.labels.structures.pdfxref import Place, Xref


def xref(data: bytes, end: int | None = None) -> Xref:
    return Xref(Windows(data, len(data) if end is None else end))


def streamed(
    rows: bytes, form: bytes = b"/W[1 2 1]", before: bytes = b"%PDF-1.5\n", size: int = 9
) -> bytes:
    """Make a file of nothing but a stream of places."""
    return before + (
        b"8 0 obj\n<</Type/XRef/Size %d/Root 1 0 R/Length %d%b>>\nstream\n%b\nendstream\nendobj\n"
        b"startxref\n%d\n%%%%EOF\n"
    ) % (size, len(rows), form, rows, len(before))


def test_a_table_says_where_objects_stand() -> None:
    data = built(CATALOG)
    found = xref(data)
    for number in CATALOG:
        place = found.find(number)
        assert (place.kind, place.more) == (1, 0)
        assert data[place.at :].startswith(b"%d 0 obj" % number)
    assert found.find(0) == Place(0, 0, 65535)
    assert found.find(77) == Place(0, 0, 0)
    assert (found.size, found.shift) == (5, 0)
    assert data[found.start :].startswith(b"xref")


@pytest.mark.parametrize("line_end", [b" \n", b"\r\n", b" \r", b"\n", b" \r\n"])
def test_lines_of_a_table_end_in_several_ways(line_end: bytes) -> None:
    lines = [b"%010d %05d n" % (9, n) for n in range(5)]
    data = b"%PDF-1.4\nxref\n0 5\n" + b"".join(line + line_end for line in lines)
    data += b"trailer <</Size 5>>\nstartxref\n9\n%%EOF"
    assert [xref(data).find(n) for n in range(6)] == [
        *(Place(1, 9, n) for n in range(5)),
        Place(0, 0, 0),
    ]


def test_the_newest_table_counts() -> None:
    old = built(CATALOG)
    start = int(old.split()[-2])
    body = b"2 0 obj\n<</New true>>\nendobj\n"
    table = b"xref\n0 1\n0000000003 65535 f \n2 2\n%010d 00000 n \n0000000000 00001 f \n" % len(old)
    data = old + body + table + b"trailer\n<</Size 5/Prev %d>>\n" % start
    data += b"startxref\n%d\n%%%%EOF\n" % (len(old) + len(body))
    found = xref(data)
    assert found.find(2) == Place(1, len(old), 0)
    assert found.find(3).kind == 0
    assert found.find(4).kind == 1
    assert xref(data, len(old)).find(3).kind == 1
    assert found.newest() == len(old)


def test_a_stream_says_where_objects_stand() -> None:
    rows = b"\x00\x00\x00\xff" + b"\x01\x01\x02\x03" + b"\x02\x00\x07\x05" + b"\x09\x00\x07\x05"
    found = xref(streamed(rows, b"/W[1 2 1]/Index[0 2 6 2]"))
    assert found.find(1) == Place(1, 258, 3)
    assert found.find(6) == Place(2, 7, 5)
    assert found.find(7).kind == 9
    assert found.find(5) == Place(0, 0, 0)
    assert found.size == 9
    bare = xref(streamed(b"\x01\x02", b"/W[0 1 0]/Index[4 2]"))
    assert [bare.find(n) for n in (4, 5)] == [Place(1, 1, 0), Place(1, 2, 0)]


def test_a_predicted_stream_is_read() -> None:
    rows = b"\x02\x01\x00\x09\x00" + b"\x02\x00\x00\x10\x00" * 8
    form = b"/W[1 2 1]/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>"
    found = xref(streamed(zlib.compress(rows), form))
    assert [found.find(n).at for n in range(9)] == list(range(9, 9 + 16 * 9, 16))


def test_objects_hidden_from_old_readers_are_found() -> None:
    rows = b"\x01\x00\x77\x00"
    hidden = streamed(rows, b"/W[1 2 1]/Index[3 1]").split(b"startxref")[0]
    start = len(hidden)
    data = hidden + b"xref\n0 5\n0000000000 65535 f \n" + b"0000000009 00000 n \n" * 2
    data += b"0000000000 00000 f \n" * 2
    data += b"trailer\n<</Size 5/XRefStm 9>>\nstartxref\n%d\n%%%%EOF" % start
    found = xref(data)
    assert found.find(3) == Place(1, 0x77, 0)
    assert found.find(2) == Place(1, 9, 0)
    assert found.find(4).kind == 0


@pytest.mark.parametrize("before", [b"junk\n", b"\xef\xbb\xbf", b"x" * 1019])
def test_offsets_count_from_the_header(before: bytes) -> None:
    found = xref(before + built(CATALOG))
    assert (found.shift, found.find(1).at) == (len(before), 9)


def test_offsets_that_count_from_the_first_byte_are_read() -> None:
    data = built(CATALOG).replace(b"%PDF-1.4\n", b"%\n%PDF-1\n")
    assert (xref(data).shift, xref(data).find(1).at) == (0, 9)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no %PDF- in the first 1,024 bytes"),
        (b"x" * 1020 + b"%PDF-1.4", "no %PDF- in the first"),
        (b"%PDF-1.4\n", "ends at byte 9 without startxref and %%EOF"),
        (built(CATALOG)[:-3], "without startxref and %%EOF"),
        (built(CATALOG) + b"\n" * 2000, "without startxref and %%EOF"),
        (built(CATALOG) + b"\n5 0 obj\n<<", "inside an update"),
        (built(CATALOG) + b"%sa\x69d\n5 0 o", "inside an update"),
        (built(CATALOG) + b"5", "inside an update"),
        (b"%PDF-1.4\nstartxref\n0\n%%EOF", "startxref says 0: at that byte no table"),
        (b"%PDF-1.4\nstartxref\n99\n%%EOF", "startxref says 99: at that byte no table"),
        (b"%PDF-1.4\nstartxref\n99999999999999999999\n%%EOF", "no table"),
        (b"%PDF-1.4\n1 0 obj 5 endobj\nstartxref\n9\n%%EOF", "stands no dictionary"),
        (b"%PDF-1.4\n1 0 obj <<>> endobj\nstartxref\n9\n%%EOF", "byte 9 stands no table"),
        (b"%PDF-1.4\nxref\n0 x\nstartxref\n9\n%%EOF", "byte 9 is broken at byte 13"),
        (b"%PDF-1.4\nxref\n0 1\nstartxref\n9\n%%EOF", "byte 9 is broken at byte 13"),
        (
            b"%PDF-1.4\nxref\n0 9\n0000000000 65535 f \nstartxref\n9\n%%EOF",
            "byte 9 is broken at byte 198",
        ),
        (
            b"%PDF-1.4\nxref\n0 9999999999\n0000000000 65535 f \nstartxref\n9\n%%EOF",
            "byte 9 has too many objects",
        ),
        (b"%PDF-1.4\nxref\ntrailer\n<<\nstartxref\n9\n%%EOF", "is none"),
        (b"%PDF-1.4\nxref\ntrailer\n<<>>\nstartxref\n9\n%%EOF", "no right Size"),
        (b"%PDF-1.4\nxref\ntrailer\n<</Size 1/Prev 9>>\nstartxref\n9\n%%EOF", "back to byte 9"),
        (b"%PDF-1.4\nxref\ntrailer\n<</Size 1/Prev -9>>\nstartxref\n9\n%%EOF", "right Prev"),
        (b"%PDF-1.4\nxref\ntrailer\n<</Size 1/Prev 3>>\nstartxref\n9\n%%EOF", "byte 3 of the PDF"),
        (b"%PDF-1.4\nxref\ntrailer\n<</Size 8388609>>\nstartxref\n9\n%%EOF", "right Size"),
        (b"%PDF-1.4\nxref\ntrailer\n<</XRefStm(a)>>\nstartxref\n9\n%%EOF", "right XRefStm"),
        (streamed(bytes(36), b"/W 1"), "rows of no known form"),
        (streamed(bytes(36), b"/W[1 2]"), "rows of no known form"),
        (streamed(bytes(36), b"/W[0 0 0]"), "rows of no known form"),
        (streamed(bytes(36), b"/W[1 99 1]"), "no right W"),
        (streamed(bytes(36), b"/W[1 2 true]"), "no right W"),
        (streamed(bytes(36), b"/W[1 2 1]/Index[1]"), "rows of no known form"),
        (streamed(bytes(36), b"/W[1 2 1]/Index[0 8388609]"), "no right Index"),
        (streamed(bytes(36), b"/W[1 2 1]/Index[8000000 8000000]"), "too many objects"),
        (streamed(bytes(36), b"/W[1 2 1]/Index[0 10]"), "byte 9 has too few rows"),
        (streamed(bytes(35), b"/W[1 2 1]"), "byte 9 has too few rows"),
        (streamed(bytes(36), b"/W[1 2 1]/Filter/LZWDecode"), "packed in an unknown way"),
        (streamed(bytes(36), b"/W[1 2 1]/Filter/FlateDecode"), "does not inflate"),
    ],
)
def test_damage_is_told_with_its_byte(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told) as error:
        xref(data)
    assert "byte" in error.value.what


def test_a_broken_line_is_told_when_it_is_needed() -> None:
    data = built(CATALOG).replace(b"0000000009 00000 n", b"000000000x 00000 n")
    with pytest.raises(DamagedFile, match="is broken at byte"):
        xref(data).find(1)


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_every_cut_is_noticed(packed: bool, linear: bool) -> None:
    data = made("label", packed=packed, linear=linear)
    whole = len(data) if linear else data.rindex(b"%%EOF") + 5
    for end in range(whole):
        with pytest.raises(DamagedFile):
            xref(data, end)
    assert xref(data, whole).size == xref(data).size


def test_a_file_for_the_web_that_is_shorter_than_it_says_is_damage() -> None:
    data = made("label", linear=True)
    assert b"/L %d " % len(data) in data
    with pytest.raises(DamagedFile, match=f"ends at byte {len(data) - 1} before its"):
        xref(data[:-1])
    assert xref(data + b"update").size == xref(data).size


def test_an_update_that_begins_with_its_table_and_is_cut_is_damage() -> None:
    data = built(CATALOG)
    update = b"xref\n0 0\ntrailer\n<</Size 5/Root 1 0 R/Prev 9>>\nstartxref\n9\n"
    for end in range(1, len(update)):
        with pytest.raises(DamagedFile, match="inside an update"):
            xref(data + update[:end])


def test_bytes_after_the_end_do_not_matter() -> None:
    data = built(CATALOG)
    for junk in (b"\x00" * 900, b"<html>", b"%%EOF", b"\r\n\r\n", b"startxref"):
        assert xref(data + junk).start == xref(data).start


def test_many_tables_are_bounded() -> None:
    parts = [b"%PDF-1.4\n"]
    at, before = 9, b""
    for _ in range(12_000):
        parts.append(b"xref\ntrailer<</Size 1%b>>\n" % before)
        before = b"/Prev %d" % at
        at += len(parts[-1])
    data = b"".join(parts)
    last = len(data) - len(parts[-1])
    start = time.monotonic()
    with pytest.raises(DamagedFile, match=r"more than 10,000 tables|bytes to read"):
        xref(data + b"startxref\n%d\n%%%%EOF" % last)
    assert time.monotonic() - start < 3


def test_many_runs_are_bounded() -> None:
    data = b"%PDF-1.4\nxref\n" + b"0 0\n" * 600_000 + b"trailer<</Size 1>>\nstartxref\n9\n%%EOF"
    with pytest.raises(DamagedFile, match="byte 9 has too many objects"):
        xref(data)


def test_a_bomb_of_rows_is_bounded() -> None:
    bomb = zlib.compress(bytes(60_000_000), 9)
    tracemalloc.start()
    with pytest.raises(DamagedFile, match="has more than 33,554,432 bytes"):
        xref(streamed(bomb, b"/W[1 2 1]/Filter/FlateDecode"))
    assert tracemalloc.get_traced_memory()[1] < 120_000_000
    tracemalloc.stop()


def test_a_long_table_is_not_read() -> None:
    line = b"0000000009 00000 n \n"
    data = b"%PDF-1.4\nxref\n0 1000000\n" + line * 1_000_000
    data += b"trailer<</Size 1000000>>\nstartxref\n9\n%%EOF"
    tracemalloc.start()
    start = time.monotonic()
    assert xref(data).find(999_999) == Place(1, 9, 0)
    assert time.monotonic() - start < 0.5
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
