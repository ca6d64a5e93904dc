from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.carriers import LABEL as LABELS
from tests.labels.carriers import xmp
from tests.labels.formats.samples.mp3 import VALUE, WRAPPED, frame, synchsafe, tag

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Held
from qingjian.labels.splice import applied
from qingjian.labels.structures import id3
from qingjian.labels.structures.id3tag import tags

AUDIO = b"\xff\xfbaudio"
TITLE = frame("TIT2", b"\x03a title")
LABEL = frame("TXXX", b"\x03AIGC\x00" + VALUE.encode())
NEW = '{"Label":"2"}'
STORE = b"\x00\x00\x00\x10jumb\xff\x00store"


def pairs(*frames: bytes, version: int = 4) -> list[tuple[str, str | bytes]]:
    return [(h.key, h.value) for h in id3.held(tag(b"".join(frames), version) + AUDIO)]


def labelled(data: bytes, value: str | None = NEW) -> bytes:
    new = applied(data, id3.write(data, value))
    assert len(marks_of(id3.held(new))) == (value is not None)
    assert applied(new, id3.write(new, value)) == new
    assert new.endswith(AUDIO)
    return new


@pytest.mark.parametrize(
    ("body", "key", "text"),
    [
        (frame("TIT2", b"\x00caf\xe9\x00"), "TIT2", "café"),
        (frame("TIT2", b"\x00" + "游记".encode()), "TIT2", "游记"),
        (frame("TIT2", b"\x01" + "游记".encode("utf-16")), "TIT2", "游记"),
        (frame("TIT2", b"\x01" + "游记".encode("utf-16-le")), "TIT2", "游记"),
        (frame("TIT2", b"\x02" + "游记".encode("utf-16-be")), "TIT2", "游记"),
        (frame("TXXX", b"\x03prompt\x00a cat\x00"), "prompt", "a cat"),
        (frame("TXXX", b"\x03\x00no name"), "TXXX", "no name"),
        (frame("TXXX", b"\x01" + "a\x00".encode("utf-16") + "b".encode("utf-16")), "a", "b"),
        (frame("COMM", b"\x03eng\x00words"), "COMM", "words"),
        (frame("COMM", b"\x03engabout\x00words"), "COMM:about", "words"),
        (frame("USLT", b"\x03eng\x00words"), "USLT", "words"),
        (frame("WOAF", b"https://example.org/"), "WOAF", "https://example.org/"),
    ],
)
def test_texts_are_read_in_every_encoding(body: bytes, key: str, text: str) -> None:
    assert pairs(body) == [(key, text)]


def test_short_names_of_2_2_are_read() -> None:
    frames = frame("TXX", b"\x00prompt\x00a cat", 2), frame("COM", b"\x00eng\x00words", 2)
    assert pairs(*frames, version=2) == [("prompt", "a cat"), ("COMM", "words")]


def test_several_values_are_several_pairs() -> None:
    assert pairs(frame("TPE1", b"\x03one\x00two\x00")) == [("TPE1", "one"), ("TPE1", "two")]


def test_pictures_and_encrypted_frames_are_no_texts() -> None:
    assert pairs(frame("APIC", bytes(90)), frame("TIT2", b"\x01\x03x", 4, 0x04)) == []
    assert pairs(frame("TIT2", b"\x01\x03x", 3, 0x40), version=3) == []


def test_a_manifest_is_read_behind_its_names() -> None:
    for mime in (b"application/x-c2pa-manifest-store", b"application/c2pa"):
        latin = frame("GEOB", b"\x00" + mime + b"\x00name\x00c2pa\x00" + STORE)
        wide = b"\x01" + mime + b"\x00" + "\u0100\x00".encode("utf-16") + "c\x00".encode("utf-16")
        for body in (latin, frame("GEOB", wide + STORE)):
            (held,) = id3.held(tag(body) + AUDIO)
            assert (held.kind, held.value) == ("c2pa", STORE)
    assert pairs(frame("GEOB", b"\x00text/plain\x00\x00\x00words")) == []


def test_a_label_behind_words_is_read_with_what_is_odd_about_it() -> None:
    (held,) = id3.held(tag(frame("COMM", b"\x03eng\x00Metadata: " + WRAPPED.encode())) + AUDIO)
    assert (held.key, held.value) == ("AIGC", WRAPPED)
    assert [d.id for d in held.deviations] == ["place.prefix"]


def test_a_label_in_another_frame_is_told() -> None:
    def odd(*frames: bytes) -> list[str]:
        return [d.id for h in id3.held(tag(b"".join(frames)) + AUDIO) for d in h.deviations]

    assert odd(LABEL, TITLE) == []
    assert odd(frame("TIT2", b"\x03" + WRAPPED.encode())) == ["place.frame"]
    assert odd(frame("COMM", b"\x03engAIGC\x00" + VALUE.encode())) == ["place.frame"]


def test_the_place_is_the_frame_or_the_tag_where_it_is_coded() -> None:
    data = tag(TITLE + LABEL) + AUDIO
    held = list(id3.held(data))
    assert [data[h.at.start : h.at.end] for h in held] == [TITLE, LABEL]
    coded = tag(frame("TIT2", b"\x00a", 3), 3, 0x80)
    (held_there,) = id3.held(coded + AUDIO)
    assert (held_there.at.start, held_there.at.end) == (0, len(coded))


@pytest.mark.parametrize("room", [0, 3, 9, 10, 300])
@pytest.mark.parametrize("version", [2, 3, 4])
def test_the_tag_without_its_label_is_the_tag_as_it_was(version: int, room: int) -> None:
    title = frame("TT2" if version == 2 else "TIT2", b"\x00a", version)
    data = tag(title + bytes(room), version) + AUDIO
    new = labelled(data)
    (found,) = tags(new)
    assert (found.version, found.padding.end - found.padding.start) == (version, room)
    assert title in new
    assert labelled(new, None) == data
    assert labelled(labelled(new, NEW + " " * 900), None) == data


def test_a_tag_of_padding_alone_stays() -> None:
    data = tag(bytes(20)) + AUDIO
    assert labelled(labelled(data), None) == data


def test_text_is_utf_8_in_2_4_and_utf_16_before_where_it_is_not_ascii() -> None:
    words = '{"Label":"1","ContentProducer":"某公司"}'
    assert words.encode() in labelled(AUDIO, words)
    for version in (2, 3):
        new = labelled(tag(bytes(300), version) + AUDIO, words)
        assert b"\xff\xfe" + words.encode("utf-16-le") in new
        assert NEW.encode() in labelled(tag(bytes(300), version) + AUDIO)


def test_a_file_without_a_tag_gets_one_and_loses_it_again() -> None:
    new = labelled(AUDIO)
    assert new[:5] == b"ID3\x04\x00"
    assert labelled(new, None) == AUDIO


def test_the_label_stays_in_the_first_tag_alone() -> None:
    data = tag(TITLE + LABEL) + tag(LABEL) + tag(LABEL + TITLE) + AUDIO
    new = labelled(data)
    assert [[f.id for f in t.frames] for t in tags(new)] == [["TIT2", "TXXX"], ["TIT2"]]


def with_checksum(version: int, frames: bytes, padding: bytes) -> bytes:
    """Give a tag whose extended header holds the checksum of its frames."""
    if version == 3:
        head = b"\x00\x00\x00\x0a\x80\x00" + len(padding).to_bytes(4, "big")
        return tag(head + zlib.crc32(frames).to_bytes(4, "big") + frames + padding, version, 0x40)
    number = zlib.crc32(frames + padding)
    coded = bytes(number >> 7 * n & 0x7F for n in (4, 3, 2, 1, 0))
    head = synchsafe(15) + b"\x01\x70\x00\x05" + coded + b"\x01\x40"
    return tag(head + frames + padding, version, 0x40)


@pytest.mark.parametrize("version", [3, 4])
def test_the_checksum_of_a_tag_is_made_anew(version: int) -> None:
    title, room = frame("TIT2", b"\x00a", version), bytes(30)
    data = with_checksum(version, title, room) + AUDIO
    body = b"\x03" if version == 4 else b"\x00"
    label = frame("TXXX", body + b"AIGC\x00" + NEW.encode(), version)
    new = labelled(data)
    assert new == with_checksum(version, title + label, room) + AUDIO
    assert labelled(new, None) == data


def test_a_checksum_without_room_is_damage() -> None:
    data = tag(synchsafe(7) + b"\x01\x20\x05" + TITLE, 4, 0x40) + AUDIO
    with pytest.raises(DamagedFile, match="extended header"):
        id3.write(data, NEW)


def test_a_footer_stays_and_has_the_size_of_its_tag() -> None:
    head = tag(TITLE, 4, 0x10)
    data = head + b"3DI" + head[3:10] + AUDIO
    new = labelled(data)
    (found,) = tags(new)
    assert new[found.at.end - 10 : found.at.end] == b"3DI" + new[3:10]
    assert labelled(new, None) == data


def test_unsynchronised_tags_stay_so() -> None:
    picture = frame("APIC", b"\x00image/png\x00\x03\x00\xff\xe0\xff\x00\xff", 3)
    coded = picture.replace(b"\xff", b"\xff\x00")
    data = tag(coded + bytes(90), 3, 0x80) + AUDIO
    new = labelled(data, '{"Label":"1","X":"\u00ff\u0100\uff00"}')
    (found,) = tags(new)
    assert found.flags == 0x80
    assert found.text[0 : len(picture)] == picture
    assert new.find(b"\xff\xe0") == -1
    assert new.find(b"\xff\xfe\x41") == -1
    assert labelled(new, None) == data
    four = labelled(tag(frame("TIT2", b"\x01\xff\x00\xfea\x00", 4, 2), 4, 0x80) + AUDIO)
    (last,) = [f for t in tags(four) for f in t.frames if f.id == "TXXX"]
    assert last.flags == 0x02


def test_bytes_that_are_no_padding_are_not_written_over() -> None:
    with pytest.raises(DamagedFile, match="bytes that are no frame"):
        id3.write(tag(TITLE + b"\x00\x00hidden") + AUDIO, NEW)


def test_a_compressed_tag_of_2_2_is_no_place_for_a_label() -> None:
    data = tag(b"packed", 2, 0x40) + AUDIO
    assert list(id3.held(data)) == []
    with pytest.raises(InputError, match="compressed"):
        id3.write(data, NEW)
    assert id3.write(data, None) == []


def test_a_tag_that_is_full_is_no_place_for_a_label() -> None:
    data = tag(TITLE) + AUDIO
    with pytest.raises(InputError, match="no room"):
        id3.write(data, " " * (1 << 28))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (frame("TIT2", b"\x04a"), "unknown encoding"),
        (frame("TIT2", bytes(4) + b"no zlib", 4, 0x09), "does not inflate"),
        (frame("TIT2", bytes(4) + zlib.compress(b"\x03words")[:-5], 4, 0x09), "cut short"),
        (frame("TIT2", bytes(4) + zlib.compress(bytes(5_000_000)), 4, 0x09), "4,000,000 bytes"),
        (frame("TIT2", bytes(4_000_001)), "over 4,000,000 bytes"),
    ],
)
def test_damage_is_told(body: bytes, told: str) -> None:
    for use in (lambda d: list(id3.held(d)), lambda d: id3.write(d, NEW)):
        with pytest.raises(DamagedFile, match=told):
            use(tag(body) + AUDIO)


def test_an_object_that_is_too_large_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(id3, "_MOST_OBJECT", 20)
    assert pairs(frame("GEOB", b"\x00application/c2pa\x00\x00\x00" + STORE)) == []


@given(st.binary(max_size=120), st.sampled_from([2, 3, 4]), st.sampled_from([0, 0x80, 0x40, 0x10]))
def test_any_body_is_read_or_called_damaged(body: bytes, version: int, flags: int) -> None:
    frames = b"".join(frame(n[: 3 if version == 2 else 4], body, version) for n in ("TXXX", "GEOB"))
    for inner in (body, frames):
        try:
            held: list[Held] = list(id3.held(tag(inner, version, flags) + AUDIO))
        except DamagedFile as error:
            assert error.what
        else:
            assert marks_of(held) == []


def test_a_packet_without_rdf_loses_its_label() -> None:
    packet = b'<r xmlns:T="http://www.tc260.org.cn/ns/AIGC/1.0/"><T:AIGC>{"Label":"1"}</T:AIGC></r>'
    data = tag(frame("PRIV", b"XMP\x00" + packet)) + AUDIO
    assert len(marks_of(id3.held(data))) == 1
    assert len(marks_of(id3.held(applied(data, id3.write(data, NEW))))) == 1
    assert marks_of(id3.held(labelled(data, None))) == []


def test_a_packet_in_a_frame_loses_its_label_alone() -> None:
    data = tag(frame("PRIV", b"XMP\x00" + xmp(LABELS)) + TITLE) + AUDIO
    (mark,) = marks_of(id3.held(data))
    assert "place.frame" in [d.id for d in mark.deviations]
    new = labelled(data)
    assert [f.id for t in tags(new) for f in t.frames] == ["PRIV", "TIT2", "TXXX"]
    assert marks_of(id3.held(labelled(data, None))) == []


def test_packed_and_grouped_frames_are_read() -> None:
    packed = zlib.compress(b"\x03words")
    assert pairs(frame("TIT2", b"G" + bytes(4) + packed, 4, 0x49)) == [("TIT2", "words")]
    assert pairs(frame("TIT2", bytes(4) + b"G" + packed, 3, 0xA0), version=3) == [("TIT2", "words")]
