"""GIF: blocks and sub-blocks, the raw packet and its trailer."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from PIL import Image
from tests.labels.formats.samples import gif as sample

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import gif
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import Stored, applied
from qingjian.labels.xmp import with_aigc

VALUE = '{"Label":"1","ContentProducer":"p","ProduceID":"x1"}'
TRAILER = b"\x01" + bytes(255 - n for n in range(256)) + b"\x00"
SCREEN = b"GIF89a\x01\x00\x01\x00\x00\x00\x00"
IMAGE = b",\x00\x00\x00\x00\x01\x00\x01\x00\x80\x00\x00\x00\xff\xff\xff\x02\x02D\x01\x00"
XMP = b"!\xff\x0bXMP DataXMP"


def written(data: bytes, value: str | None = VALUE) -> bytes:
    return applied(data, gif.write(data, value))


def labels(data: bytes) -> list[str]:
    return [mark.label for mark in marks_of(gif.held(data))]


def blocks(body: bytes, size: int = 255) -> bytes:
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\x00"


def test_the_packet_stands_raw_between_its_name_and_its_trailer() -> None:
    data = sample.plain()
    new = written(data)
    at = new.index(XMP)
    assert new[at:].startswith(XMP + b"<?xpacket")
    assert new.index(TRAILER) > at
    assert new.replace(new[at : new.index(TRAILER) + 258], b"") == data


def test_it_stands_after_the_loop_and_the_comment_and_before_the_first_image() -> None:
    types = [block.type for block in gif.blocks(written(sample.plain()))]
    assert types == [b"!\xff", b"!\xfe", b"!\xff", b"!\xf9", b",", b"!\xf9", b","]


def test_87a_becomes_89a_only_with_a_label() -> None:
    file = io.BytesIO()
    Image.new("P", (3, 3), 1).save(file, "GIF")
    data = file.getvalue()
    assert data[:6] == b"GIF87a"
    new = written(data)
    assert new[:6] == b"GIF89a"
    assert labels(new) == ["1"]
    assert written(data, None) == data
    assert sample.content(new) == sample.content(data)


def test_a_packet_in_sub_blocks_is_read_and_written_raw() -> None:
    packet = with_aigc(None, VALUE)
    data = SCREEN + XMP + blocks(packet) + IMAGE + b";"
    assert labels(data) == ["1"]
    new = written(data, VALUE.replace("1", "3", 1))
    assert labels(new) == ["3"]
    assert TRAILER in new


def test_a_second_packet_loses_its_label() -> None:
    block = XMP + with_aigc(None, VALUE) + TRAILER
    data = SCREEN + block + IMAGE + block + b";"
    assert labels(data) == ["1", "1"]
    assert labels(written(data)) == ["1"]
    assert labels(written(data, None)) == []


def test_a_comment_is_a_pair_and_one_that_is_a_label_goes() -> None:
    said = b"!\xfe" + blocks("说".encode() * 200)
    label = b"!\xfe" + blocks(b'{"AIGC":' + VALUE.encode() + b"}", 7)
    data = SCREEN + said + IMAGE + label + b";"
    first, second = gif.held(data)
    assert (first.key, first.value) == ("Comment", "说" * 200)
    assert labels(data) == ["1"]
    assert data[second.at.start : second.at.end] == label
    assert written(data, None) == SCREEN + said + IMAGE + b";"


def test_a_manifest_is_given() -> None:
    block = b"!\xff\x0bC2PA_GIF\x01\x00\x00" + blocks(b"jumbf" * 100)
    (held,) = gif.held(SCREEN + block + IMAGE + b";")
    assert (held.kind, held.value) == ("c2pa", b"jumbf" * 100)


def test_other_blocks_are_walked_over() -> None:
    text = b"!\x01\x0c" + bytes(12) + blocks(b"plain text")
    other = b"!\xff\x0bOTHERAPP1.0" + blocks(b'{"AIGC":')
    data = SCREEN + other + text + IMAGE + bytes(3) + IMAGE + b";"
    new = written(data)
    assert new.index(XMP) == len(SCREEN + other)
    assert sample.content(new)
    assert labels(new) == ["1"]


def test_a_file_without_an_image_has_no_place() -> None:
    with pytest.raises(DamagedFile, match="no image"):
        gif.write(SCREEN + b";", VALUE)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"GIF88a", "does not begin as a GIF"),
        (SCREEN[:9], "ends at byte 9 inside its screen descriptor"),
        (SCREEN, "ends at byte 13 before its trailer"),
        (SCREEN + IMAGE[:-1], "block at byte 13 is cut short at byte 33"),
        (SCREEN + IMAGE + bytes(9), "ends at byte 43 before its trailer"),
        (SCREEN + IMAGE + b"?", "no block at byte 34"),
        (SCREEN + b"!\xfe\x09said", "block at byte 13 is cut short"),
        (SCREEN + b"!", "ends at byte 14 before its trailer"),
        (sample.plain()[:-1], "before its trailer"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    for use in (lambda d: list(gif.held(d)), lambda d: gif.write(d, VALUE)):
        with pytest.raises(DamagedFile, match=told):
            use(data)


def test_texts_are_bounded() -> None:
    large = blocks(bytes(5_000_000))
    for head in (b"!\xfe", XMP):
        with pytest.raises(DamagedFile, match="more than 4,000,000 bytes"):
            list(gif.held(SCREEN + head + large + IMAGE + b";"))


def test_a_large_image_is_walked_in_bounded_steps() -> None:
    pixels = blocks(os.urandom(1000) * 20_000)
    data = SCREEN + IMAGE[:17] + pixels + b";"
    began = time.perf_counter()
    assert labels(written(data)) == ["1"]
    assert time.perf_counter() - began < 5


def test_a_file_on_disk_is_walked_over_the_edges_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "file"
    data = SCREEN + IMAGE[:17] + blocks(bytes(3_000_000), 254) + IMAGE + b";"
    path.write_bytes(data)
    with path.open("rb") as file:
        stored = Stored(file.fileno())
        assert list(gif.blocks(stored)) == list(gif.blocks(data))
        assert gif.write(stored, VALUE) == gif.write(data, VALUE)


def test_the_first_bytes_tell() -> None:
    assert gif.knows(sample.plain())
    assert not gif.knows(b"GIF8")
