"""The directories of a TIFF file: chains, circles, what lies past the end, bounds."""

from __future__ import annotations

import struct
import time

import pytest
from tests.labels.carriers import packet
from tests.labels.formats.samples import tiff

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels import label
from qingjian.labels.structures import tiffpages


def pages(data: bytes) -> list[tiffpages.Page]:
    return tiffpages.pages_of(data, tiffpages.layout_of(data))


def chained(*directories: tuple[int, bytes, int], first: int = 8) -> bytes:
    """Give a little-endian TIFF with directories (offset, entries, next) and nothing else."""
    end = max(at + 6 + len(rows) for at, rows, _ in directories)
    file = bytearray(end)
    file[:8] = b"II*\x00" + struct.pack("<I", first)
    for at, rows, after in directories:
        table = struct.pack("<H", len(rows) // 12) + rows + struct.pack("<I", after)
        file[at : at + len(table)] = table
    return bytes(file)


def entry(tag: int, type: int, many: int, value: int) -> bytes:
    return struct.pack("<HHII", tag, type, many, value)


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_pages_are_given_with_their_packets(order: str, big: bool) -> None:
    data = tiff.built({700: tiff.value(packet(""))}, {}, order=order, big=big)
    one, two = pages(data)
    (found,) = one.packets
    assert data[found.value.start : found.value.end] == packet("")
    assert two.packets == []
    assert one.at.end <= two.at.start
    assert two.at.end == len(data)


def test_sub_directories_are_walked() -> None:
    subs = struct.pack("<II", 60, 80)
    data = chained(
        (8, entry(0x014A, 4, 2, 100) + entry(0x8769, 4, 1, 120), 0),
        (60, entry(700, 7, 4, 0), 0),
        (80, b"", 0),
        (120, b"", 0),
    )
    data = data[:100] + subs + data[108:]
    assert [p.at.start for p in pages(data)] == [8, 120, 80, 60]
    assert sum(len(p.packets) for p in pages(data)) == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"II*\x00", "header is cut short"),
        (b"II*\x00" + bytes(4), "points to no directory"),
        (chained((8, b"", 8)), "come back to byte 8"),
        (chained((8, b"", 20), (20, b"", 8)), "come back to byte 8"),
        (chained((8, b"", 999)), "directory at byte 999 is cut short"),
        (chained((8, b"", 0), first=4), "directory at byte 4 is cut short"),
        (chained((8, b"", 0))[:-1], "directory at byte 8 is cut short"),
        (chained((8, entry(270, 2, 2**32 - 1, 9), 0)), "ends at byte 4294967304, past"),
        (chained((8, entry(282, 5, 2**32 - 1, 2**32 - 1), 0)), "tag 282 of the TIFF directory"),
        (chained((8, entry(0x8769, 4, 1, 12), 0)), "at byte 12 is cut short"),
        (chained((8, entry(1, 1, 1, 0) * 4, 22), (22, b"", 0)), "lie over each other at byte 22"),
        (chained((8, entry(273, 4, 1, 8) + entry(279, 4, 1, 99), 0)), "ends at byte 107, past"),
        (chained((8, entry(273, 4, 1, 99) + entry(279, 3, 1, 1), 0)), "ends at byte 100, past"),
        (chained((8, entry(324, 4, 1, 99) + entry(325, 3, 1, 1), 0)), "ends at byte 100, past"),
        (chained((8, entry(513, 4, 1, 8) + entry(514, 4, 1, 2**32 - 1), 0)), "past the file's end"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        pages(data)


def test_a_shared_directory_is_walked_once() -> None:
    data = chained((8, entry(0x8769, 4, 1, 60), 30), (30, entry(0x8769, 4, 1, 60), 0), (60, b"", 0))
    assert [p.at.start for p in pages(data)] == [8, 60, 30]


def test_strips_without_lengths_or_of_another_type_are_let_be() -> None:
    assert len(pages(chained((8, entry(273, 4, 1, 999), 0)))) == 1
    assert len(pages(chained((8, entry(273, 5, 0, 999) + entry(279, 2, 0, 9), 0)))) == 1


def test_large_directories_that_lie_over_each_other_are_refused_soon() -> None:
    """Each has the count 65,535 and points to the next, four bytes on."""
    start = time.monotonic()
    with pytest.raises(DamagedFile):
        pages(b"II*\x00\x08\x00\x00\x00" + b"\xff\xff\x0c\x00" * 300_000)
    pointers = entry(0x014A, 4, 60_000, 8) * 60_000
    with pytest.raises(DamagedFile):
        pages(chained((8, pointers, 0)))
    assert time.monotonic() - start < 3


def test_many_pages_are_walked_in_time() -> None:
    count = 20_000
    body = b"".join(
        struct.pack("<H", 1) + entry(256, 3, 1, 1) + struct.pack("<I", 8 + 18 * (i + 1))
        for i in range(count - 1)
    )
    data = b"II*\x00" + struct.pack("<I", 8) + body + struct.pack("<H", 0) + bytes(4)
    start = time.monotonic()
    assert len(pages(data)) == count
    assert time.monotonic() - start < 2


def test_what_stands_clear_is_told() -> None:
    data = tiff.built({270: tiff.value(b"a description", 2), 305: tiff.value(b"a painter", 2)})
    layout = tiffpages.layout_of(data)
    found = pages(data)
    at = data.index(b"a description")
    whole = ByteRange(at, at + 13)
    assert tiffpages.stands_clear(data, layout, found, [])
    assert tiffpages.stands_clear(data, layout, found, [whole])
    for span in (
        ByteRange(at, at + 12),
        ByteRange(at, len(data)),
        ByteRange(4, 8),
        ByteRange(8, 10),
        ByteRange(found[0].at.start, found[0].at.start + 1),
    ):
        assert not tiffpages.stands_clear(data, layout, found, [span])
    assert not tiffpages.stands_clear(data, layout, found, [whole, whole])


def test_rows_are_given_and_made() -> None:
    data = chained((8, entry(305, 2, 4, 0) + entry(270, 2, 4, 0), 0))
    layout = tiffpages.layout_of(data)
    *rows, following = tiffpages.rows_of(data, layout, pages(data)[0].at)
    assert tiffpages.in_order(rows, layout) == rows[::-1]
    assert following == bytes(4)
    assert tiffpages.row_of(layout, 7, 5, 99) == entry(700, 7, 5, 99)


JSON = b'{"AIGC":{"Label":"1","ContentProducer":"p","ProduceID":"1"}}'


def dataset(number: int, text: bytes) -> bytes:
    return b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(text)) + text


@pytest.mark.parametrize("wrapped", [False, True])
def test_iptc_texts_of_pages_are_read_and_their_labels_blanked(wrapped: bool) -> None:
    iim = dataset(110, b"Made with Google AI") + dataset(120, JSON) + dataset(80, b"Ann")
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(iim)) + iim if wrapped else iim
    data = tiff.built({0x8649 if wrapped else 0x83BB: tiff.value(block)})
    layout = tiffpages.layout_of(data)
    found = {e.key: e.value for e in tiffpages.others(data, layout)}
    assert found["IPTC:Credit"] == "Made with Google AI"
    assert found["IPTC:Caption-Abstract"] == JSON.decode()
    (edit,) = tiffpages.without_label(data, layout)
    assert edit.new == block.replace(JSON, b" " * len(JSON))
    assert data[edit.start : edit.end] == block
    made = label.write(data, label.mark("p", "2"))
    assert [m.fields.get("ProduceID", m.scheme) for m in label.read(made)] == ["2", "google"]
    assert b"Ann" in made


def test_a_manifest_in_a_page_of_its_own_is_read() -> None:
    data = tiff.built({}, {0xCD41: tiff.value(b"a store of manifests")})
    (found,) = tiffpages.others(data, tiffpages.layout_of(data))
    assert (found.kind, found.value) == ("c2pa", b"a store of manifests")
    assert found.place == "tag 52545 C2PA"
    assert tiffpages.without_label(data, tiffpages.layout_of(data)) == []


@pytest.mark.parametrize(("compression", "size"), [(1, 16), (5, 1)])
def test_a_strip_without_its_length_is_in_the_file(compression: int, size: int) -> None:
    at = 8 + 6 + 12 * 6
    shape = {256: 3, 257: 4, 258: 9, 259: compression, 273: at, 277: 1}
    rows = b"".join(entry(tag, 4, 1, value) for tag, value in shape.items())
    data = chained((8, rows, 0)) + bytes(size)
    assert len(pages(data)) == 1
    with pytest.raises(DamagedFile, match=f"ends at byte {at + size}, past the file's end"):
        pages(data[:-1])
