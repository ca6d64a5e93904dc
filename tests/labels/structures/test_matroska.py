from __future__ import annotations

import pytest
from tests.labels.formats.samples.mkv import (
    WORDS,
    checked,
    cluster,
    cues,
    ebml_header,
    element,
    info,
    seek_head,
    segment,
    simple,
    tag,
    tags,
)

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.mark import Held
from qingjian.labels.structures import matroska
from qingjian.labels.structures.ebml import Element, element_at

LABEL = simple("AIGC", WORDS)


def parsed(data: bytes) -> Element:
    return element_at(data, 0, len(data))


def seen(data: bytes) -> list[Held]:
    return list(matroska.tags_held(data, parsed(data)))


def relabelled(data: bytes, label: bytes) -> bytes | None:
    parts = matroska.relabelled(data, parsed(data), label)
    return None if parts is None else b"".join(parts)


def test_the_parts_of_a_segment_are_found() -> None:
    data = segment(info(), cluster(), cues(), element("ec", b"x"), tags(tag(LABEL)))
    found = matroska.layout(data)
    assert [part.id for part in found.parts] == [matroska.INFO, 0x1C53BB6B, 0xEC, matroska.TAGS]
    assert data[found.first_cluster : found.first_cluster + 4] == bytes.fromhex("1f43b675")
    assert found.end == len(data)
    assert found.room_end(found.parts[1]) == found.parts[2].end
    assert found.room_end(found.parts[0]) == found.parts[0].end


@pytest.mark.parametrize("width", range(1, 9))
def test_clusters_of_unknown_size_are_walked(width: int) -> None:
    live = cluster(unknown=True)
    wide = live[:4] + (2 ** (7 * width + 1) - 1).to_bytes(width, "big") + live[5:]
    data = segment(live, wide, tags(tag(LABEL)), cluster(unknown=True), width=width, unknown=True)
    found = matroska.layout(data)
    (part,) = found.parts
    assert data[part.start : part.end] == tags(tag(LABEL))
    assert found.end == len(data)


def test_a_segment_of_unknown_size_ends_at_the_next_file() -> None:
    first = segment(cluster(unknown=True), unknown=True)
    found = matroska.layout(first + segment(tags(tag(LABEL))))
    assert found.end == len(first)
    assert found.parts == ()


def test_bytes_after_a_segment_of_known_size_are_not_looked_at() -> None:
    data = segment(info())
    assert matroska.layout(data + b"\x00junk").end == len(data)


def test_elements_before_the_segment_are_passed() -> None:
    whole = segment(info())
    cut = len(ebml_header())
    data = whole[:cut] + element("ec", b"void") + whole[cut:]
    assert len(matroska.layout(data).parts) == 1


@pytest.mark.parametrize(
    ("parts", "fixed"),
    [
        ([cluster()], False),
        ([cluster(head=element("a7", b"\x00"))], True),
        ([cluster(), cues()], True),
        ([seek_head(), cluster()], True),
        ([], False),
    ],
)
def test_a_file_that_holds_positions_is_fixed(parts: list[bytes], fixed: bool) -> None:
    assert matroska.layout(segment(*parts)).fixed is fixed


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (ebml_header(), "the file ends at byte 16 before its Segment"),
        (ebml_header() + element("ec") * 20, "no Segment begins up to byte 48"),
        (segment(info())[:-1], "at byte 16 is cut short"),
        (segment(b"\x00" * 9), "no EBML element begins at byte 21"),
        (segment(element("1549a966", unknown=True)), "at byte 21 has no known size"),
        (segment(cluster(unknown=True) + element("a0", unknown=True)), "has no known size"),
        (segment(info(), unknown=True)[:-2], "at byte 21 is cut short"),
        (segment(element("ec") * 100_001), "more than 100,000 parts"),
    ],
)
def test_a_broken_segment_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        matroska.layout(data)


def test_tags_are_given_with_nested_ones() -> None:
    inner = simple("LANGUAGE", "中文", simple("URL", "u"))
    data = tags(tag(simple("TITLE", "题", inner)), tag(LABEL))
    held = seen(data)
    assert [(h.key, h.value) for h in held] == [
        ("TITLE", "题"),
        ("LANGUAGE", "中文"),
        ("URL", "u"),
        ("AIGC", WORDS),
    ]
    assert data[held[-1].at.start : held[-1].at.end] == LABEL
    assert held[-1].deviations == ()


@pytest.mark.parametrize(
    ("target", "odd"),
    [
        (b"", False),
        (element("63c5", b"\x00"), False),
        (element("63c5", b"\x01"), True),
        (element("63c4", b"\x01"), True),
        (element("68ca", b"\x1e"), False),
    ],
)
def test_a_label_of_a_part_of_the_file_is_unusual(target: bytes, odd: bool) -> None:
    held = seen(tags(tag(LABEL, simple("TITLE", "t"), targets=target)))
    assert [d.id for d in held[0].deviations] == (["place.track"] if odd else [])
    assert held[1].deviations == ()


def test_a_tag_without_targets_is_about_the_whole_file() -> None:
    assert seen(tags(element("7373", LABEL)))[0].deviations == ()


def test_tags_nested_too_deep_are_refused() -> None:
    deep = LABEL
    for _ in range(16):
        deep = simple("A", "", deep)
    assert len(seen(tags(tag(deep)))) == 17
    deeper = simple("A", "", deep)
    for far in (tags(tag(deeper)), tags(tag(simple("B", "", deeper)))):
        with pytest.raises(DamagedFile, match="stands in too many others"):
            seen(far)
        with pytest.raises(DamagedFile, match="stands in too many others"):
            relabelled(far, b"")


def test_empty_elements_are_read() -> None:
    assert [(h.key, h.value) for h in seen(tags(tag(element("67c8"))))] == [("", "")]
    assert seen(tags(element("7373"))) == []
    assert seen(tags()) == []


def test_a_label_takes_the_place_of_the_old_one() -> None:
    old = simple("AIGC", '{"Label":"2"}')
    title, comment = simple("TITLE", "t"), simple("COMMENT", "c")
    assert relabelled(tags(tag(title, old, comment)), LABEL) == tag(title, LABEL, comment)
    assert relabelled(tags(tag(title, LABEL)), LABEL) is None
    assert relabelled(tags(tag(title)), b"") is None


def test_a_label_joins_the_tag_of_the_whole_file() -> None:
    title, of_track = simple("TITLE", "t"), tag(simple("A", "b"), targets=element("63c5", b"\x01"))
    assert relabelled(tags(of_track, tag(title)), LABEL) == of_track + tag(title, LABEL)
    assert relabelled(tags(of_track), LABEL) == tag(LABEL) + of_track
    album = tag(title, targets=element("63ca", b"ALBUM"))
    assert relabelled(tags(album), LABEL) == tag(LABEL) + album


def test_labels_elsewhere_go() -> None:
    wrapped = simple("COMMENT", f'{{"AIGC":{WORDS}}}')
    kept = simple("A", "b", simple("C", "d"))
    data = tags(tag(LABEL, targets=element("63c5", b"\x01")), tag(kept, wrapped, LABEL, LABEL))
    assert relabelled(data, b"") == tag(kept)
    assert relabelled(data, LABEL) == tag(kept, LABEL)
    nested = tags(tag(simple("A", "b", LABEL, simple("C", "d"))))
    assert relabelled(nested, b"") == tag(kept)
    assert relabelled(tags(tag(LABEL)), b"") == b""


def test_checksums_of_what_is_rewritten_are_new() -> None:
    title = simple("TITLE", "t")
    targets = element("63c0")
    data = checked("1254c367", checked("7373", targets, title, LABEL), element("ec", b"v"))
    new = relabelled(data, b"")
    assert new == checked("7373", targets, title) + element("ec", b"v")


def test_tags_that_are_too_large_are_not_rewritten() -> None:
    data = tags(tag(element("4485", bytes(16_000_000))))
    with pytest.raises(InputError, match="more than 16,000,000 bytes"):
        relabelled(data, LABEL)
