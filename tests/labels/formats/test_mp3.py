from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from tests import needs
from tests.labels.formats.samples import aac as aac_sample
from tests.labels.formats.samples import flac as flac_sample
from tests.labels.formats.samples import mp3 as sample
from tests.labels.formats.samples.mp3 import VALUE, WRAPPED, ape, bare, frame, id3v1, tag

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import aac, flac, mp3
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import Stored, applied

NEW = '{"Label":"2","ContentProducer":"某公司"}'
TITLE = frame("TIT2", b"\x03a title")
FRAME = b"\xff\xfb\x90\x00" + bytes(413)


def pairs(data: bytes) -> dict[str, str | bytes]:
    return {h.key: h.value for h in mp3.held(data) if h.kind == "pair"}


def labelled(data: bytes, value: str | None = NEW) -> bytes:
    new = applied(data, mp3.write(data, value))
    assert len(marks_of(mp3.held(new))) == (value is not None)
    return new


@pytest.mark.parametrize(
    ("head", "length"),
    [
        ("fffb9000", 417),
        ("fffb9200", 418),
        ("fff34844", 144),
        ("ffe31844", 72),
        ("ffff10c4", 12 * 32_000 // 44_100 * 4),
        ("fffda000", 144 * 192_000 // 44_100),
        ("fff1505c", 0),
        ("fffb0000", 0),
        ("fffbf000", 0),
        ("fffb9c00", 0),
        ("ffeb9000", 0),
        ("ff", 0),
    ],
)
def test_the_length_of_a_frame_follows_from_its_header(head: str, length: int) -> None:
    assert mp3.frame_length(bytes.fromhex(head)) == length


def test_every_frame_of_an_encoder_has_the_length_that_is_told() -> None:
    for rate in (16_000, 44_100, 48_000, 11_025):
        data = sample.encoded("mp3", "libmp3lame", {}, rate=rate, options={"write_xing": "0"})
        at = 10 + int.from_bytes(data[8:10], "big") if data[:3] == b"ID3" else 0
        while at < len(data):
            length = mp3.frame_length(data[at : at + 4])
            assert length
            at += length
        assert at == len(data)


def test_files_are_known_apart_from_those_that_look_alike() -> None:
    front = tag(TITLE)
    for data in (bare(), front + bare(), front + b"\x00\x00" + bare(), FRAME * 2, FRAME):
        assert mp3.knows(data)
        assert not aac.knows(data)
        assert not flac.knows(data)
    for data in (aac_sample.bare(), flac_sample.plain()):
        assert not mp3.knows(data)
        assert not mp3.knows(front + data)
    for data in (b"", b"\xff", b"\xff\xfb\x90", FRAME + b"junk", b"\xff\xd8\xff\xe0" + bytes(50)):
        assert not mp3.knows(data)


def test_a_file_of_one_byte_behind_its_tag_is_no_trouble() -> None:
    assert mp3.knows(tag(TITLE) + b"\xff")
    with pytest.raises(DamagedFile, match="no whole MPEG audio frame"):
        list(mp3.held(tag(TITLE) + b"\xff"))


def test_junk_before_the_first_frame_is_passed_over() -> None:
    data = tag(TITLE) + b"\xff\xff\x00junk" * 20 + FRAME * 2
    assert labelled(data).endswith(b"junk" + FRAME * 2)
    with pytest.raises(DamagedFile, match="no whole MPEG"):
        list(mp3.held(tag(TITLE) + bytes(70_000) + FRAME * 2))


def test_a_file_shorter_than_its_info_header_counts_is_damaged() -> None:
    data = sample.plain()
    assert b"Info" in data
    with pytest.raises(DamagedFile, match=r"before its [0-9,]+ bytes of audio"):
        list(mp3.held(data[:-1]))
    with pytest.raises(DamagedFile, match=r"before its [0-9,]+ bytes of audio"):
        mp3.write(data[:-1], NEW)


def test_tags_at_the_end_are_read() -> None:
    data = bare() + ape(Title="游记", Cover="x") + id3v1("a title", "a comment")
    seen = pairs(data)
    assert seen["Title"] == "游记"
    assert (seen["ID3v1:title"], seen["ID3v1:comment"]) == ("a title", "a comment")


def test_tags_at_the_end_stay_but_for_labels() -> None:
    closing = ape(Title="游记", AIGC=VALUE, Year="2026") + id3v1(
        "a title", '{"AIGC":{"Label":"1"}}'
    )
    data = bare() + closing
    assert [d.id for h in mp3.held(data) for d in h.deviations] == ["place.frame"] * 2
    new = labelled(data)
    kept = new[-len(closing) :]
    assert kept == closing.replace(VALUE.encode(), b" " * len(VALUE.encode())).replace(
        b'{"AIGC":{"Label":"1"}}'.ljust(30, b"\x00"), b" " * 30
    )
    assert pairs(new)["ID3v1:title"] == "a title"
    plain = bare() + ape(Title="x") + id3v1("a title", "a comment")
    assert labelled(plain).endswith(plain)


def test_tags_at_the_end_do_not_reach_into_the_tag_in_front() -> None:
    inside = b"TAG" + b'{"AIGC":{"Label":"1"}}'.ljust(30, b"\x00") + bytes(90)
    data = tag(frame("PRIV", b"x\x00" + inside)) + b"\xff\xfb\x10\x00" + bytes(100)
    assert list(mp3.held(data)) == []


@pytest.mark.parametrize(
    ("closing", "told"),
    [
        (ape(Title="x").replace(b"\xd0\x07", b"\xd1\x07"), "APE tag that ends at byte"),
        (ape(Title="x")[:-20] + b"\xff\xff\xff\x0f" + ape(Title="x")[-16:], "is broken"),
        (
            ape(Title="x").replace(b"\x01\x00\x00\x00\x00\x00\x00\x00T", b"\x99" + bytes(7) + b"T"),
            "item that is cut short",
        ),
        (ape(Title="x").replace(b"Title\x00", b"Title0"), "item that is cut short"),
    ],
)
def test_damage_at_the_end_is_told(closing: bytes, told: str) -> None:
    for use in (lambda d: list(mp3.held(d)), lambda d: mp3.write(d, NEW)):
        with pytest.raises(DamagedFile, match=told):
            use(bare() + closing)


def test_labels_seen_in_public_files_are_read_and_replaced() -> None:
    lines = needs.shared("data", "labels_wild.jsonl").read_text().splitlines()
    raws = [r["raw"] for r in map(json.loads, lines) if r["container"] == "mp3/metadata"]
    assert raws
    for raw in raws:
        data = tag(frame("COMM", b"\x03eng\x00" + raw.encode())) + bare()
        (mark,) = marks_of(mp3.held(data))
        assert (mark.label, mark.fields["PropagateID"]) == ("1", "%!s(MISSING)")
        assert "place.prefix" in [d.id for d in mark.deviations]
        labelled(data)


def test_exiftool_reads_the_label(tmp_path: Path) -> None:
    exiftool = needs.tool("exiftool")
    path = tmp_path / "a.mp3"
    path.write_bytes(labelled(sample.plain()))
    seen = subprocess.run(
        [exiftool, "-b", "-UserDefinedText", path], capture_output=True, check=True
    ).stdout.decode()
    assert NEW in seen


def test_a_large_file_is_read_only_where_tags_are(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    with path.open("wb+") as file:
        file.write(tag(TITLE + bytes(90)) + FRAME * 2)
        file.truncate(3 << 30)
        stored = Stored(file.fileno())
        assert pairs_of(stored) == ["TIT2"]
        assert sum(len(e.new) for e in mp3.write(stored, NEW)) < 300


def pairs_of(data: Stored) -> list[str]:
    return [h.key for h in mp3.held(data)]


def test_a_wrapped_label_in_the_title_is_told_with_its_frame() -> None:
    data = tag(frame("TIT2", b"\x03" + WRAPPED.encode())) + bare()
    (mark,) = marks_of(mp3.held(data))
    assert mark.place == "ID3v2.4 TIT2 TIT2"


def test_objects_and_texts_without_a_charset_in_the_closing_tag() -> None:
    closing = ape(Cover="x", Title="caf@").replace(b"@", b"\xe9")
    at = closing.index(b"Cover") - 4
    data = bare() + closing[:at] + b"\x02" + closing[at + 1 :]
    assert pairs(data) == {"Title": "caf\u00e9"}


def uncounted(data: bytes) -> bytes:
    """Give the file without the frame that counts the others."""
    at = data.index(b"\xff\xf3")
    return data[:at] + data[at + mp3.frame_length(data[at : at + 4]) :]


def test_without_a_count_a_cut_is_noticed_but_at_the_end_of_a_frame() -> None:
    data = uncounted(sample.plain())
    ends, at = set(), data.index(b"\xff\xf3")
    while at < len(data):
        at += mp3.frame_length(data[at : at + 4])
        ends.add(at)
    assert len(ends) > 2
    for end in range(len(data) + 1):
        if end in ends:
            list(mp3.held(data[:end]))
            continue
        with pytest.raises(DamagedFile):
            list(mp3.held(data[:end]))


def counted_by(first: bytes) -> bytes:
    return first.ljust(417, b"\x00") + FRAME * 9


@pytest.mark.parametrize(
    "data",
    [
        counted_by(FRAME[:36] + b"Xing\x00\x00\x00\x01" + (9).to_bytes(4, "big")),
        counted_by(FRAME[:36] + b"Info\x00\x00\x00\x02" + (4170).to_bytes(4, "big")),
        counted_by(
            FRAME[:36] + b"Xing\x00\x00\x00\x03" + b"".join(n.to_bytes(4, "big") for n in (9, 4170))
        ),
        counted_by(FRAME[:36] + b"VBRI" + bytes(6) + (4170).to_bytes(4, "big") + b"\0\0\0\x0a"),
    ],
)
def test_every_cut_of_a_file_that_counts_is_noticed(data: bytes) -> None:
    list(mp3.held(data + b"junk"))
    for closing in (b"", id3v1("t", "c")):
        whole = data + closing
        list(mp3.held(whole))
        for end in range(len(whole)):
            if end != len(data):
                with pytest.raises(DamagedFile):
                    list(mp3.held(whole[:end]))
