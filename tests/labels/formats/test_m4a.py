from __future__ import annotations

from pathlib import Path

from tests.labels.formats.samples import m4a as samples
from tests.labels.formats.samples.mp4 import TAGS, VALUE, audio, content, crossread, tags

from qingjian.labels.formats import m4a
from qingjian.labels.splice import applied


def test_audio_is_known_by_its_brand() -> None:
    data = samples.plain()
    assert m4a.knows(data)
    assert m4a.knows(data[:8] + b"M4B " + data[12:])
    assert not m4a.knows(data[:8] + b"isom" + data[12:])


def test_the_label_stands_beside_itunes_tags(tmp_path: Path) -> None:
    for data in (samples.plain(), audio({}, TAGS), audio({"movflags": "use_metadata_tags"}, TAGS)):
        new = applied(data, m4a.write(data, VALUE))
        assert tags(new) == {**tags(data), "AIGC": VALUE}
        assert content(new) == content(data)
        (tmp_path / "a.m4a").write_bytes(new)
        assert crossread(tmp_path / "a.m4a") == VALUE
