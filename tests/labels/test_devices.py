from __future__ import annotations

import struct

import pytest
from tests import needs
from tests.labels.formats.samples import mp4

from qingjian.core.types import ByteRange
from qingjian.labels import devices, label

FLAG = b'{"version":"v1","genAIType":%d}'
KLING = bytes.fromhex("91ca60614aee385486142d5f73f4ae2e")


def trailer(value: int) -> bytes:
    return b"\xff\xd9" + FLAG % value + b"SEFHk\x00\x00\x00\x4d\x00SEFT"


def filed(*blocks: tuple[bytes, bytes]) -> bytes:
    """Give a trailer with its directory, as phones write it."""
    bodies = [
        b"\x00\x00" + struct.pack("<HI", 0x0BA1, len(name)) + name + body for name, body in blocks
    ]
    whole = b"".join(bodies)
    rows, at = b"", 0
    for body in bodies:
        rows += struct.pack("<HHII", 0, 0x0BA1, len(whole) - at, len(body))
        at += len(body)
    head = b"SEFH" + struct.pack("<II", 107, len(bodies)) + rows
    return b"\xff\xd9" + whole + head + struct.pack("<I", len(head)) + b"SEFT"


def test_a_phone_flags_it_behind_the_end() -> None:
    (mark,) = devices.marks_of(trailer(8))
    assert (mark.scheme, mark.fields) == ("samsung", {"genAIType": "8"})
    assert isinstance(mark.at, ByteRange)
    assert trailer(8)[mark.at.start : mark.at.end] == b'"genAIType":8'
    assert devices.marks_of(trailer(0)) == []
    assert devices.marks_of(trailer(8) + b"x") == []


def test_the_flag_is_found_in_a_long_trailer_by_its_directory() -> None:
    edited = (b"PhotoEditor_Re_Edit_Data", FLAG % 2)
    film = (b"MotionPhoto_Data", bytes(300_000))
    (mark,) = devices.marks_of(filed(edited, film))
    assert mark.fields == {"genAIType": "2"}
    assert devices.marks_of(filed((edited[0], FLAG % 0), film)) == []
    assert devices.marks_of(filed((b"Image_UTC_Data", b"1700000000000"))) == []


@pytest.mark.parametrize("bytes_", [b"", b"SEFT", b"\xff\xff\xff\xffSEFT", b"SEFH\x04\0\0\0SEFT"])
def test_a_trailer_that_lies_is_none(bytes_: bytes) -> None:
    assert devices.marks_of(bytes_) == []


def test_a_directory_that_points_anywhere_is_not_followed() -> None:
    whole = filed((b"PhotoEditor_Re_Edit_Data", FLAG % 3))
    for at in range(len(whole) - 40, len(whole) - 4):
        devices.marks_of(whole[:at] + b"\xff" + whole[at + 1 :])


def with_message(data: bytes, message: bytes) -> bytes:
    """Give a film whose media begin with a message; its tables are not moved, players would err."""
    at = data.index(b"mdat") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    grown = (size + len(message)).to_bytes(4, "big")
    return data[:at] + grown + b"mdat" + message + data[at + 8 :]


def test_an_encoder_names_itself_in_the_stream() -> None:
    data = with_message(mp4.plain(), b"\x06\x05\x18" + KLING + b"kling-ai\x80")
    (mark,) = devices.marks_of(data)
    assert (mark.scheme, mark.place) == ("kling", "mdat SEI message")
    assert mark.fields == {"uuid": KLING.hex(), "message": "kling-ai"}
    assert label.verify(data).verdict == "suspected"
    assert devices.marks_of(mp4.plain()) == []
    x264 = bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef") + b"x264 - core 164"
    assert devices.marks_of(with_message(mp4.plain(), x264)) == []
    assert devices.marks_of(KLING) == []
    assert devices.marks_of(data[: data.index(KLING) - 20]) == []


def test_a_real_export() -> None:
    data = (needs.shared("data", "media_wild") / "samsung_black_1.png").read_bytes()
    assert [mark.scheme for mark in devices.marks_of(data)] == ["samsung"]
