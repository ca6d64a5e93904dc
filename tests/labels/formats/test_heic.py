from __future__ import annotations

from pathlib import Path

import pytest
from tests.labels.formats.samples import heic as samples
from tests.labels.formats.samples.mp4 import VALUE, box

from qingjian.core.errors import DamagedFile
from qingjian.labels.formats import heic
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied


def test_pictures_are_known_by_their_brands() -> None:
    data = samples.plain()
    assert heic.knows(data)
    assert heic.knows(box(b"ftyp", b"mif1", bytes(4), b"miaf", b"heic"))
    assert not heic.knows(box(b"ftyp", b"isom", bytes(4), b"miaf", b"heic"))


@pytest.mark.parametrize("data", [samples.plain(), *samples.SHAPES.values()])
def test_pixels_and_words_stay(data: bytes, tmp_path: Path) -> None:
    new = applied(data, heic.write(data, VALUE))
    assert samples.content(new) == samples.content(data)
    assert samples.other(new) == samples.other(data)
    (tmp_path / "picture.heic").write_bytes(new)
    assert samples.crossread(tmp_path / "picture.heic") == VALUE
    assert len(marks_of(heic.held(new))) == 1
    assert marks_of(heic.held(applied(new, heic.write(new, None)))) == []


def test_a_picture_that_is_cut_is_refused() -> None:
    data = samples.plain()
    new = applied(data, heic.write(data, VALUE))
    for end in (30, 300, len(data), len(new) - 1):
        with pytest.raises(DamagedFile, match=r"byte|bytes"):
            list(heic.held(new[:end]))
