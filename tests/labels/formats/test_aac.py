from __future__ import annotations

import pytest
from tests.labels.formats.samples import aac as sample
from tests.labels.formats.samples.mp3 import VALUE, ape, frame, id3v1, packets, tag

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import aac, mp3
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied

NEW = '{"Label":"2"}'
TITLE = frame("TIT2", b"\x03a title")


def test_every_frame_of_an_encoder_has_the_length_that_is_told() -> None:
    data, at = sample.bare(), 0
    lengths = []
    while at < len(data):
        lengths.append(aac.frame_length(data[at : at + 7]))
        assert lengths[-1]
        at += lengths[-1]
    assert at == len(data)
    assert len(lengths) == len(packets(data))


@pytest.mark.parametrize(
    "head", ["fff15040001ffc", "fff17440021ffc", "fffb50400a1ffc", "fff05040010000", "fff150"]
)
def test_other_headers_are_no_frame(head: str) -> None:
    assert aac.frame_length(bytes.fromhex(head)) == 0


def test_files_are_known_with_a_tag_in_front_and_without() -> None:
    for data in (sample.bare(), sample.plain(), tag(TITLE) * 3 + sample.bare()):
        assert aac.knows(data)
        assert not mp3.knows(data)
    first = sample.bare()[: aac.frame_length(sample.bare()[:7])]
    assert aac.knows(first)
    assert aac.knows(first + id3v1("a", "b"))
    assert not aac.knows(first[:-1])
    assert not aac.knows(first + b"junk")


def test_a_file_without_a_tag_gets_one_and_loses_it_again() -> None:
    data = sample.bare()
    new = applied(data, aac.write(data, NEW))
    assert len(marks_of(aac.held(new))) == 1
    assert packets(new) == packets(data)
    assert applied(new, aac.write(new, None)) == data


def test_a_label_in_the_tag_at_the_end_is_blanked() -> None:
    data = sample.bare() + ape(Title="x", AIGC=VALUE)
    new = applied(data, aac.write(data, NEW))
    assert len(marks_of(aac.held(new))) == 1
    assert VALUE.encode() not in new
    assert [h.value for h in aac.held(new) if h.key == "Title"] == ["x"]


def test_a_first_frame_that_is_cut_is_damage() -> None:
    data = tag(TITLE) + sample.bare()
    first = aac.frame_length(sample.bare()[:7])
    for end in (len(tag(TITLE)), len(tag(TITLE)) + first - 1, len(tag(TITLE)) + first + 3):
        for use in (lambda d: list(aac.held(d)), lambda d: aac.write(d, NEW)):
            with pytest.raises(DamagedFile, match="no whole ADTS frame stands at byte 28"):
                use(data[:end])


def test_a_cut_is_noticed_but_at_the_end_of_a_frame() -> None:
    data = sample.plain()
    ends, at = set(), len(data) - len(sample.bare())
    while at < len(data):
        at += aac.frame_length(data[at : at + 7])
        ends.add(at)
    for end in range(len(data) + 1):
        if end in ends:
            assert sample.is_whole(data[:end])
            list(aac.held(data[:end]))
            continue
        with pytest.raises(DamagedFile):
            list(aac.held(data[:end]))


def test_a_closing_tag_that_is_cut_is_damage() -> None:
    closing = id3v1("t", "c")
    for end in range(1, len(closing)):
        with pytest.raises(DamagedFile, match=r"tag behind the audio at byte \d+ is cut short"):
            list(aac.held(sample.bare() + closing[:end]))
