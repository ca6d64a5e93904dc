from __future__ import annotations

import json

import pytest
from tests.labels.carriers import LABEL, packet, xmp
from tests.labels.formats.samples.mp4 import (
    TAGS,
    VALUE,
    WRAPPED,
    audio,
    bare,
    box,
    content,
    itunes,
    keyed,
    tags,
    video,
    within,
    words,
)

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied
from qingjian.labels.structures.isobmff import C2PA, XMP, boxes, find
from qingjian.labels.structures.movie import held, write
from qingjian.labels.structures.movietags import new_meta

BARE = bare()
OTHER = json.dumps({**LABEL, "Label": "2"})


def labelled(data: bytes, value: str | None = VALUE) -> bytes:
    new = applied(data, write(data, value))
    assert len(marks_of(held(new))) == (value is not None)
    assert applied(new, write(new, value)) == new
    assert content(new) == content(data)
    return new


def test_the_label_is_the_text_under_the_key_in_user_data() -> None:
    data = labelled(BARE)
    (meta,) = find(data, boxes(data)[-1], b"udta", b"meta")
    (mark,) = marks_of(held(data))
    assert (mark.place, mark.deviations[0].id) == ("moov/udta/meta/ilst AIGC", "field.charset")
    assert data[meta.start :] == new_meta(VALUE)
    assert labelled(data, None) == BARE


def test_itunes_tags_stay_and_the_label_stands_behind_them() -> None:
    data = video("mp4", {}, TAGS)
    new = labelled(data)
    assert tags(new) == {**tags(data), "AIGC": VALUE}
    assert labelled(new, None) == data


def test_a_label_is_replaced_in_its_place() -> None:
    data = video("mp4", {"movflags": "use_metadata_tags"}, {**TAGS, "AIGC": OTHER, "z": "y"})
    new = labelled(data)
    assert list(tags(new)) == list(tags(data))
    assert tags(new) == {**tags(data), "AIGC": VALUE}
    assert tags(labelled(new, None)) == {k: v for k, v in tags(data).items() if k != "AIGC"}


def test_all_labels_go_wherever_they_stand() -> None:
    data = within(
        BARE,
        [b"moov"],
        box(
            b"udta",
            keyed(("AIGC", VALUE), ("title", "t"), ("aigc", OTHER)),
            itunes(box(b"\xa9cmt", words(WRAPPED)), box(b"\xa9nam", words("n"))),
            box(b"AIGC", VALUE.encode()),
            box(b"\xa9des", b"\0\1\0\0d"),
            box(b"XMP_", xmp(LABEL)),
        ),
    )
    data = within(data, [b"moov", b"trak"], box(b"meta", keyed(("AIGC", OTHER))[8:]))
    data += box(b"uuid", XMP, xmp(LABEL)) + keyed(("AIGC", VALUE))
    assert len(marks_of(held(data))) == 8
    new = labelled(data)
    assert tags(new)["AIGC"] == VALUE
    kept = [(h.key, h.value) for h in held(new) if h.kind == "pair"]
    assert [k for k, _ in kept] == ["AIGC", "title", "©nam", "©des"]
    assert labelled(new, None).count(b"AIGC/1.0") == 2


@pytest.mark.parametrize("first", [True, False])
def test_keys_of_a_camera_get_the_label_since_ffmpeg_reads_one_table(first: bool) -> None:
    data = video("mov", {}, TAGS)
    keys = keyed(("com.apple.quicktime.make", "M"), ("com.apple.quicktime.model", "N"), full=False)
    data = within(data, [b"moov"], keys)
    own = within(data, [b"moov", b"udta"], keyed(("AIGC", OTHER)))
    new = labelled(own if first else data)
    assert tags(new) == {**tags(data), "AIGC": VALUE}
    assert labelled(new, None) == data


def test_values_without_a_key_make_a_table_unfit() -> None:
    table = keyed(("title", "t"), ("artist", "a"))
    table = table.replace(
        b"\0\0\0\2" + box(b"mdta", b"title"), b"\0\0\0\1" + box(b"mdta", b"title")
    )
    new = labelled(within(BARE, [b"moov"], box(b"udta", table)))
    assert [(h.key, h.value) for h in held(new)] == [("title", "t"), ("#2", "a"), ("AIGC", VALUE)]


def test_zeros_at_the_end_of_user_data_stay_there() -> None:
    data = within(BARE, [b"moov"], box(b"udta", box(b"\xa9des", b"\0\1\0\0d"), bytes(4)))
    new = labelled(data)
    assert new.endswith(bytes(4))
    assert labelled(new, None) == data


@pytest.mark.parametrize("path", [[b"moov"], [b"moov", b"udta"], []])
def test_unused_room_is_not_taken_so_that_a_label_leaves_no_trace(path: list[bytes]) -> None:
    data = within(video("mp4", {"movflags": "faststart"}, TAGS), path, box(b"free", bytes(1000)))
    moved = within(video("mp4", {}, TAGS), path, box(b"free", bytes(1000)))
    for film in (moved, data) if not path else (moved,):
        assert labelled(labelled(labelled(film), OTHER), None) == film


def test_a_table_that_is_all_that_is_left_goes() -> None:
    data = audio({}, {})
    assert labelled(labelled(data), None) == data


def test_xmp_and_c2pa_of_uuid_boxes_are_held() -> None:
    manifest = C2PA + bytes(4) + b"manifest\0" + bytes(8) + b"jumb bytes"
    other = C2PA + bytes(4) + b"merkle\0" + bytes(8)
    data = BARE + box(b"uuid", XMP, packet("")) + box(b"uuid", manifest) + box(b"uuid", other)
    found = [(h.kind, h.value) for h in held(data + box(b"uuid", b"short"))]
    assert found == [("xmp", packet("")), ("c2pa", b"jumb bytes")]
    assert labelled(data).endswith(box(b"uuid", manifest) + box(b"uuid", other))


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (box(b"moov", box(b"cmov", b"zlib")) + box(b"mdat"), InputError, "compressed"),
        (box(b"styp", b"msdh") + box(b"moof") + box(b"mdat"), InputError, "segment"),
        (box(b"ftyp", b"isom") + box(b"mdat"), DamagedFile, "before a movie box"),
        (BARE[: BARE.rindex(b"moov") - 4], DamagedFile, "before a movie box"),
        (box(b"moov", box(b"trak")), DamagedFile, "before its media"),
        (box(b"moov", box(b"mvex")) + box(b"moof"), DamagedFile, "media of a fragment"),
    ],
)
def test_what_has_no_place_is_told(data: bytes, kind: type[InputError], words: str) -> None:
    for attempt in (lambda: list(held(data)), lambda: write(data, VALUE)):
        with pytest.raises(InputError, match=words) as told:
            attempt()
        assert type(told.value) is kind


def test_a_manifest_that_is_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qingjian.labels.structures.movie._MOST_MANIFEST", 3)
    data = BARE + box(b"uuid", C2PA + bytes(4) + b"manifest\0" + bytes(8) + b"jumb")
    with pytest.raises(DamagedFile, match="C2PA"):
        list(held(data))


def test_two_labels_in_one_box_and_items_of_the_file_go() -> None:
    text = len(WRAPPED.encode()).to_bytes(2, "big") + bytes(2) + WRAPPED.encode()
    data = within(BARE, [b"moov"], box(b"udta", box(b"\xa9cmt", text, text)))
    entry = box(b"infe", b"\2\0\0\0\0\1\0\0mime\0application/rdf+xml\0")
    body = xmp(LABEL)
    where = b"\1\0\0\0\x44\0\0\1\0\1\0\1\0\0\0\1" + bytes(4) + len(body).to_bytes(4, "big")
    items = box(b"iinf", bytes(4), b"\0\1", entry) + box(b"iloc", where) + box(b"idat", body)
    data += box(b"meta", bytes(4), items)
    assert len(marks_of(held(data))) == 3
    assert tags(labelled(data))["AIGC"] == VALUE


def test_very_long_texts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = labelled(BARE)
    for name in ("movie", "movietags"):
        with monkeypatch.context() as patch:
            patch.setattr(f"qingjian.labels.structures.{name}._MOST_LETTERS", 9)
            with pytest.raises(DamagedFile, match="too many letters"):
                list(held(data))


def test_two_movie_boxes_keep_one_label() -> None:
    moov = BARE[BARE.rindex(b"moov") - 4 :]
    data = labelled(BARE) + moov[:4] + moov[4:]
    twice = labelled(BARE) + labelled(BARE)[len(BARE) - len(moov) :]
    for file in (data, twice):
        new = labelled(file)
        assert tags(new)["AIGC"] == VALUE
