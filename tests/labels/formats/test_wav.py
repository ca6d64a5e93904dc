"""WAV: odd shapes and the traps of RIFF, RF64 and streams."""

from __future__ import annotations

import io
import os
import struct
import wave
from pathlib import Path

import pytest
from tests.labels.formats.samples import wav as sample

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.formats import wav
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Buffer
from qingjian.labels.splice import Stored, applied
from qingjian.labels.xmp import with_aigc

VALUE = '{"Label":"1","ContentProducer":"p","ProduceID":"x1"}'


def written(data: bytes, value: str | None = VALUE) -> bytes:
    return applied(data, wav.write(data, value))


def labels(data: bytes) -> list[str]:
    return labels_of(data)


def labels_of(data: Buffer) -> list[str]:
    return [mark.label for mark in marks_of(wav.held(data))]


def test_the_label_is_the_last_chunk_as_bare_json() -> None:
    data = sample.plain()
    new = written(data)
    assert new[12:].startswith(data[12:])
    assert new.endswith(sample.chunk(b"AIGC", VALUE.encode()))
    assert int.from_bytes(new[4:8], "little") == len(new) - 8


def test_a_missing_pad_is_put_before_the_label() -> None:
    unpadded = sample.riff(sample.samples()[:-1])
    new = written(unpadded)
    assert labels(new) == ["1"]
    assert new.index(b"AIGC") % 2 == 0
    assert sample.content(new) == sample.content(sample.riff(sample.samples()))
    assert written(new) == new


@pytest.mark.parametrize("more", [8, 1, -1, -8, -20])
def test_a_size_that_is_a_little_wrong_is_written_right(more: int) -> None:
    plain = sample.plain()
    size = int.from_bytes(plain[4:8], "little") + more
    new = written(plain[:4] + size.to_bytes(4, "little") + plain[8:])
    assert labels(new) == ["1"]
    assert new == written(plain)


def test_every_text_is_given_under_its_key() -> None:
    pairs = {h.key: h.value for h in wav.held(sample.plain())}
    assert pairs == {
        "Description": "described",
        "Originator": "originator",
        "OriginatorReference": "",
        "INAM": "标题",
        "ICMT": "said",
    }


def test_xmp_and_c2pa_are_given_and_xmp_loses_its_label() -> None:
    packet = with_aigc(None, VALUE)
    data = sample.riff(
        sample.samples(),
        sample.chunk(b"_PMX", packet),
        sample.chunk(b"C2PA", b"jumbf"),
        sample.chunk(b"id3 ", b"ID3 left alone"),
    )
    held = list(wav.held(data))
    assert [(h.kind, h.value) for h in held] == [("xmp", packet), ("c2pa", b"jumbf")]
    (mark,) = marks_of(held)
    assert [d.id for d in mark.deviations] == ["place.xmp"]
    new = written(data)
    assert labels(new) == ["1"]
    assert b"ID3 left alone" in new
    assert labels(written(new, None)) == []


def test_a_label_elsewhere_is_told_and_moved() -> None:
    data = sample.SHAPES["a member of LIST INFO"]
    (mark,) = marks_of(wav.held(data))
    assert [d.id for d in mark.deviations] == ["place.info"]
    new = written(data)
    (mark,) = marks_of(wav.held(new))
    assert mark.deviations == ()
    assert b"INFO" not in new


def test_a_label_of_bext_is_zeroed_in_its_field() -> None:
    data = sample.SHAPES["a description of bext"]
    new = written(data)
    at = data.index(b"bext") + 8
    assert new[at : at + 256] == bytes(256)
    assert new[at + 256 : len(data)] == data[at + 256 :]


def test_every_stacked_label_goes() -> None:
    stacked = sample.chunk(b"AIGC", VALUE.encode())
    data = sample.riff(stacked, sample.samples(), stacked, stacked)
    assert labels(data) == ["1", "1", "1"]
    assert labels(written(data)) == ["1"]
    assert written(data, None) == sample.riff(sample.samples())


@pytest.mark.parametrize("id", [b"RF64", b"BW64"])
def test_the_large_size_of_rf64_follows(id: bytes) -> None:
    data = id + sample.rf64()[4:]
    assert wav.knows(data)
    new = written(data + b"after")
    assert new[4:8] == b"\xff" * 4
    assert int.from_bytes(new[20:28], "little") == len(new) - 8 - len(b"after")
    assert new[28:36] == data[28:36]
    assert labels(new) == ["1"]
    assert written(new) == new
    assert written(new, None)[: len(data)] == data


def test_rf64_that_states_a_small_size_keeps_it_right() -> None:
    data = bytearray(sample.rf64())
    data[4:8] = (len(data) - 8).to_bytes(4, "little")
    new = written(bytes(data))
    assert int.from_bytes(new[4:8], "little") == len(new) - 8


@pytest.mark.parametrize("stated", [b"\xff" * 4, bytes(4)])
def test_a_stream_gets_its_label_before_the_samples(stated: bytes) -> None:
    data = sample.streamed(stated)
    new = written(data)
    assert labels(new) == ["1"]
    assert new.index(b"AIGC") < new.index(b"data")
    assert new.endswith(data[data.index(b"data") :])
    assert written(new) == new
    assert written(new, None) == data


def test_a_file_of_many_gigabytes_is_labelled_by_looking_at_its_headers(tmp_path: Path) -> None:
    path = tmp_path / "large"
    head = bytearray(sample.rf64()[: -42 + 8])
    size = 6_000_000_000
    struct.pack_into("<QQ", head, 20, len(head) + size - 8, size)
    path.write_bytes(head)
    os.truncate(path, len(head) + size)
    with path.open("rb") as file:
        stored = Stored(file.fileno())
        assert labels_of(stored) == []
        edits = wav.write(stored, VALUE)
    assert [e.start for e in edits] == [20, len(head) + size]
    with pytest.raises(DamagedFile, match="is cut"):
        wav.write(bytes(head), VALUE)


def test_a_riff_near_its_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "full"
    head = bytearray(sample.riff(sample.samples())[:44])
    size = 0xFFFFFFFF - 36 - 21
    struct.pack_into("<I", head, 4, size + 36)
    struct.pack_into("<I", head, 40, size)
    path.write_bytes(head)
    os.truncate(path, 44 + size)
    with path.open("rb") as file:
        stored = Stored(file.fileno())
        assert labels_of(stored) == []
        with pytest.raises(InputError, match="larger than 4 GiB"):
            wav.write(stored, VALUE)


def test_an_empty_file_is_no_stream() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
    new = written(file.getvalue())
    assert new.index(b"data") < new.index(b"AIGC")
    assert int.from_bytes(new[4:8], "little") == len(new) - 8


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"RIFF\x04\x00\x00\x00WAVX", "does not begin as a WAV"),
        (sample.riff(), "no data chunk before byte 12"),
        (sample.plain()[:-1], "the RIFF at byte 0 is cut"),
        (b"RF64\xff\xff\xff\xffWAVEdata\x00\x00\x00\x00", "no ds64 chunk at byte 12"),
        (b"RF64\xff\xff\xff\xffWAVEds64\x1c\x00\x00\x00", "ds64 chunk at byte 12 is cut short"),
        (sample.rf64()[:44] + b"\x09" + sample.rf64()[45:], "table of the ds64 chunk at byte 12"),
        (b"RIFF\xff\xff\xff\xffWAVE" + sample.samples(), "no data of unknown size"),
        (sample.streamed(b"\xff" * 4)[:38], "chunk at byte 36 ends at byte 38 inside its header"),
        (
            sample.riff(sample.samples(), sample.chunk(b"LIST", b"INFOICMT\x09\x00\x00\x00")),
            "chunk at byte 90 is cut: it goes over byte 98",
        ),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    for use in (lambda d: list(wav.held(d)), lambda d: wav.write(d, VALUE)):
        with pytest.raises(DamagedFile, match=told):
            use(data)


def test_the_first_bytes_tell() -> None:
    assert wav.knows(sample.plain())
    assert not wav.knows(b"RIFX\x00\x00\x00\x00WAVE")
    assert not wav.knows(b"RIFF\x00\x00\x00\x00WEBP")
