from __future__ import annotations

from tests.labels.formats.samples import webm as sample
from tests.labels.formats.samples.mkv import WORDS, cluster, ebml_header, element, simple, tag, tags

from qingjian.labels.formats import mkv, webm
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied


def recorded() -> bytes:
    """Give a file as a browser records it: no sizes, no positions, no tags."""
    parts = cluster(unknown=True) + cluster(unknown=True)
    return ebml_header("webm") + element("18538067", parts, unknown=True)


def test_the_kind_of_document_tells() -> None:
    data = sample.plain()
    assert webm.knows(data)
    assert not mkv.knows(data)
    assert not webm.knows(ebml_header("matroska"))
    assert not webm.knows(data[:20])


def test_a_recorded_file_takes_the_label_before_its_clusters() -> None:
    data = recorded()
    new = applied(data, webm.write(data, WORDS))
    assert new == data.replace(cluster(unknown=True) * 2, tags(tag(simple("AIGC", WORDS)))) + (
        cluster(unknown=True) * 2
    )
    assert [mark.label for mark in marks_of(webm.held(new))] == ["1"]
    assert applied(new, webm.write(new, None)) == data


def test_the_kind_of_document_stays() -> None:
    data = sample.plain()
    assert webm.knows(applied(data, webm.write(data, WORDS)))
