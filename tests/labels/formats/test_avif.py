from __future__ import annotations

from pathlib import Path

import pytest
from tests.labels.formats.samples import avif as samples
from tests.labels.formats.samples.mp4 import VALUE, box

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import avif
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied


def test_pictures_are_known_by_their_brands() -> None:
    data = samples.plain()
    assert avif.knows(data)
    assert avif.knows(box(b"ftyp", b"mif1", bytes(4), b"miaf", b"avif"))
    assert not avif.knows(box(b"ftyp", b"isom", bytes(4), b"miaf", b"avif"))


@pytest.mark.parametrize("data", [samples.plain(), *samples.SHAPES.values()])
def test_pixels_and_words_stay(data: bytes, tmp_path: Path) -> None:
    new = applied(data, avif.write(data, VALUE))
    assert samples.content(new) == samples.content(data)
    assert samples.other(new) == samples.other(data)
    (tmp_path / "picture.avif").write_bytes(new)
    assert samples.crossread(tmp_path / "picture.avif") == VALUE
    assert len(marks_of(avif.held(new))) == 1
    assert marks_of(avif.held(applied(new, avif.write(new, None)))) == []


def test_a_picture_that_is_cut_is_refused() -> None:
    data = samples.plain()
    new = applied(data, avif.write(data, VALUE))
    for end in (30, 300, len(data), len(new) - 1):
        with pytest.raises(DamagedFile, match=r"byte|bytes"):
            list(avif.held(new[:end]))
