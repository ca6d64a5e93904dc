"""Frames that follow one another up to the end: cuts, junk, tags, false beginnings, bounds."""

from __future__ import annotations

import time

import pytest
from tests.labels.formats.samples.mp3 import ape, id3v1

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats.mp3 import frame_length
from qingjian.labels.structures import audioframes
from qingjian.labels.structures.audioframes import Frames

FRAME = b"\xff\xfb\x90\x00" + bytes(413)
OTHER = b"\xff\xfa\xa2\x44" + b"\xff" * 519
"""With a checksum, another bit rate and padding, and bytes that look like beginnings."""


def frames(data: bytes, start: int = 0) -> Frames:
    return Frames.of(data, start, 4, frame_length, (0xFE, 0x0C))


def check(data: bytes, start: int = 0) -> None:
    audioframes.check_end(data, frames(data, start))


@pytest.mark.parametrize("many", [1, 2, 5, 200])
def test_a_cut_within_a_frame_is_noticed(many: int) -> None:
    data = FRAME * many
    check(data)
    check(data + OTHER)
    for cut in range(1, len(OTHER)):
        with pytest.raises(DamagedFile, match=r"past the file's|is cut short"):
            check(data + OTHER[:cut])


def test_the_byte_is_told() -> None:
    with pytest.raises(DamagedFile, match="last audio frame ends at byte 834, past the file's"):
        check((FRAME * 2)[:-1])
    with pytest.raises(DamagedFile, match="audio frame at byte 834 is cut short"):
        check(FRAME * 2 + b"\xff\xfb")


@pytest.mark.parametrize(
    "behind",
    [
        b"\x00junk",
        bytes(100_000),
        b"\xff" * 5000,
        b"\xff\xfb" * 5000,
        FRAME[:4] * 5,
        ape(Title="x" * 40_000),
        id3v1("a", "b"),
        ape(Title="x") + id3v1("a", "b"),
        b"LYRICSBEGIN" + bytes(3000),
    ],
)
def test_other_bytes_behind_the_last_frame_are_no_damage(behind: bytes) -> None:
    try:
        check(FRAME * 90 + behind)
    except DamagedFile as error:
        assert behind[:2] == b"\xff\xfb", error


def test_frames_go_on_behind_a_gap() -> None:
    data = FRAME * 5 + b"gap" * 9 + FRAME * 5
    check(data)
    with pytest.raises(DamagedFile, match="past the file's"):
        check(data[:-1])


def test_two_frames_behind_a_gap_are_not_trusted() -> None:
    check(FRAME * 5 + b"gap" * 9 + FRAME + FRAME[:-1])


def test_a_closing_tag_that_is_cut_is_noticed() -> None:
    body = ape(Title="x")
    header = body[-32:-12] + (0xA0000000).to_bytes(4, "little") + bytes(8)
    for closing in (id3v1("a", "b"), header + body):
        check(FRAME * 3 + closing)
        for end in range(1, len(closing)):
            with pytest.raises(DamagedFile, match="tag behind the audio at byte 1251 is cut short"):
                check(FRAME * 3 + closing[:end])
    check(FRAME * 3 + ape())


def test_frames_are_counted_over_blocks() -> None:
    data = FRAME * 4000 + b"junk"
    assert audioframes.end_of(data, frames(data), 4000) == 4000 * 417
    with pytest.raises(DamagedFile, match="ends at byte 1668000 after 4000 of 4001 frames"):
        audioframes.end_of(data, frames(data), 4001)
    with pytest.raises(DamagedFile, match="after 3999 of 4000 frames"):
        audioframes.end_of(data[:-5], frames(data), 4000)


def test_bytes_that_look_like_frames_take_no_time() -> None:
    short = b"\xff\xfb\x10\x00"
    start = time.perf_counter()
    for behind in (short * 50_000, (short + bytes(100)) * 2000, b"\xff" * 200_000):
        try:
            check(FRAME * 9 + behind)
        except DamagedFile:
            continue
    assert time.perf_counter() - start < 1
