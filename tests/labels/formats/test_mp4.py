from __future__ import annotations

from pathlib import Path

import pytest
from tests.labels.formats.samples.mp4 import (
    SHAPES,
    TAGS,
    VALUE,
    content,
    crossread,
    plain,
    tags,
    video,
)

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import mp4
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied


@pytest.mark.parametrize(
    "flags",
    [
        "",
        "faststart",
        "use_metadata_tags",
        "frag_keyframe+empty_moov",
        "frag_keyframe+empty_moov+default_base_moof+global_sidx",
        "frag_keyframe+empty_moov+default_base_moof+separate_moof",
        "dash+frag_every_frame",
        "rtphint",
        "prefer_icc+write_colr+negative_cts_offsets",
    ],
)
def test_every_layout_that_ffmpeg_writes_plays_as_before(flags: str, tmp_path: Path) -> None:
    data = video("mp4", {"movflags": flags} if flags else {}, TAGS, 4)
    assert mp4.knows(data)
    new = applied(data, mp4.write(data, VALUE))
    assert content(new) == content(data)
    assert tags(new) == {**tags(data), "AIGC": VALUE}
    path = tmp_path / "film.mp4"
    path.write_bytes(new)
    assert crossread(path) == VALUE


@pytest.mark.parametrize("shape", SHAPES)
def test_an_odd_place_is_read_and_taken_away(shape: str, tmp_path: Path) -> None:
    data = SHAPES[shape]
    assert len(marks_of(mp4.held(data))) == 1
    new = applied(data, mp4.write(data, VALUE))
    (mark,) = marks_of(mp4.held(new))
    assert "place.item" not in [d.id for d in mark.deviations]
    assert marks_of(mp4.held(applied(new, mp4.write(new, None)))) == []


def test_other_brands_are_left_to_other_modules() -> None:
    data = plain()
    assert mp4.knows(data)
    for brand in (b"qt  ", b"M4A ", b"avif", b"heic", b"crx "):
        assert not mp4.knows(data[:8] + brand + data[12:])
    assert not mp4.knows(b"")


def test_a_film_that_is_cut_is_refused() -> None:
    data = plain()
    for end in (40, 500, len(data) - 1):
        with pytest.raises(DamagedFile, match="byte"):
            list(mp4.held(data[:end]))
