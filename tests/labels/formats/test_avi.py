"""AVI: nothing in front of the last frame moves, whatever the shape of the file."""

from __future__ import annotations

import struct

import pytest
from tests.labels.formats.samples import avi as sample
from tests.labels.formats.samples.avi import SMALL, chunk, lists, riff

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import avi
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied
from qingjian.labels.xmp import with_aigc

VALUE = '{"Label":"1","ContentProducer":"p","ProduceID":"x1"}'
LONG = VALUE.replace("x1", "x" * 900)
MEMBER = chunk(b"AIGC", VALUE.encode() + b"\x00")
TITLE = chunk(b"INAM", b"title\x00")


def written(data: bytes, value: str | None = VALUE) -> bytes:
    new = applied(data, avi.write(data, value))
    assert applied(new, avi.write(new, value)) == new
    return new


def labels(data: bytes) -> list[str]:
    return [mark.label for mark in marks_of(avi.held(data))]


def shape(data: bytes, at: int = 12) -> list[bytes]:
    """Give the types of the chunks of a RIFF, of lists their own."""
    size = int.from_bytes(data[at - 8 : at - 4], "little")
    found = sample.walked(data, at, at - 4 + size)
    return [body[:4] if type == b"LIST" else type for type, body in found]


def test_a_label_takes_its_room_from_junk() -> None:
    data = sample.plain()
    new = written(data)
    assert len(new) == len(data)
    assert shape(new) == shape(data) == [b"hdrl", b"INFO", b"JUNK", b"movi", b"idx1"]
    assert new[new.index(b"movi") :] == data[data.index(b"movi") :]
    assert written(new, None) == data


@pytest.mark.parametrize("more", [8, 1, -1, -8, -20])
def test_a_size_that_is_a_little_wrong_is_written_right(more: int) -> None:
    plain = sample.plain()
    size = int.from_bytes(plain[4:8], "little") + more
    data = plain[:4] + size.to_bytes(4, "little") + plain[8:]
    assert labels(written(data)) == ["1"]
    assert written(data, LONG) == written(plain, LONG)


def test_a_long_label_stands_after_the_frames() -> None:
    data = sample.plain()
    new = written(data, LONG)
    assert new[8 : len(data)] == data[8:]
    assert shape(new) == [*shape(data), b"INFO"]
    assert int.from_bytes(new[4:8], "little") == len(new) - 8
    assert written(new) == written(data)


def test_a_label_that_grows_out_of_its_room_leaves_it_as_it_was() -> None:
    data = sample.plain()
    assert written(written(data), LONG) == written(data, LONG)


def test_absolute_indexes_stay_right() -> None:
    data = bytearray(sample.plain())
    movi, idx1 = data.index(b"movi"), data.index(b"idx1")
    for at in range(idx1 + 8, len(data), 16):
        (offset,) = struct.unpack_from("<I", data, at + 8)
        struct.pack_into("<I", data, at + 8, offset + movi)
    before = sample.content(bytes(data))
    for value in (VALUE, LONG):
        new = written(bytes(data), value)
        assert sample.content(new) == before
        assert new.index(b"movi") == movi


@pytest.mark.parametrize(
    ("parts", "room"),
    [
        ((SMALL[0], SMALL[1]), False),
        ((SMALL[0], chunk(b"JUNK", bytes(40)), SMALL[1]), False),
        ((SMALL[0], chunk(b"JUNK", bytes(66)), SMALL[1]), True),
        ((SMALL[0], chunk(b"JUNK", bytes(68)), SMALL[1]), False),
        ((SMALL[0], chunk(b"JUNK", b"xy" + bytes(90)), SMALL[1]), False),
        ((SMALL[0], chunk(b"JUNK", bytes(40)), chunk(b"JUNK", bytes(40)), SMALL[1]), True),
        ((SMALL[0], chunk(b"JUNK", bytes(9)), lists(b"INFO", TITLE), SMALL[1]), False),
        ((SMALL[0], lists(b"INFO", TITLE), chunk(b"JUNK", bytes(90)), SMALL[1]), True),
        ((SMALL[0], chunk(b"JUNK", bytes(200)), SMALL[1], lists(b"INFO", TITLE)), True),
        ((SMALL[0], SMALL[1], lists(b"INFO", TITLE), chunk(b"idx1", bytes(16))), False),
    ],
)
def test_room_is_found_where_there_is_enough(parts: tuple[bytes, ...], room: bool) -> None:
    data = riff(*parts)
    new = written(data)
    assert labels(new) == ["1"]
    assert (new.index(b"AIGC") < new.index(b"movi")) == room
    assert new.index(b"movi") == data.index(b"movi")
    assert int.from_bytes(new[4:8], "little") == len(new) - 8
    assert (b"title" in new) == (b"title" in data)
    assert labels(written(new, None)) == []


def test_the_file_without_its_label_is_the_same_whatever_room_the_label_took() -> None:
    junk = chunk(b"JUNK", b"  " * 20)
    unpadded = riff(SMALL[0], junk, junk, SMALL[1])[:-1] + b"."
    shapes = [
        riff(SMALL[0], junk, junk, SMALL[1]),
        riff(SMALL[0], junk, lists(b"INFO"), junk, SMALL[1], lists(b"INFO")),
        riff(SMALL[0], lists(b"INFO", TITLE), junk, junk, SMALL[1], chunk(b"AIGC", b"{}")),
        riff(SMALL[0], lists(b"INFO", MEMBER), chunk(b"strd", b"x"), junk, junk, SMALL[1]),
        unpadded,
    ]
    for data in shapes:
        short, long = written(data), written(data, LONG)
        bare = {written(each, None) for each in (short, long, written(long), written(short, LONG))}
        assert len(bare) == 1


def test_a_list_of_texts_after_the_frames_is_joined() -> None:
    new = written(riff(*SMALL, lists(b"INFO", TITLE), chunk(b"idx1", bytes(16))))
    assert shape(new) == [b"hdrl", b"movi", b"INFO", b"idx1"]
    assert new == riff(*SMALL, lists(b"INFO", TITLE, MEMBER), chunk(b"idx1", bytes(16)))


def test_a_file_of_many_riffs_is_labelled_in_the_last() -> None:
    first = riff(*SMALL, lists(b"INFO", TITLE, MEMBER), chunk(b"idx1", bytes(16)))
    second = riff(SMALL[1], type=b"AVIX")
    data = first + second + second + b"after"
    new = written(data)
    last = len(first) + len(second)
    assert labels(new) == ["1"]
    assert len(new) - len(data) == len(lists(b"INFO", MEMBER))
    assert new[len(first) : last + 4] == data[len(first) : last + 4]
    assert int.from_bytes(new[last + 4 : last + 8], "little") == len(new) - last - 8 - 5
    assert shape(new, last + 12) == [b"movi", b"INFO"]
    assert new.endswith(lists(b"INFO", MEMBER) + b"after")
    assert new[: len(first)].replace(MEMBER, b"") != first.replace(MEMBER, b"")
    assert b"title" in new[: len(first)]
    assert labels(written(data, None)) == []
    assert len(written(data, None)) == len(data)


def test_labels_in_odd_places_before_the_frames_become_junk_of_the_same_length() -> None:
    for name in ("inside hdrl", "a chunk of its own"):
        data = sample.SHAPES[name]
        bare = written(data, None)
        assert len(bare) == len(data)
        assert labels(bare) == []
        assert bare.index(b"movi") == data.index(b"movi")
    (mark,) = marks_of(avi.held(sample.SHAPES["a chunk of its own"]))
    assert [d.id for d in mark.deviations] == ["place.chunk"]


def test_xmp_keeps_its_length_and_c2pa_is_given() -> None:
    packet = with_aigc(None, VALUE)
    c2pa = chunk(b"C2PA", b"jumbf")
    data = riff(SMALL[0], chunk(b"_PMX", packet), SMALL[1], c2pa)
    assert [h.kind for h in avi.held(data)] == ["xmp", "c2pa"]
    bare = written(data, None)
    assert len(bare) == len(data)
    assert labels(bare) == []
    new = written(data)
    assert labels(new) == ["1"]
    assert c2pa in new


def test_a_packet_that_must_grow_is_refused() -> None:
    words = with_aigc(None, VALUE).decode().replace("</x:xmpmeta>", f"{'说' * 2000}</x:xmpmeta>")
    data = riff(SMALL[0], chunk(b"_PMX", words.encode("utf-16")), SMALL[1])
    with pytest.raises(DamagedFile, match="must grow"):
        avi.write(data, VALUE)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"RIFF\x04\x00\x00\x00AVIX", "does not begin as an AVI"),
        (riff(SMALL[0]), "no LIST movi before byte"),
        (sample.plain()[:-1], "the RIFF at byte 0 is cut"),
        (riff(*SMALL) + b"RIFF\x08", f"the RIFF at byte {len(riff(*SMALL))} ends at byte"),
        (riff(*SMALL) + riff(SMALL[1], type=b"AVIX")[:-2], "is cut"),
        (riff(*SMALL, lists(b"INFO", TITLE[:-3])), "is cut: it goes over byte"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    for use in (lambda d: list(avi.held(d)), lambda d: avi.write(d, VALUE)):
        with pytest.raises(DamagedFile, match=told):
            use(data)


def test_the_first_bytes_tell() -> None:
    assert avi.knows(sample.plain())
    assert not avi.knows(b"RIFF\x00\x00\x00\x00WAVE")
