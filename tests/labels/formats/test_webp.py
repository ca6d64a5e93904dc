"""WebP: simple files become extended ones, and the order of chunks is kept."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageSequence
from tests.labels.formats.samples import webp as sample
from tests.labels.formats.samples.webp import chunk, riff

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import webp
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied
from qingjian.labels.xmp import with_aigc

VALUE = '{"Label":"1","ContentProducer":"p","ProduceID":"x1"}'
TITLED = b"<dc:title xmlns:dc='http://purl.org/dc/elements/1.1/'>T</dc:title></rdf:Description>"


def written(data: bytes, value: str | None = VALUE) -> bytes:
    return applied(data, webp.write(data, value))


def labels(data: bytes) -> list[str]:
    return [mark.label for mark in marks_of(webp.held(data))]


def types(data: bytes) -> list[bytes]:
    found, at = [], 12
    while at < int.from_bytes(data[4:8], "little") + 8:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found.append(data[at : at + 4])
        at += 8 + size + size % 2
    return found


def opaque(width: int = 300, height: int = 7) -> Image.Image:
    return Image.new("RGB", (width, height), (9, 99, 200))


@pytest.mark.parametrize(
    ("data", "kind", "flags", "size"),
    [
        (sample.saved(False, opaque()), b"VP8 ", 0x04, (300, 7)),
        (sample.saved(True, opaque(1, 1)), b"VP8L", 0x04, (1, 1)),
        (sample.saved(True), b"VP8L", 0x14, (5, 3)),
        (sample.saved(True, opaque(16383, 2)), b"VP8L", 0x04, (16383, 2)),
    ],
)
def test_a_simple_file_becomes_an_extended_one(
    data: bytes, kind: bytes, flags: int, size: tuple[int, int]
) -> None:
    assert types(data) == [kind]
    new = written(data)
    assert types(new) == [b"VP8X", kind, b"XMP "]
    assert new[20:24] == bytes([flags, 0, 0, 0])
    width, height = size
    assert new[24:30] == (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    assert sample.content(new) == sample.content(data)
    assert labels(new) == ["1"]


def test_the_packet_stands_after_exif_and_the_flag_is_set() -> None:
    data = sample.plain()
    new = written(data)
    assert types(new) == [b"VP8X", b"VP8L", b"EXIF", b"XMP "]
    assert new[20] == data[20] | 0x04


def test_chunks_that_are_not_known_stay_last() -> None:
    data = riff(sample.saved(False, opaque())[12:], chunk(b"what", b"odd"), chunk(b"C2PA", b"j"))
    new = written(data + b"after")
    assert types(new) == [b"VP8X", b"VP8 ", b"XMP ", b"what", b"C2PA"]
    assert new.endswith(data[-22:] + b"after")
    assert [(h.kind, h.value) for h in webp.held(new)][1:] == [("c2pa", b"j")]


def test_what_a_simple_file_has_against_the_rules_is_flagged() -> None:
    exif = chunk(b"EXIF", b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00")
    data = riff(sample.saved(True)[12:], exif)
    new = written(data)
    assert new[20] == 0x04 | 0x08 | 0x10
    assert exif in new


def test_an_exif_block_may_keep_its_prefix() -> None:
    image = Image.Exif()
    image[0x010E] = '{"AIGC":{"Label":"1","ContentProducer":"p","ProduceID":"x"}}'
    block = image.tobytes()
    assert block.startswith(b"Exif\x00\x00")
    for body in (block, block[6:]):
        data = riff(sample.saved(True)[12:], chunk(b"EXIF", body))
        (held,) = webp.held(data)
        assert held.key == "EXIF:ImageDescription"
        assert data[held.at.start : held.at.end].rstrip(b"\x00").decode() == held.value
        assert labels(data) == ["1"]
        new = written(data)
        assert labels(new) == ["1"]
        assert labels(written(data, None)) == []
        assert len(written(data, None)) == len(data)


def test_an_animation_stays_one() -> None:
    frames = [opaque(6, 6), Image.new("RGB", (6, 6), (200, 0, 0))]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    new = written(file.getvalue())
    assert types(new) == [b"VP8X", b"ANIM", b"ANMF", b"ANMF", b"XMP "]

    def seen(data: bytes) -> list[bytes]:
        with Image.open(io.BytesIO(data)) as image:
            return [frame.tobytes() for frame in ImageSequence.Iterator(image)]

    assert seen(new) == seen(file.getvalue())


def test_the_rest_of_a_packet_is_kept_and_a_second_one_loses_its_label() -> None:
    packet = with_aigc(None, VALUE).replace(b"</rdf:Description>", TITLED)
    data = riff(sample.saved(True)[12:], chunk(b"XMP ", packet), chunk(b"XMP ", packet))
    assert labels(data) == ["1", "1"]
    new = written(data, VALUE.replace("1", "2", 1))
    assert labels(new) == ["2"]
    assert new.count(b"<dc:title") == 2
    assert labels(written(data, None)) == []


def test_an_image_without_its_pad_gets_it() -> None:
    data = sample.saved(True, opaque(3, 3))
    size = int.from_bytes(data[16:20], "little")
    if not size % 2:
        data = riff(chunk(b"VP8L", data[20 : 20 + size] + b"\x00"))
        size += 1
    cut = bytearray(data[: 20 + size])
    cut[4:8] = (len(cut) - 8).to_bytes(4, "little")
    new = written(bytes(cut))
    assert types(new) == [b"VP8X", b"VP8L", b"XMP "]
    assert labels(new) == ["1"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"RIFF\x04\x00\x00\x00WEBX", "does not begin as a WebP"),
        (riff(), "has no image before byte 12"),
        (riff(chunk(b"VP8X", bytes(10))), "has no image"),
        (riff(chunk(b"VP8X", bytes(9)), chunk(b"VP8 ", bytes(9))), "VP8X chunk at byte 12 is cut"),
        (riff(chunk(b"VP8L", bytes(9)), chunk(b"VP8X", bytes(10))), "VP8X chunk at byte 30 is lat"),
        (sample.plain()[:-1], "the RIFF at byte 0 is cut"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    for use in (lambda d: list(webp.held(d)), lambda d: webp.write(d, VALUE)):
        with pytest.raises(DamagedFile, match=told):
            use(data)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (riff(chunk(b"VP8L", b"\x2f\x00")), "VP8L image at byte 20 has no right header"),
        (riff(chunk(b"VP8L", bytes(8))), "VP8L image at byte 20 has no right header"),
        (riff(chunk(b"VP8 ", bytes(10))), "VP8 image at byte 20 has no right header"),
        (riff(chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a\0\0\0\0")), "VP8 image at byte 20 has no size"),
        (riff(sample.saved(True)[12:], chunk(b"XMP ", b"<AIGC")), "no XML"),
    ],
)
def test_an_image_that_cannot_be_extended_is_damage(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        webp.write(data, VALUE)


def test_the_first_bytes_tell() -> None:
    assert webp.knows(sample.plain())
    assert not webp.knows(b"RIFF\x00\x00\x00\x00WAVE")
