from __future__ import annotations

import pytest
from tests.labels.formats.samples.mp3 import frame, synchsafe, tag

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.structures import id3tag
from qingjian.labels.structures.id3tag import behind, tags

TITLE = frame("TIT2", b"\x03a title")


def test_tags_are_given_with_their_frames_and_padding() -> None:
    one, two = tag(TITLE + bytes(7)), tag(frame("TT2", b"\x00b", 2), 2)
    first, second = tags(one + two + b"audio")
    assert first.at == ByteRange(0, len(one))
    assert [(f.id, f.start, f.end) for f in first.frames] == [("TIT2", 10, 10 + len(TITLE))]
    assert first.padding == ByteRange(10 + len(TITLE), len(one))
    assert (second.version, second.at) == (2, ByteRange(len(one), len(one) + len(two)))
    assert behind(one + two + b"audio") == len(one + two)


def test_a_footer_belongs_to_its_tag() -> None:
    head = tag(TITLE, 4, 0x10)
    data = head + b"3DI" + head[3:10]
    (found,) = tags(data + b"audio")
    assert found.at.end == behind(data + b"audio") == len(data)
    with pytest.raises(DamagedFile, match="no footer"):
        list(tags(head + b"audio that is long enough"))


def test_sizes_of_2_4_are_synchsafe_unless_they_only_fit_as_plain_numbers() -> None:
    long = b"\x03" + b"t" * 299
    (right,) = tags(tag(frame("TIT2", long) + TITLE))
    (wrong,) = tags(tag(frame("TIT2", long, 3) + TITLE + bytes(5)))
    assert [f.end - f.body for f in right.frames] == [f.end - f.body for f in wrong.frames]
    assert (right.wide, wrong.wide) == (False, True)
    zeros = frame("APIC", bytes(0x0180), 3)
    (hidden,) = tags(tag(zeros + TITLE))
    assert [f.id for f in hidden.frames] == ["APIC", "TIT2"]


def test_unsynchronisation_of_a_whole_tag_is_undone() -> None:
    body = frame("TIT2", b"\x01\xff\xfea\x00", 3)
    (found,) = tags(tag(body.replace(b"\xff", b"\xff\x00"), 3, 0x80))
    assert found.decoded
    assert found.text[0 : len(found.text)] == body


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (tag(TITLE)[:-1], "tag at byte 0 is cut short"),
        (tag(TITLE)[:9], "tag at byte 0 is cut short"),
        (tag(TITLE) + tag(TITLE)[:-3], "tag at byte 28 is cut short"),
        (tag(TITLE, 5), "header of the ID3 tag at byte 0 is broken"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x80" + bytes(200), "header of the ID3 tag at byte 0"),
        (tag(b"title frame"), "no frame where one should stand"),
        (tag(TITLE[:-1]), "frame that is cut short"),
        (tag(TITLE[:4] + b"\x80\x00\x00\x00" + bytes(9)), "broken size"),
        (tag(b"\x00\x00\x00\xff" + TITLE, 3, 0x40), "extended header"),
        (tag(synchsafe(3) + TITLE, 4, 0x40), "extended header"),
        (tag(b"") * 70, "more than 64 ID3 tags"),
        (tag(frame("TIT2", b"") * 10_001), "no frame where"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        list(tags(data))


def test_a_coded_tag_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(id3tag, "_MOST_CODED", 10)
    with pytest.raises(DamagedFile, match="more than 10 bytes"):
        list(tags(tag(TITLE, 3, 0x80)))


@pytest.mark.parametrize("size", [0, 127, 128, 300_000, (1 << 28) - 1])
def test_sizes_take_seven_bits_a_byte(size: int) -> None:
    raw = id3tag.synchsafe_bytes(size)
    assert len(raw) == 4
    assert max(raw) < 128
    assert id3tag.synchsafe(raw) == size
