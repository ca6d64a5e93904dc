from __future__ import annotations

import pytest
from tests.labels.formats.samples.mp4 import VALUE, box, itunes, keyed, within, words

from qingjian.core.errors import DamagedFile
from qingjian.labels.splice import applied
from qingjian.labels.structures import movietags
from qingjian.labels.structures.isobmff import Changes, boxes, children
from qingjian.labels.structures.movietags import keys_of, new_meta, places, texts_of, user_texts


def pairs(data: bytes) -> list[tuple[str, str]]:
    """Give keys and texts of the metadata in a movie box."""
    found = []
    for moov in boxes(data):
        for meta in places(data, moov).metas:
            found += [(t.key, t.value) for t in texts_of(data, meta)]
        for udta in children(data, moov):
            found += [(t.key, t.value) for t in user_texts(data, udta) if udta.type == b"udta"]
    return found


def movie(*inside: bytes) -> bytes:
    return box(b"moov", *inside)


def user(*inside: bytes) -> bytes:
    return movie(box(b"udta", *inside))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (user(keyed(("title", "t"), ("AIGC", "{}"))), [("title", "t"), ("AIGC", "{}")]),
        (movie(keyed(("a", "b"), full=False)), [("a", "b")]),
        (movie(box(b"trak", box(b"udta", keyed(("a", "b"))))), [("a", "b")]),
        (user(itunes(box(b"\xa9nam", words("n"), words("m")))), [("©nam", "n"), ("©nam", "m")]),
        (user(itunes(box(b"\0\0\0\7", words("n")))), [("#7", "n")]),
        (user(itunes(box(b"desc", words("{1", 0)), box(b"abcd", words("x", 0)))), [("desc", "{1")]),
        (user(itunes(box(b"covr", words("x", 13)), box(b"trkn", box(b"data", b"\0")))), []),
        (
            user(
                itunes(
                    box(b"\xa9nam", box(b"data", b"\0\0\0\2", bytes(4), "题".encode("utf-16-be")))
                )
            ),
            [("©nam", "题")],
        ),
        (
            user(itunes(box(b"----", box(b"mean", b"0000m"), box(b"name", b"0000n"), words("v")))),
            [("m:n", "v")],
        ),
        (user(itunes(box(b"----", words("v")))), [(":", "v")]),
        (user(box(b"\xa9nam", b"\0\1\0\0a\0\2\0\1bc")), [("©nam", "a"), ("©nam", "bc")]),
        (user(box(b"\xa9nam", b"plain"), box(b"\xa9xyz")), [("©nam", "plain")]),
        (user(box(b"titl", bytes(6), b"\xfe\xff\0t\0\0")), [("titl", "t")]),
        (user(box(b"cprt", bytes(6), b"\xe9\0")), [("cprt", "é")]),
        (
            user(box(b"Xtra", b"{}"), box(b"name", b"n"), box(b"CNTH", b"\1")),
            [("Xtra", "{}"), ("name", "n")],
        ),
        (user(box(b"meta")), []),
    ],
)
def test_texts_are_read_wherever_they_stand(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert pairs(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        user(box(b"meta", bytes(4), box(b"keys", bytes(4), b"\xff\xff\xff\xff"))),
        user(box(b"meta", bytes(4), box(b"keys", bytes(4)))),
        user(box(b"meta", bytes(4), box(b"keys", bytes(7), b"\1", b"\0\0\0\x05mdta"))),
        user(box(b"meta", bytes(4), box(b"ilst", box(b"\xa9nam", b"\0\0\0\x50data")))),
        user(box(b"meta", bytes(4), box(b"ilst", box(b"\xa9nam", words("x" * 5_000_000))))),
    ],
)
def test_broken_tables_are_told_with_the_byte(data: bytes) -> None:
    with pytest.raises(DamagedFile, match="byte"):
        pairs(data)


def test_very_many_texts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movietags, "_MOST_TEXTS", 3)
    for data in (
        user(itunes(*[box(b"\xa9nam", words("x"))] * 4)),
        user(*[box(b"name", b"x")] * 4),
        user(keyed(*[("a", "b")] * 4)),
    ):
        with pytest.raises(DamagedFile, match=r"too many|of 4 keys"):
            pairs(data)


def edited(data: bytes, dropped: set[int], kept: int = 0, value: str | None = None) -> bytes:
    (meta,) = places(data, boxes(data)[0]).metas
    keys = keys_of(data, meta)
    assert keys is not None
    text = next((t for t in texts_of(data, meta) if t.number == kept), None)
    changes = Changes(data)
    keys.edit(data, changes, dropped, text, value)
    return applied(data, changes.edits())


def test_keys_that_go_renumber_the_others() -> None:
    data = user(keyed(("AIGC", "1"), ("title", "t"), ("AIGC", "2"), ("artist", "a")))
    assert edited(data, {1, 3}) == user(keyed(("title", "t"), ("artist", "a")))
    assert edited(data, {3}, 1, "new") == user(
        keyed(("AIGC", "new"), ("title", "t"), ("artist", "a"))
    )
    assert edited(data, {1}, 3, "new") == user(
        keyed(("title", "t"), ("AIGC", "new"), ("artist", "a"))
    )
    assert edited(data, {1, 3}, 0, "new") == user(
        keyed(("title", "t"), ("artist", "a"), ("AIGC", "new"))
    )


def test_a_second_text_under_the_key_goes() -> None:
    data = user(keyed(("AIGC", "1"), full=False))
    data = within(data, [b"moov", b"udta", b"meta", b"ilst"], box(b"\0\0\0\1", words("2")))
    assert pairs(data) == [("AIGC", "1"), ("AIGC", "2")]
    assert edited(data, set(), 1, "new") == user(keyed(("AIGC", "new"), full=False))


def test_a_new_table_is_read_back() -> None:
    data = user(new_meta(VALUE))
    assert pairs(data) == [("AIGC", VALUE)]
    (meta,) = places(data, boxes(data)[0]).metas
    keys = keys_of(data, meta)
    assert keys is not None
    assert (keys.handler, keys.of_labels(), keys.is_whole(data)) == (b"mdta", {1}, True)
    assert keys.is_empty_without({1}, data)
    assert not keys.is_empty_without(set(), data)
