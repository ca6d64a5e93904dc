"""RIFF: walking, texts, sizes after edits."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile, InputError
from qingjian.core.types import ByteRange
from qingjian.labels.mark import Edit
from qingjian.labels.splice import applied
from qingjian.labels.structures import riff
from qingjian.labels.structures.riff import Chunk, Form
from qingjian.labels.xmp import with_aigc


def file(*parts: bytes, type: bytes = b"TEST") -> bytes:
    body = type + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def walked(data: bytes) -> list[Chunk]:
    form = riff.form(data)
    return list(riff.chunks(data, 12, form.at.end))


def test_chunks_are_given_with_pad_and_data() -> None:
    data = file(riff.made(b"odd ", b"123"), riff.made(b"even", b"1234")) + b"after"
    first, second = walked(data)
    assert first == Chunk(b"odd ", ByteRange(12, 24), ByteRange(20, 23))
    assert second == Chunk(b"even", ByteRange(24, 36), ByteRange(32, 36))
    assert (first.pad, second.pad) == (b"", b"")
    assert riff.form(data) == Form(b"RIFF", b"TEST", ByteRange(0, 36))


def test_a_last_chunk_may_lack_its_pad() -> None:
    (chunk,) = walked(file(b"odd \x01\x00\x00\x00x"))
    assert chunk.at == ByteRange(12, 21)
    assert chunk.pad == b"\x00"


def test_a_few_zero_bytes_at_the_end_are_no_chunk() -> None:
    assert [c.type for c in walked(file(riff.made(b"even", b""), bytes(7)))] == [b"even"]
    with pytest.raises(DamagedFile, match="chunk at byte 20 ends at byte 23 inside its header"):
        walked(file(riff.made(b"even", b""), b"abc"))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"RIFF\x00\x00", "RIFF at byte 0 ends at byte 6 inside its header"),
        (b"RIFF\x05\x00\x00\x00TEST", "the RIFF at byte 0 is cut: 13 bytes stated, 12 there"),
        (b"RIFF\x03\x00\x00\x00TEST", "the RIFF at byte 0 states a size of 3"),
        (file(b"long\x05\x00\x00\x00abcd"), "chunk at byte 12 is cut: it goes over byte 24"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        walked(data)


def sized(data: bytes, more: int) -> bytes:
    size = int.from_bytes(data[4:8], "little") + more
    return data[:4] + struct.pack("<I", size) + data[8:]


@pytest.mark.parametrize("more", [-13, -9, -8, -1, 1, 4, 8])
@pytest.mark.parametrize("last", [b"12345", b"123456"])
def test_a_size_that_the_chunks_show_to_be_wrong_is_passed_over(more: int, last: bytes) -> None:
    data = file(riff.made(b"some", bytes(9)), riff.made(b"last", last))
    odd = sized(data, more)
    unpadded = more == -1 and len(last) % 2
    assert riff.form(odd, lenient=True).at == ByteRange(0, len(data) - unpadded)
    if more > 0:
        with pytest.raises(DamagedFile, match="cut"):
            riff.form(odd)
    right = riff.resized(riff.form(odd, lenient=True), [Edit(12, 12, b"more\x00\x00\x00\x00")])
    assert riff.form(applied(odd, right)).at.end >= len(data) + 8 - 1


@pytest.mark.parametrize(
    "data",
    [
        sized(file(riff.made(b"some", bytes(9)), riff.made(b"last", b"123456")), 9),
        sized(file(riff.made(b"some", bytes(9)), b"last\x05\x00\x00\x0012345"), 1),
        file(riff.made(b"some", bytes(9)), riff.made(b"last", b"12345"))[:-1],
        file(riff.made(b"some", bytes(9)), riff.made(b"last", b"12345"))[:-3],
        file(riff.made(b"some", bytes(9)))[:15],
        sized(file(riff.made(b"some", bytes(9)), b"last\xff\xff\xff\xff"), 4),
    ],
)
def test_a_size_beyond_chunks_that_are_not_whole_is_damage(data: bytes) -> None:
    with pytest.raises(DamagedFile, match="cut"):
        riff.form(data, lenient=True)


@pytest.mark.parametrize(
    "more",
    [b"", b"after", riff.made(b"AIGC", b"{}"), b"\x00\x00\x00\x00\x04\x00\x00\x00abcd", bytes(20)],
)
def test_bytes_behind_a_right_size_stay_behind(more: bytes) -> None:
    for inside in (riff.made(b"some", bytes(9)), riff.made(b"some", b"12") + bytes(6)):
        data = file(inside)
        assert riff.form(data + more, lenient=True).at.end == len(data)


def test_more_chunks_than_any_file_has_are_refused() -> None:
    data = file(riff.made(b"some", b"") * 100_001)
    with pytest.raises(DamagedFile, match="more than 100,000 chunks"):
        walked(data)


def test_sizes_may_stand_elsewhere() -> None:
    data = b"data\xff\xff\xff\xff" + b"12345678"
    (chunk,) = riff.chunks(data, 0, 16, {b"data": 8})
    assert chunk.body == ByteRange(8, 16)
    with pytest.raises(DamagedFile, match="cut"):
        list(riff.chunks(data, 0, 16, {}))


def test_texts_end_at_their_zeros_and_are_bounded() -> None:
    data = file(riff.made(b"ICMT", "说".encode() + b"\x00\x00"))
    (chunk,) = walked(data)
    pair = riff.text(data, chunk, "LIST INFO")
    assert (pair.key, pair.value, pair.place) == ("ICMT", "说", "LIST INFO ICMT")
    large = file(riff.made(b"ICMT", bytes(4_000_001)))
    with pytest.raises(DamagedFile, match="chunk at byte 12 has more than 4,000,000 bytes"):
        riff.text(large, walked(large)[0], "")


def test_a_list_is_made_again_without_some_members() -> None:
    inside = riff.made(b"INAM", b"a") + riff.made(b"AIGC", b"{}") + riff.made(b"ICMT", b"b")
    data = file(riff.made(b"LIST", b"INFO" + inside))
    (info,) = walked(data)
    assert riff.is_list(data, info)
    assert not riff.is_list(data, info, b"adtl")
    members = list(riff.members(data, info))
    label = [m for m in members if riff.is_label(riff.text(data, m, ""))]
    assert [m.type for m in label] == [b"AIGC"]
    kept = riff.remade(data, info, label, riff.made(b"AIGC", b"new"))
    assert kept.endswith(b"ICMT\x01\x00\x00\x00b\x00AIGC\x03\x00\x00\x00new\x00")
    assert riff.remade(data, info, members) == b""


def test_the_size_follows_the_edits() -> None:
    data = file(riff.made(b"some", b"1234"))
    edits = [Edit(24, 24, b"more\x00\x00\x00\x00"), Edit(12, 24, b"")]
    new = applied(data, riff.resized(riff.form(data), edits))
    assert new == file(b"more\x00\x00\x00\x00")
    same = [Edit(12, 16, b"SOME")]
    assert riff.resized(riff.form(data), same) == same


def test_a_riff_does_not_grow_over_its_size() -> None:
    form = Form(b"RIFF", b"WAVE", ByteRange(0, 0xFFFFFFFF))
    with pytest.raises(InputError, match="larger than 4 GiB") as caught:
        riff.resized(form, [Edit(12, 12, bytes(8))])
    assert "RF64" in caught.value.hint


def test_a_packet_loses_its_label_or_stays_as_it_is() -> None:
    packet = with_aigc(None, '{"Label":"1"}')
    bare = riff.unlabelled(packet)
    assert b'"Label"' not in bare
    assert riff.unlabelled(bare) is bare
    assert b"Label" not in riff.unlabelled(b'<x xmlns:a="a"><a:AIGC>{"Label":"1"}</a:AIGC></x>')


@given(st.binary(max_size=120), st.integers(0, 12))
def test_any_bytes_are_walked_or_called_damaged(junk: bytes, kept: int) -> None:
    data = file(riff.made(b"LIST", b"INFO" + riff.made(b"INAM", b"x")))[: 12 + kept] + junk
    try:
        form = riff.form(data)
        for chunk in riff.chunks(data, 12, form.at.end):
            assert 12 <= chunk.at.start < chunk.at.end <= form.at.end
            if riff.is_list(data, chunk):
                list(riff.members(data, chunk))
    except DamagedFile as error:
        assert "byte" in error.what
