from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.labels.formats.samples.flac import comments
from tests.labels.formats.samples.mp3 import VALUE, WRAPPED

from qingjian.core.errors import DamagedFile
from qingjian.core.types import ByteRange
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.structures import vorbis

AT = ByteRange(8, 90)


def held(*texts: str) -> list[tuple[str, str | bytes]]:
    found = vorbis.parsed(comments(*texts), 8)
    return [(h.key, h.value) for h in vorbis.held(found, AT, "comment")]


def test_every_text_is_a_pair_and_pictures_are_none() -> None:
    texts = ("TITLE=游记", "a=b=c", "no key", "metadata_block_picture=AAAA", "COVERART=AAAA")
    assert held(*texts) == [("vendor", "v"), ("TITLE", "游记"), ("a", "b=c"), ("", "no key")]


def test_a_label_under_another_key_is_told() -> None:
    found = vorbis.parsed(comments("AIGC=" + VALUE, "COMMENT=" + WRAPPED), 8)
    assert [[d.id for d in h.deviations] for h in vorbis.held(found, AT, "comment")] == [
        [],
        [],
        ["place.comment"],
    ]


def test_a_label_takes_the_place_of_the_first_one() -> None:
    body = comments("A=1", "aigc=" + VALUE, "B=2", "COMMENT=" + WRAPPED, "AIGC=rubbish")
    found = vorbis.parsed(body, 0)
    assert vorbis.relabelled(found, "{}").texts == (b"A=1", b"AIGC={}", b"B=2")
    assert vorbis.relabelled(found, None).texts == (b"A=1", b"B=2")


def test_a_vendor_that_is_a_label_goes_away() -> None:
    found = vorbis.parsed(comments(vendor=WRAPPED), 0)
    assert len(marks_of(vorbis.held(found, AT, ""))) == 1
    assert vorbis.relabelled(found, None).vendor == b""


@given(st.lists(st.text(max_size=20), max_size=5), st.binary(max_size=5))
def test_comments_come_back_as_they_were(texts: list[str], rest: bytes) -> None:
    body = comments(*texts) + rest
    assert vorbis.built(vorbis.parsed(body, 0)) == body


def test_every_cut_is_damage() -> None:
    body = comments("TITLE=a", "ARTIST=b")
    for end in range(len(body)):
        with pytest.raises(DamagedFile, match="comments at byte 8 are cut short"):
            vorbis.parsed(body[:end], 8)


def test_counts_and_sizes_are_bounded() -> None:
    none = bytes(4)
    with pytest.raises(DamagedFile, match="cut short"):
        vorbis.parsed(none + b"\xff\xff\xff\xff" + none * 3, 8)
    with pytest.raises(DamagedFile, match="more than 100,000"):
        vorbis.parsed(none + (100_001).to_bytes(4, "little") + none * 100_001, 8)
    with pytest.raises(DamagedFile, match="more than 4,000,000"):
        vorbis.parsed(comments("TITLE=" + "a" * 4_000_000), 8)
    assert vorbis.parsed(comments("METADATA_BLOCK_PICTURE=" + "a" * 4_000_000), 8)
