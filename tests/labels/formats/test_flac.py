from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests import needs
from tests.labels.formats.samples import flac as sample
from tests.labels.formats.samples.flac import comments, joined, split
from tests.labels.formats.samples.mp3 import VALUE, decoded, frame, tag

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.formats import flac
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import Stored, applied

NEW = '{"Label":"2","ContentProducer":"某公司"}'
INFO, AUDIO = split(sample.plain())[0][0], split(sample.plain())[1]
SEEK, PICTURE = (3, bytes(18)), (6, b"picture" * 9)


def labelled(data: bytes, value: str | None = NEW) -> bytes:
    new = applied(data, flac.write(data, value))
    assert len(marks_of(flac.held(new))) == (value is not None)
    assert applied(new, flac.write(new, value)) == new
    assert new.endswith(AUDIO)
    return new


def test_the_other_blocks_stay_and_the_file_without_its_label_is_as_it_was() -> None:
    blocks = [INFO, (4, comments("TITLE=a")), SEEK, (1, bytes(300)), PICTURE]
    data = joined(blocks, AUDIO)
    new = labelled(data)
    assert new == joined([INFO, (4, comments("TITLE=a", "AIGC=" + NEW)), *blocks[2:]], AUDIO)
    assert labelled(new, None) == data


@pytest.mark.parametrize("others", [[], [PICTURE], [SEEK, (1, bytes(500))]])
def test_a_file_without_comments_gets_them_behind_streaminfo(
    others: list[tuple[int, bytes]],
) -> None:
    data = joined([INFO, *others], AUDIO)
    new = labelled(data)
    body = comments("AIGC=" + NEW, vendor="qingjian")
    assert new == joined([INFO, (4, body), *others], AUDIO)
    assert decoded(new) == decoded(sample.plain())
    assert labelled(new, None) == data


def test_comments_of_ours_that_came_last_go_away_again() -> None:
    ours = (4, comments("AIGC=" + VALUE, vendor="qingjian"))
    data = joined([INFO, (1, bytes(9)), ours], AUDIO)
    assert labelled(data, None) == joined([INFO, (1, bytes(9))], AUDIO)


def test_a_label_stays_in_the_first_block_alone() -> None:
    label = comments("TITLE=a", "AIGC=" + VALUE)
    data = joined([INFO, (4, label), (4, label)], AUDIO)
    assert len(marks_of(flac.held(data))) == 2
    assert [body for _, body in split(labelled(data))[0][1:]] == [
        comments("TITLE=a", "AIGC=" + NEW),
        comments("TITLE=a"),
    ]


def test_a_tag_in_front_is_read_and_loses_its_label_alone() -> None:
    title = frame("TIT2", b"\x03a title")
    front = tag(title + frame("TXXX", b"\x03AIGC\x00" + VALUE.encode()))
    data = front + sample.plain()
    assert flac.knows(data)
    new = labelled(data)
    assert title in new
    assert VALUE.encode() not in new


def test_a_manifest_in_front_is_given() -> None:
    body = b"\x00application/x-c2pa-manifest-store\x00\x00c2pa\x00\x00\x00store"
    first = next(flac.held(tag(frame("GEOB", body)) + sample.plain()))
    assert (first.kind, first.value) == ("c2pa", b"\x00\x00store")


def test_a_block_that_would_be_too_large_is_refused() -> None:
    picture = "METADATA_BLOCK_PICTURE=" + "A" * ((1 << 24) - 60)
    data = joined([INFO, (4, comments(picture))], AUDIO)
    assert marks_of(flac.held(data)) == []
    with pytest.raises(InputError, match="no room for the label"):
        flac.write(data, NEW)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"fLaD", "no fLaC stands at byte 0"),
        (b"fLaC", "block at byte 4 is cut short"),
        (joined([INFO], b""), "no FLAC frame stands at byte 42"),
        (joined([INFO], b"\xff\xff" + AUDIO[2:]), "no FLAC frame stands at byte 42"),
        (joined([(0, bytes(33))], AUDIO), "STREAMINFO at byte 4 is cut short"),
        (joined([(4, comments()), INFO], AUDIO), "block at byte 4 is out of place"),
        (joined([INFO, INFO], AUDIO), "block at byte 42 is out of place"),
        (joined([INFO, (127, b"")], AUDIO), "block at byte 42 is out of place"),
        (joined([INFO, *[(1, b"")] * 10_000], AUDIO), "out of place"),
        (joined([INFO, (4, comments("A=b")[:-1])], AUDIO), "comments at byte 42 are cut short"),
        (joined([INFO], AUDIO[:3]), r"ends at byte \d+ before its 800 samples"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    for use in (lambda d: list(flac.held(d)), lambda d: flac.write(d, NEW)):
        with pytest.raises(DamagedFile, match=told):
            use(data)


def test_every_cut_within_metadata_is_damage() -> None:
    data = sample.plain()
    for end in range(len(data) - len(AUDIO)):
        with pytest.raises(DamagedFile):
            list(flac.held(data[:end]))


def test_every_cut_within_frames_is_damage() -> None:
    data = joined([INFO], AUDIO)
    for end in range(len(data) - len(AUDIO), len(data)):
        for use in (lambda d: list(flac.held(d)), lambda d: flac.write(d, NEW)):
            with pytest.raises(DamagedFile):
                use(data[:end])


def test_a_large_file_is_read_only_at_both_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    last = AUDIO[AUDIO.rindex(b"\xff\xf8") :]
    with path.open("wb+") as file:
        file.write(joined([INFO], AUDIO))
        file.truncate(3 << 30)
        assert list(flac.held(Stored(file.fileno()))) == []
        file.seek(0, 2)
        file.write(last[:-1])
        file.flush()
        with pytest.raises(DamagedFile, match="before its 800 samples"):
            list(flac.held(Stored(file.fileno())))
        file.write(last[-1:])
        file.flush()
        stored = Stored(file.fileno())
        assert list(flac.held(stored)) == []
        assert sum(len(e.new) for e in flac.write(stored, NEW)) < 300


def test_exiftool_reads_the_label(tmp_path: Path) -> None:
    exiftool = needs.tool("exiftool")
    path = tmp_path / "a.flac"
    path.write_bytes(labelled(sample.plain()))
    seen = subprocess.run([exiftool, "-s", "-a", path], capture_output=True, check=True).stdout
    assert NEW in seen.decode()


def test_speech_keeps_its_samples() -> None:
    for path in sorted(needs.shared("data", "voices").glob("*.flac"))[:2]:
        data = path.read_bytes()
        new = applied(data, flac.write(data, NEW))
        assert len(marks_of(flac.held(new))) == 1
        assert decoded(new) == decoded(data)
        assert marks_of(flac.held(applied(new, flac.write(new, None)))) == []
