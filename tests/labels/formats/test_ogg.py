from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests import needs
from tests.labels.formats.samples import mp3
from tests.labels.formats.samples import ogg as sample
from tests.labels.formats.samples.flac import comments
from tests.labels.formats.samples.ogg import is_whole, page, pages, with_serial

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.formats import ogg, opus
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied

NEW = '{"Label":"2","ContentProducer":"某公司"}'
LONG = '{"Label":"2","ReservedCode1":"' + "x" * 70_000 + '"}'
HEAD = page(b"\x01vorbis" + bytes(23), b"\x1e", 0, b"1111", 2)
AUDIO = page(b"audio", b"\x05", 2, b"1111", 4, 9)


def labelled(data: bytes, value: str | None = NEW) -> bytes:
    new = applied(data, ogg.write(data, value))
    assert len(marks_of(ogg.held(new))) == (value is not None)
    assert applied(new, ogg.write(new, value)) == new
    assert is_whole(new)
    return new


def headed(packet: bytes, lacing: bytes, flags: int = 0) -> bytes:
    return HEAD + page(packet, lacing, 1, b"1111", flags) + AUDIO


def of(packet: bytes) -> bytes:
    return headed(packet, b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,)))


def test_a_label_that_fits_leaves_later_pages_alone() -> None:
    data = sample.plain()
    new = labelled(data)
    assert pages(new)[2:] == pages(data)[2:]
    assert pages(new)[0] == pages(data)[0]


def test_a_label_that_takes_more_pages_moves_the_numbers_of_the_rest() -> None:
    data = sample.plain()
    long = labelled(data, LONG)
    assert len(pages(long)) == len(pages(data)) + 1
    assert mp3.packets(long) == mp3.packets(data)
    assert labelled(long, None) == data
    assert labelled(labelled(long, NEW), None) == data


def test_other_streams_keep_their_pages_and_lose_their_labels() -> None:
    one = with_serial(sample.plain(), b"1111")
    two = with_serial(sample.encoded(AIGC=mp3.VALUE, title="b"), b"2222")
    first, second = pages(one), pages(two)
    for data in (one + two, b"".join([first[0], second[0], *first[1:], *second[1:]])):
        new = labelled(data, LONG)
        assert [p[14:18] for p in pages(new)].count(b"1111") == len(first) + 1
        assert [p for p in pages(new) if p[14:18] == b"2222"][2:] == second[2:]
        assert "b" in [h.value for h in ogg.held(new)]


def test_a_chain_under_one_serial_is_numbered_stream_by_stream() -> None:
    data = with_serial(sample.plain(), b"1111")
    new = labelled(data + data, LONG)
    assert new.endswith(data)


def test_bytes_behind_the_last_page_are_kept() -> None:
    data = sample.plain() + b"\x00TAG junk"
    new = applied(data, ogg.write(data, NEW))
    assert len(marks_of(ogg.held(new))) == 1
    assert pages(new)[-2:] == pages(data)[-2:]


def test_a_recording_without_a_last_page_is_refused_wherever_it_ends() -> None:
    whole = pages(sample.plain())
    last = whole[-1]
    open_ended = page(last[27 + last[26] :], last[27 : 27 + last[26]], 2, last[14:18])
    data = b"".join(whole[:-1]) + open_ended
    assert len(whole) == 3
    for cut in (data, b"".join(whole[:-1])):
        with pytest.raises(DamagedFile, match="before the last page of a stream"):
            list(ogg.held(cut))
    for end in (4, 26, 27, len(open_ended) - 1):
        with pytest.raises(DamagedFile, match="cut short"):
            list(ogg.held(data[: len(data) - len(open_ended) + end]))


def test_only_streams_that_begin_with_vorbis_are_known() -> None:
    assert ogg.knows(sample.plain())
    assert not opus.knows(sample.plain())
    for packet in (b"Speex\x01\x00", b"\x80theora", b"Speex   ", b"fishead\x00"):
        data = page(packet, bytes((len(packet),)), 0, b"1111", 2) + AUDIO
        assert not ogg.knows(data)
        assert not opus.knows(data)
        with pytest.raises(DamagedFile, match="neither Vorbis, Opus nor FLAC"):
            list(ogg.held(data))
    assert not ogg.knows(b"OggS\x00\x02")


GOOD = b"\x03vorbis" + comments("TITLE=a") + b"\x01"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "ends at byte 0"),
        (HEAD, "ends at byte 58 before its comment header"),
        (HEAD + AUDIO, "missing before byte 58"),
        (of(GOOD[:-1]), "no framing bit"),
        (of(GOOD[:-1] + b"\x00"), "no framing bit"),
        (of(b"\x05vorbis" + GOOD[7:]), "page at byte 58 holds no comment header"),
        (of(GOOD[:-5]), "comments at byte 58 are cut short"),
        (headed(GOOD, bytes((len(GOOD),)), 1), "missing before byte 58"),
        (headed(bytes(255), b"\xff") + AUDIO, "missing before byte"),
        (of(GOOD).replace(b"TITLE", b"TITLF"), "page at byte 58 fails its checksum"),
        (HEAD + HEAD, "before byte 58 has no comment header"),
        (page(b"\x01vorbis" * 2, b"\x07\x07", 0, b"1111", 2), "more than the first packet"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, told: str) -> None:
    for use in (lambda d: list(ogg.held(d)), lambda d: ogg.write(d, NEW)):
        with pytest.raises(DamagedFile, match=told):
            use(data)


def test_headers_and_streams_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ogg, "_MOST_HEADER", 20)
    with pytest.raises(DamagedFile, match="is over 20"):
        list(ogg.held(of(GOOD)))
    monkeypatch.undo()
    monkeypatch.setattr(ogg, "_MOST_STREAMS", 2)
    with pytest.raises(DamagedFile, match="more than 2 streams"):
        list(ogg.held(sample.plain() * 3))


def test_comments_are_pairs_with_the_bytes_of_their_pages() -> None:
    data = of(GOOD)
    vendor, title = ogg.held(data)
    assert (vendor.key, title.key, title.value) == ("vendor", "TITLE", "a")
    assert data[title.at.start : title.at.end] == pages(data)[1]


def test_flac_in_ogg_is_labelled_like_vorbis(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sample.flac(**mp3.OTHERS)
    assert ogg.knows(data)
    for value in (NEW, LONG):
        new = labelled(data, value)
        assert mp3.packets(new) == mp3.packets(data)
        assert mp3.told(new)["AIGC"] == value
        assert labelled(new, None) == data
    (mark,) = marks_of(ogg.held(labelled(data)))
    assert mark.place == "VORBIS_COMMENT AIGC"
    monkeypatch.setattr(ogg, "_MOST_FLAC", 20)
    with pytest.raises(InputError, match="FLAC holds 20"):
        ogg.write(data, NEW)


@pytest.mark.parametrize(
    ("head", "told"),
    [(b"\x03\x00\x00\x08", "no comment header"), (b"\x84\x00\x00\x09", "another length")],
)
def test_a_flac_header_that_lies_is_refused(head: bytes, told: str) -> None:
    first = page(b"\x7fFLAC" + bytes(46), b"\x33", 0, b"1111", 2)
    data = first + page(head + bytes(8), b"\x0c", 1, b"1111")
    with pytest.raises(DamagedFile, match=told):
        list(ogg.held(data))


def test_exiftool_reads_the_label(tmp_path: Path) -> None:
    exiftool = needs.tool("exiftool")
    path = tmp_path / "a.ogg"
    path.write_bytes(labelled(sample.plain()))
    seen = subprocess.run([exiftool, "-s", "-a", path], capture_output=True, check=True).stdout
    assert NEW in seen.decode()
