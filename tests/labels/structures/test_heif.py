from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from PIL import Image
from tests.labels.carriers import LABEL, packet, xmp
from tests.labels.formats.samples import avif as samples
from tests.labels.formats.samples.mp4 import VALUE, WRAPPED, box

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.formats import avif
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied
from qingjian.labels.structures import heif
from qingjian.labels.structures.heif import items_of, opened
from qingjian.labels.structures.iloc import Location
from qingjian.labels.structures.isobmff import Changes, boxes, children
from qingjian.labels.xmp import aigc_values

PICTURE = b"picture"
FTYP = box(b"ftyp", b"avif", bytes(4), b"mif1")
XMP_ITEM = (2, b"mime", b"application/rdf+xml\0")


def made(
    located: bytes,
    *more: bytes,
    items: tuple[tuple[int, bytes, bytes], ...] = ((1, b"av01", b""),),
    wide: bool = False,
) -> bytes:
    """Give the items of a picture; `located` is the body of iloc."""
    entries = [
        box(b"infe", b"\2\0\0\0", id.to_bytes(2, "big"), b"\0\0", type, b"\0", content)
        for id, type, content in items
    ]
    count = len(entries).to_bytes(4 if wide else 2, "big")
    iinf = box(b"iinf", bytes([wide, 0, 0, 0]), count, *entries)
    pitm = box(b"pitm", bytes(4), b"\0\1")
    return FTYP + box(b"meta", bytes(4), pitm, iinf, box(b"iloc", located), *more)


def iloc(version: int, widths: bytes, *entries: bytes) -> bytes:
    count = len(entries).to_bytes(4 if version == 2 else 2, "big")
    return bytes([version, 0, 0, 0]) + widths + count + b"".join(entries)


def numbers(*pairs: tuple[int, int]) -> bytes:
    return b"".join(value.to_bytes(width, "big") for value, width in pairs)


def bodies(data: bytes) -> list[bytes]:
    """Give the bytes of every item in the file."""
    items = items_of(data, boxes(data)[1])
    assert items is not None
    return [
        b"".join(data[i.base + o : i.base + o + n] for _, o, n in i.extents)
        for i in items.located.items
        if i.in_file
    ]


def labelled(data: bytes, value: str | None = VALUE) -> bytes:
    new = applied(data, avif.write(data, value))
    assert len(marks_of(avif.held(new))) == (value is not None)
    assert applied(new, avif.write(new, value)) == new
    return new


FORMS: dict[str, tuple[int, bytes, Callable[[int], bytes]]] = {
    "offset": (0, b"\x44\x00", lambda at: numbers((1, 2), (0, 2), (1, 2), (at, 4), (7, 4))),
    "base": (0, b"\x44\x40", lambda at: numbers((1, 2), (0, 2), (at, 4), (1, 2), (0, 4), (7, 4))),
    "base alone": (0, b"\x04\x40", lambda at: numbers((1, 2), (0, 2), (at, 4), (1, 2), (7, 4))),
    "wide": (
        1,
        b"\x88\x08",
        lambda at: numbers((1, 2), (0, 2), (0, 2), (1, 2), (9, 8), (at, 8), (7, 8)),
    ),
    "long numbers": (
        2,
        b"\x44\x00",
        lambda at: numbers((1, 4), (0, 2), (0, 2), (1, 2), (at, 4), (7, 4)),
    ),
    "two extents": (
        0,
        b"\x44\x00",
        lambda at: numbers((1, 2), (0, 2), (2, 2), (at, 4), (3, 4), (at + 3, 4), (4, 4)),
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wide", [False, True])
def test_an_item_is_added_and_the_others_follow(form: str, wide: bool) -> None:
    version, widths, entry = FORMS[form]
    start = len(made(iloc(version, widths, entry(0)), wide=wide)) + 8
    data = made(iloc(version, widths, entry(start)), wide=wide) + box(b"mdat", PICTURE)
    assert bodies(data) == [PICTURE]
    new = labelled(data)
    assert bodies(new)[0] == PICTURE
    assert aigc_values(bodies(new)[1]) == [(VALUE, ())]
    assert labelled(new + b"junk") == new + b"junk"
    assert bodies(labelled(new, None))[0] == PICTURE


def test_what_the_new_item_describes_is_told() -> None:
    data = made(iloc(1, b"\x44\0", FORMS["offset"][2](0)[:2] + bytes(4) + bytes(2)))
    items = items_of(new := labelled(data), boxes(new)[1])
    assert items is not None
    iref = items.inside[b"iref"]
    assert new[iref.start : iref.end] == box(b"iref", bytes(4), box(b"cdsc", b"\0\2\0\1\0\1"))


def test_numbers_of_items_and_groups_are_not_taken_twice() -> None:
    group = box(
        b"grpl", box(b"altr", bytes(4), b"\0\0\0\x09"), box(b"altr", bytes(4), b"\0\0\xff\xfe")
    )
    entry = numbers((1, 2), (0, 2), (0, 2))
    items = items_of(new := labelled(made(iloc(0, b"\x44\0", entry), group)), boxes(new)[1])
    assert items is not None
    assert items.listed[-1].id == 0xFFFF
    items = items_of(new := labelled(labelled(new, None)), boxes(new)[1])
    assert items is not None
    last = box(b"grpl", box(b"altr", bytes(4), b"\0\0\xff\xff"))
    items = items_of(new := labelled(made(iloc(0, b"\x44\0", entry), last)), boxes(new)[1])
    assert items is not None
    assert items.listed[-1].id == 2


def test_long_references_are_kept_long() -> None:
    iref = box(b"iref", b"\1\0\0\0")
    new = labelled(made(iloc(0, b"\x44\0", numbers((1, 2), (0, 2), (0, 2))), iref))
    assert box(b"cdsc", b"\0\0\0\2\0\1\0\0\0\1") in new


def test_a_packet_leaves_its_place_even_if_it_would_fit() -> None:
    data = samples.image(packet("").replace(b"<?xpacket end", b" " * 900 + b"<?xpacket end"))
    new = labelled(data)
    assert boxes(new)[-1].end - boxes(new)[-1].body > 900
    assert samples.content(new) == samples.content(data)
    assert labelled(new, None) == labelled(labelled(new, json.dumps(LABEL)), None)


def test_a_packet_goes_to_the_end_and_stays_the_last_box() -> None:
    data = samples.plain()
    new = labelled(data)
    assert boxes(new)[-1].type == b"mdat"
    assert b"<dc:source>" not in new[: len(data)]
    longer = labelled(new, json.dumps({**LABEL, "ProduceID": "x" * 500}))
    assert len(boxes(longer)) == len(boxes(new))
    assert samples.content(longer) == samples.content(data)
    assert samples.other(longer) == samples.other(data)


@pytest.mark.parametrize("room", [0, 900])
def test_a_packet_in_idat_is_read_and_written(room: int) -> None:
    old = xmp({**LABEL, "Label": "2"}) + b" " * room
    entries = (
        numbers((1, 2), (0, 2), (0, 2), (0, 2)),
        numbers((2, 2), (1, 2), (0, 2), (1, 2), (4, 4), (len(old), 4)),
    )
    data = made(
        iloc(1, b"\x44\0", *entries),
        box(b"idat", b"1234", old, b"5678"),
        items=((1, b"av01", b""), XMP_ITEM),
    )
    (mark,) = marks_of(avif.held(data))
    assert mark.label == "2"
    new = labelled(data, json.dumps({**LABEL, "ProduceID": "x" * 80}))
    assert b" 5678" in new


def test_a_last_box_without_a_size_gets_one() -> None:
    form = FORMS["offset"][2]
    start = len(made(iloc(0, b"\x44\0", form(0)))) + 8
    data = made(iloc(0, b"\x44\0", form(start))) + b"\0\0\0\0mdat" + PICTURE
    assert bodies(labelled(data))[0] == PICTURE


def test_every_packet_and_exif_lose_their_labels_but_one() -> None:
    data = samples.image(xmp(LABEL), WRAPPED.replace("传播者", "p"))
    assert len(marks_of(avif.held(data))) == 2
    new = labelled(data)
    assert marks_of(avif.held(new))[0].place == "meta item 3 XMP"
    assert samples.content(labelled(new, None)) == samples.content(data)


def test_moving_pictures_keep_their_samples() -> None:
    frames = [Image.new("RGB", (16, 16), (n * 80, 30, 30)) for n in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "AVIF", save_all=True, append_images=frames[1:])
    data = file.getvalue()
    assert {b.type for b in boxes(data)} >= {b"moov", b"meta"}

    def pictures(data: bytes) -> list[bytes]:
        with Image.open(io.BytesIO(data)) as image:
            found = []
            for n in range(getattr(image, "n_frames", 1)):
                image.seek(n)
                found.append(image.tobytes())
            return found

    assert pictures(labelled(data)) == pictures(data)
    assert len(pictures(data)) == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (FTYP + box(b"mdat"), "before its items"),
        (made(iloc(0, b"\x44\0", FORMS["offset"][2](4000))), "behind the file's"),
        (made(b"\0\0"), "ends before its fields"),
        (
            made(iloc(0, b"\x44\0")).replace(b"iinf\0\0\0\0\0\1", b"iinf\0\0\0\0\0\2"),
            "1 of 2 items",
        ),
        (
            made(iloc(0, b"\x44\0")).replace(b"\2\0\0\0\0\1\0\0av01\0", b"\2\0\0\0\0\1\0\0av"),
            "byte",
        ),
    ],
)
def test_what_is_broken_is_told(data: bytes, words: str) -> None:
    for attempt in (lambda: list(avif.held(data)), lambda: avif.write(data, VALUE)):
        with pytest.raises(DamagedFile, match=words):
            attempt()


def test_items_that_cannot_be_read_are_told() -> None:
    idat = numbers((2, 2), (1, 2), (0, 2), (1, 2), (4, 4), (99, 4))
    data = made(iloc(1, b"\x44\0", idat), box(b"idat", b"1234"), items=(XMP_ITEM,))
    with pytest.raises(DamagedFile, match="item 2"):
        list(avif.held(data))
    many = made(iloc(0, b"\x44\0"), items=(XMP_ITEM,) * 65)
    with pytest.raises(DamagedFile, match="more than 64"):
        list(avif.held(many))
    long = numbers((2, 2), (0, 2), (1, 2), (0, 4), (5_000_000, 4))
    data = made(iloc(0, b"\x44\0", long), items=(XMP_ITEM,)) + bytes(5_000_000)
    with pytest.raises(DamagedFile, match="more than 4,000,000"):
        list(avif.held(data))


def test_very_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heif, "_MOST_BYTES", 99)
    with pytest.raises(DamagedFile, match="more than 99"):
        list(avif.held(samples.plain()))


def test_a_file_without_items_has_no_place() -> None:
    data = FTYP + box(b"meta", bytes(4))
    assert opened(data)
    assert avif.write(data, None) == []
    with pytest.raises(InputError, match="no items"):
        avif.write(data, VALUE)


def test_a_taken_range_of_numbers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = [Location(i, 0, 0, 0, ()) for i in range(1, 1 << 16)]
    data = made(iloc(0, b"\x44\0"))
    items = items_of(data, boxes(data)[1])
    assert items is not None
    items.located.items.extend(taken)
    monkeypatch.setattr(heif, "items_of", lambda *_: items)
    with pytest.raises(InputError, match="every number"):
        heif.write(data, boxes(data), Changes(data), VALUE)


def test_items_of_a_second_meta_lose_their_labels() -> None:
    idat = numbers((2, 2), (1, 2), (0, 2), (1, 2), (0, 4), (len(xmp(LABEL)), 4))
    second = made(iloc(1, b"\x44\0", idat), box(b"idat", xmp(LABEL)), items=(XMP_ITEM,))
    data = made(iloc(0, b"\x44\0", numbers((1, 2), (0, 2), (0, 2)))) + second[len(FTYP) :]
    assert len(marks_of(avif.held(data))) == 1
    labelled(labelled(data), None)


def test_old_entries_and_other_words_are_no_marks() -> None:
    entry = box(b"infe", bytes(4), b"\0\1\0\0name\0")
    meta = box(
        b"meta", bytes(4), box(b"iinf", bytes(4), b"\0\1", entry), box(b"iloc", iloc(0, b"\x44\0"))
    )
    data = FTYP + meta
    assert list(avif.held(data)) == []
    assert [b.type for b in children(data, boxes(data)[1], 4)] == [b"iinf", b"iloc"]
    assert list(avif.held(labelled(data)))
