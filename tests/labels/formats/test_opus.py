from __future__ import annotations

import pytest
from tests.labels.formats.samples import mp3
from tests.labels.formats.samples import opus as sample
from tests.labels.formats.samples.flac import comments
from tests.labels.formats.samples.ogg import is_whole, pages
from tests.labels.formats.samples.opus import with_tags

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import ogg, opus
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied

NEW = '{"Label":"2","ContentProducer":"某公司"}'
TAGS = b"OpusTags" + comments("TITLE=a")
PLAIN = sample.plain()


def labelled(data: bytes, value: str | None = NEW) -> bytes:
    new = applied(data, opus.write(data, value))
    assert len(marks_of(opus.held(new))) == (value is not None)
    assert applied(new, opus.write(new, value)) == new
    assert is_whole(new)
    assert mp3.packets(new) == mp3.packets(data)
    return new


def test_streams_are_known_by_their_first_packet() -> None:
    assert opus.knows(PLAIN)
    assert not ogg.knows(PLAIN)


@pytest.mark.parametrize("behind", [b"", bytes(300)])
def test_the_file_without_its_label_is_as_it_was(behind: bytes) -> None:
    data = with_tags(PLAIN, TAGS + behind)
    new = labelled(data)
    assert pages(new)[1].endswith(NEW.encode() + behind)
    assert pages(new)[2:] == pages(data)[2:]
    assert labelled(new, None) == data


@pytest.mark.parametrize("first", [b"\x01", b"\xff"])
def test_binary_data_behind_the_comments_is_kept(first: bytes) -> None:
    new = labelled(with_tags(PLAIN, TAGS + first + b"data"))
    assert pages(new)[1].endswith(NEW.encode() + first + b"data")


def test_comments_over_many_pages_are_read_and_written() -> None:
    picture = "METADATA_BLOCK_PICTURE=" + "A" * 200_000
    data = with_tags(PLAIN, b"OpusTags" + comments(picture, "TITLE=a"))
    assert is_whole(data)
    new = labelled(data)
    assert len(pages(new)) == len(pages(data)) == 6
    assert pages(new)[5:] == pages(data)[5:]
    assert [h.key for h in opus.held(new)] == ["vendor", "TITLE", "AIGC"]


def test_a_comment_header_that_is_none_is_damage() -> None:
    with pytest.raises(DamagedFile, match="page at byte 47 holds no comment header"):
        list(opus.held(with_tags(PLAIN, b"OpusTabs" + TAGS[8:])))
    with pytest.raises(DamagedFile, match="comments at byte 47 are cut short"):
        opus.write(with_tags(PLAIN, TAGS[:-1]), NEW)
