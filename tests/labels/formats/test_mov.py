from __future__ import annotations

from pathlib import Path

import pytest
from tests.labels.formats.samples import mov as samples
from tests.labels.formats.samples.mp4 import VALUE, content, crossread, tags

from qingjian.labels.formats import mov
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied


def test_files_of_quicktime_are_known_with_and_without_a_brand() -> None:
    data = samples.plain()
    assert mov.knows(data)
    assert mov.knows(data[20:])
    assert not mov.knows(data[:8] + b"isom" + data[12:])


@pytest.mark.parametrize("keys", [False, True])
def test_texts_and_keys_of_cameras_stay(keys: bool, tmp_path: Path) -> None:
    data = samples.camera() if keys else samples.plain()
    new = applied(data, mov.write(data, VALUE))
    assert tags(new) == {**tags(data), "AIGC": VALUE}
    assert content(new) == content(data)
    (tmp_path / "film.mov").write_bytes(new)
    assert crossread(tmp_path / "film.mov") == VALUE
    (mark,) = marks_of(mov.held(new))
    assert mark.place == ("moov/meta/ilst AIGC" if keys else "moov/udta/meta/ilst AIGC")
    assert applied(new, mov.write(new, None)) == data
