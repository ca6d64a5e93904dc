from __future__ import annotations

import pytest

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.mark import Edit
from qingjian.labels.splice import applied
from qingjian.labels.structures import isobmff
from qingjian.labels.structures.isobmff import Box, Changes, Cursor, box, boxes, children

FTYP = box(b"ftyp", b"isom", bytes(4))
WHOLE = FTYP + box(b"moov", box(b"udta")) + box(b"mdat", b"data")


def large(type: bytes, body: bytes) -> bytes:
    return b"\0\0\0\1" + type + (16 + len(body)).to_bytes(8, "big") + body


def test_every_form_of_size_is_walked() -> None:
    data = FTYP + large(b"moov", box(b"free")) + b"\0\0\0\0mdat" + b"to the end"
    ftyp, moov, mdat = boxes(data)
    assert (ftyp.start, ftyp.body, ftyp.end) == (0, 8, 16)
    assert (moov.body - moov.start, mdat.end) == (16, len(data))
    (free,) = children(data, moov)
    assert (free.path, free.end) == ("moov/free", moov.end)


@pytest.mark.parametrize("junk", [b"j", b"junk", bytes(7), bytes(40), b"JUNK after the end"])
def test_bytes_that_are_no_box_are_left_out_once_all_was_seen(junk: bytes) -> None:
    assert boxes(WHOLE + junk) == boxes(WHOLE)
    with pytest.raises(DamagedFile, match="byte"):
        boxes(WHOLE[:-12] + junk)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (b"\0\0\0\x20free", "cut short: 8 of 32 bytes"),
        (b"\0\0\0\x04mdat", "has size 4"),
        (b"\0\0\0\1mdat" + bytes(7) + b"\x0f", "has size 15"),
        (b"\0\0\0\1mdat\0", "cut short in its header"),
        (b"\xff\xff\xff\xffmoov" + bytes(99), f"byte {len(WHOLE)} is cut short"),
    ],
)
def test_a_known_box_that_is_broken_is_told(end: bytes, words: str) -> None:
    with pytest.raises(DamagedFile, match=words):
        boxes(WHOLE + end)


@pytest.mark.parametrize("inner", [b"\0\0\0\0trak", b"\0\0\0\x40trak", b"\0\0\0\x02trak", b"tra"])
def test_a_box_in_a_box_is_bounded(inner: bytes) -> None:
    data = box(b"moov", inner)
    with pytest.raises(DamagedFile, match="byte 8"):
        children(data, boxes(data)[0])
    udta = box(b"udta", box(b"name", b"x"), inner)
    assert [b.type for b in children(udta, boxes(udta)[0])] == [b"name"]


def test_zeros_end_a_list() -> None:
    data = box(b"moov", box(b"trak"), bytes(4))
    assert [b.type for b in children(data, boxes(data)[0])] == [b"trak"]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (box(b"ftyp", b"isom", bytes(4), b"avif"), "mp4"),
        (box(b"ftyp", b"qt  ", bytes(4)), "mov"),
        (b"\0\0\0\x08wide", "mov"),
        (b"\0\0\0\1mdat", "mov"),
        (box(b"ftyp", b"M4A ", bytes(4), b"isom"), "m4a"),
        (box(b"ftyp", b"mif1", bytes(4), b"heic"), "heic"),
        (box(b"ftyp", b"mif1", bytes(4), b"mif1avif"), "avif"),
        (box(b"ftyp", b"heix", bytes(4)), "heic"),
        (box(b"ftyp", b"avis", bytes(4)), "avif"),
        (box(b"ftyp", b"crx ", bytes(4)), ""),
        (b"\x89PNG\r\n\x1a\n", ""),
        (b"", ""),
    ],
)
def test_the_brand_tells_the_kind(head: bytes, kind: str) -> None:
    assert isobmff.kind(head) == kind


def test_sizes_of_the_boxes_around_follow() -> None:
    data = FTYP + large(b"moov", box(b"udta", box(b"name", b"x")))
    udta = children(data, boxes(data)[1])[0]
    (name,) = children(data, udta)
    changes = Changes(data)
    changes.replace(name.end, name.end, box(b"more", b"yz"), udta)
    changes.replace(name.body, name.end, b"x", name)
    new = applied(data, changes.edits())
    assert new == FTYP + large(b"moov", box(b"udta", box(b"name", b"x"), box(b"more", b"yz")))
    changes.remove(name)
    assert applied(data, changes.edits()) == FTYP + large(
        b"moov", box(b"udta", box(b"more", b"yz"))
    )


def test_a_last_box_without_a_size_keeps_none() -> None:
    data = FTYP + b"\0\0\0\0moov" + box(b"free")
    moov = boxes(data)[1]
    changes = Changes(data)
    changes.replace(moov.end, moov.end, box(b"udta"), moov)
    assert applied(data, changes.edits()) == data + box(b"udta")


def test_a_box_that_outgrows_its_size_is_refused() -> None:
    size = (1 << 32) - 4
    head = size.to_bytes(4, "big") + b"moov"
    changes = Changes(head)
    changes.replace(8, 8, b"12345678", Box(b"moov", 0, 8, size))
    with pytest.raises(InputError, match="no room to grow"):
        changes.edits()


def test_edits_that_meet_are_damage() -> None:
    changes = Changes(bytes(20))
    changes.replace(0, 10, b"a", None)
    changes.replace(5, 12, b"b", None)
    with pytest.raises(DamagedFile, match="byte 5"):
        changes.edits()


def test_shorter_bytes_are_filled_up() -> None:
    changes = Changes(b"abcdef")
    changes.overwrite(1, 4, b"X")
    assert changes.edits() == [Edit(1, 4, b"X  ")]
    with pytest.raises(ValueError, match="4 bytes for 3"):
        changes.overwrite(1, 4, b"long")


def test_fields_are_read_in_bounds() -> None:
    cursor = Cursor(b"\0\5text\0rest", 7)
    assert (cursor.number(2), cursor.text(), cursor.text()) == (5, b"text", b"rest")
    with pytest.raises(DamagedFile, match="byte 7"):
        cursor.take(1)


def test_a_body_that_is_too_long_is_not_read() -> None:
    with pytest.raises(DamagedFile, match="more than"):
        isobmff.read(b"", Box(b"name", 0, 8, 1 << 33))


def test_very_many_boxes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isobmff, "_MOST_BOXES", 100)
    monkeypatch.setattr(isobmff, "_MOST_CHILDREN", 100)
    data = box(b"free") * 102
    with pytest.raises(DamagedFile, match="more than 100"):
        boxes(data)
    whole = box(b"moov", data)
    with pytest.raises(DamagedFile, match="more than 100"):
        children(whole, boxes(whole)[0])
