from __future__ import annotations

from dataclasses import replace

import pytest

from qingjian.core.errors import DamagedFile
from qingjian.labels.structures.iloc import Iloc, Location, parsed
from qingjian.labels.structures.isobmff import boxes

FILE = b"\0\0\0\x08meta"
ITEMS = [
    Location(1, 0, 0, 100, ((0, 5, 10), (0, 20, 2))),
    Location(2, 1, 0, 0, ((0, 5, 10),)),
    Location(3, 0, 1, 0, ((0, 5, 10),)),
    Location(4, 0, 0, 0, ((0, 200, 1),)),
]


def read(table: Iloc) -> Iloc:
    data = FILE + table.packed()
    return parsed(data, boxes(data)[1])


@pytest.mark.parametrize("version", [0, 1, 2])
@pytest.mark.parametrize("widths", [(4, 4, 4, 0), (8, 4, 8, 0), (4, 8, 4, 8)])
def test_what_is_packed_is_parsed(version: int, widths: tuple[int, int, int, int]) -> None:
    items = [i for i in ITEMS if version or not i.method]
    widths = widths if version else (*widths[:3], 0)
    table = Iloc(version, bytes(3), widths, items)
    assert len(table.packed()) == table.length()
    assert read(table).items == items


def test_only_offsets_into_this_file_move() -> None:
    moved = Iloc(1, bytes(3), (4, 4, 4, 0), ITEMS).moved(lambda at: at + 7)
    assert [(i.base, i.extents[0][1]) for i in moved.items] == [(107, 5), (0, 5), (0, 5), (0, 207)]


def test_extents_that_move_apart_lose_their_base() -> None:
    item = ITEMS[0].moved(lambda at: at + (1 if at > 110 else 0))
    assert (item.base, item.extents) == (0, ((0, 105, 10), (0, 121, 2)))


def test_fields_are_widened() -> None:
    table = Iloc(0, bytes(3), (0, 4, 0, 0), [ITEMS[3]])
    assert not table.fits()
    table.widen()
    assert table.fits()
    assert read(table).items == [ITEMS[3]]
    many = Iloc(1, bytes(3), (4, 4, 4, 0), [replace(ITEMS[3], id=1 << 16)])
    many.widen()
    assert many.version == 2
    assert many.fits()


@pytest.mark.parametrize(
    "body",
    [
        b"\3\0\0\0\x44\0\0\0",
        b"\0\0\0\0\x54\0\0\0",
        b"\0\0\0\0\x44\0\xff\xff",
        b"\2\0\0\0\0\0\xff\xff\xff\xff" + bytes(60),
        b"\2\0\0\0\0\0\xff\xff\xff\xff" + (bytes(8) + b"\xff\xff") * 9,
        b"\0\0",
    ],
)
def test_broken_tables_are_told(body: bytes) -> None:
    data = (len(body) + 8).to_bytes(4, "big") + b"iloc" + body
    with pytest.raises(DamagedFile, match="byte 0"):
        parsed(data, boxes(FILE)[0]._replace(start=0, body=8, end=len(data)))
