from __future__ import annotations

import struct
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from tests.labels.formats.samples.mp4 import VALUE, box, content, tags, video, within

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.formats import mp4
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.mark import Edit
from qingjian.labels.splice import Stored, applied
from qingjian.labels.structures.isobmff import C2PA, Box, Changes, boxes, find
from qingjian.labels.structures.offsets import Shift, correct

FTYP = box(b"ftyp", b"isom", bytes(4))


class Patched:
    """A file after edits, without a copy: enough of a buffer for a reader."""

    def __init__(self, stored: Stored, edits: list[Edit]) -> None:
        self.pieces: list[tuple[int, int, bytes | int]] = []
        self._stored, old, self.length = stored, 0, 0
        for edit in [*edits, Edit(len(stored), len(stored), b"")]:
            self._add(edit.start - old, old)
            self._add(len(edit.new), edit.new)
            old = edit.end

    def _add(self, count: int, what: bytes | int) -> None:
        self.pieces.append((self.length, self.length + count, what))
        self.length += count

    def __len__(self) -> int:
        return self.length

    def part(self, start: int, end: int) -> bytes:
        found = b""
        for first, last, what in self.pieces:
            a, b = max(start, first) - first, min(end, last) - first
            if a < b:
                old = what[a:b] if isinstance(what, bytes) else self._stored[what + a : what + b]
                found += old
        return found


def film(*tables: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """Give a movie box with sample tables, then media."""
    stbl = box(b"stbl", *tables)
    moov = box(b"moov", box(b"trak", box(b"mdia", box(b"minf", before, stbl))))
    return FTYP + moov + box(b"mdat", b"media") + after


def table(type: bytes, *offsets: int, head: bytes = bytes(4)) -> bytes:
    width = "Q" if type == b"co64" or head[0] else "I"
    count = len(offsets).to_bytes(4, "big")
    return box(type, head, count, struct.pack(f">{len(offsets)}{width}", *offsets))


def grown(data: bytes, by: int = 8) -> bytes:
    """Give a file whose movie box grew, with its offsets corrected."""
    top = boxes(data)
    moov = next(b for b in top if b.type == b"moov")
    changes = Changes(data)
    changes.replace(moov.end, moov.end, box(b"free", bytes(by - 8)), moov)
    correct(data, top, changes)
    return applied(data, changes.edits())


def test_bytes_move_behind_what_was_put_in() -> None:
    shift = Shift([(20, -3), (10, 5)], 100)
    assert [shift.of(at) for at in (0, 9, 10, 19, 20, 100, 200, -1)] == [
        *(0, 9, 15, 24, 22, 102, 200, -1)
    ]
    assert shift.all(np.array([9, 10, 20, 200], ">u4")).tolist() == [9, 15, 22, 200]


@pytest.mark.parametrize(
    ("type", "head", "at", "width"),
    [
        (b"stco", bytes(4), 8, 4),
        (b"co64", bytes(4), 8, 8),
        (b"saio", bytes(4), 8, 4),
        (b"saio", b"\1\0\0\0", 8, 8),
        (b"saio", b"\0\0\0\1aux \0\0\0\0", 16, 4),
    ],
)
def test_sample_tables_follow(type: bytes, head: bytes, at: int, width: int) -> None:
    target = len(film(table(type, 0, 0, head=head))) - 5
    new = grown(film(table(type, 20, target, head=head)))
    start = new.index(type) + 4 + at
    assert int.from_bytes(new[start : start + width], "big") == 20
    assert int.from_bytes(new[start + width : start + 2 * width], "big") == target + 8
    assert new.endswith(b"media")


def test_media_in_another_file_stay_where_they_are() -> None:
    entry = box(b"url ", bytes(4), b"http://other/\0")
    dref = box(b"dinf", box(b"dref", bytes(4), b"\0\0\0\1", entry))
    new = grown(film(table(b"stco", 200), before=dref))
    assert table(b"stco", 200) in new


def test_fragments_follow() -> None:
    data = video("mp4", {"movflags": "frag_keyframe+empty_moov", "frag_size": "1"}, {}, 4)
    (tfhd, *_) = (t for b in boxes(data) if b.type == b"moof" for t in find(data, b, b"traf"))
    assert tfhd
    new = applied(data, mp4.write(data, VALUE))
    assert content(new) == content(data)
    assert tags(new)["AIGC"] == VALUE
    moofs = [b.start for b in boxes(new) if b.type == b"moof"]
    (tfra,) = (t for b in boxes(new) if b.type == b"mfra" for t in find(new, b, b"tfra"))
    stride = 16 + 3
    entries = [new[tfra.body + 16 + i * stride :] for i in range(len(moofs))]
    assert [int.from_bytes(e[8:16], "big") for e in entries] == moofs


def test_base_offsets_and_short_entries_of_fragments_follow() -> None:
    moof = box(b"moof", box(b"traf", box(b"tfhd", b"\0\0\0\1\0\0\0\7", (120).to_bytes(8, "big"))))
    lengths = (0x3F).to_bytes(4, "big")
    entry = (5).to_bytes(4, "big") + (120).to_bytes(4, "big") + b"abcdefghijkl"
    tfra = box(b"tfra", bytes(8), lengths, (2).to_bytes(4, "big"), entry * 2)
    new = grown(film(after=moof + box(b"mfra", tfra)))
    assert moof.replace((120).to_bytes(8, "big"), (128).to_bytes(8, "big")) in new
    assert new.endswith((entry * 2).replace((120).to_bytes(4, "big"), (128).to_bytes(4, "big")))


@pytest.mark.parametrize("version", [0, 1])
def test_an_index_before_the_movie_reaches_farther(version: int) -> None:
    width = 8 if version else 4
    head = bytes([version]) + bytes(11 + width)
    for distance, expected in ((len(film()) - len(FTYP), True), (0, False)):
        sidx = box(b"sidx", head, distance.to_bytes(width, "big"), bytes(4))
        new = grown(film().replace(FTYP, FTYP + sidx))
        found = int.from_bytes(new[28 + 12 + width - 4 :][:width], "big")
        assert found == distance + 8 * expected


def test_the_first_auxiliary_box_of_c2pa_follows() -> None:
    head = C2PA + bytes(4) + b"manifest\0"
    data = FTYP + box(b"uuid", head, (170).to_bytes(8, "big"), b"jumb") + film()[len(FTYP) :]
    assert box(b"uuid", head, (170 + 8).to_bytes(8, "big"), b"jumb") in grown(data + bytes(99))


@pytest.mark.parametrize(
    "broken",
    [
        film(box(b"stco", bytes(4), b"\xff" * 4, bytes(8))),
        film(box(b"co64", bytes(4))),
        film(box(b"saio", b"\0\0\0\1")),
        film(after=box(b"mfra", box(b"tfra", bytes(12), b"\xff" * 4))),
        film(after=box(b"moof", box(b"traf", box(b"tfhd", b"\0\0\0\1")))),
        film(after=box(b"sidx", bytes(4))),
    ],
)
def test_tables_that_end_before_their_entries_are_told(broken: bytes) -> None:
    with pytest.raises(DamagedFile, match="ends before"):
        grown(broken)


def test_millions_of_offsets_are_corrected_at_once() -> None:
    offsets = np.full(2_000_000, len(FTYP) + 8, ">u4")
    offsets[1::2] = 9_000_000
    stco = box(b"stco", bytes(4), len(offsets).to_bytes(4, "big"), offsets.tobytes())
    data = film(stco, after=box(b"mdat", bytes(2_000_000)))
    began = time.perf_counter()
    new = grown(data)
    assert time.perf_counter() - began < 2
    start = new.index(b"stco") + 12
    found = np.frombuffer(new, ">u4", len(offsets), start)
    assert (found[1::2] == 9_000_008).all()
    assert (found[::2] == len(FTYP) + 8).all()


def big(path: Path, at: int) -> bytes:
    """Write a film with 5 GiB of media, most of them a hole; give the bytes of its one chunk."""
    small = video("mp4", {"movflags": "faststart"}, {"title": "T"})
    top = boxes(small)
    mdat = next(b for b in top if b.type == b"mdat")
    chunk = small[mdat.body : mdat.end]
    head = small[: mdat.start]
    where = head.index(b"stco") + 12
    head = head[:where] + at.to_bytes(4, "big") + head[where + 4 :]
    with path.open("wb") as file:
        file.write(head + b"\0\0\0\1mdat" + (5 << 30).to_bytes(8, "big"))
        file.seek(at)
        file.write(chunk)
        file.truncate(len(head) + (5 << 30))
    return chunk


@pytest.mark.parametrize(("back", "type"), [(60, b"co64"), (1 << 29, b"stco")])
def test_five_gibibytes_are_labelled_in_little_memory(
    tmp_path: Path, back: int, type: bytes
) -> None:
    chunk = big(tmp_path / "big.mp4", at := (1 << 32) - back)
    with (tmp_path / "big.mp4").open("rb") as file:
        stored = Stored(file.fileno())
        tracemalloc.start()
        assert marks_of(mp4.held(stored)) == []
        edits = mp4.write(stored, VALUE)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8_000_000
        new = Patched(stored, edits)
        head = new.part(0, 4000)
        assert VALUE.encode() in head
        start, width = head.index(type) + 12, 8 if type == b"co64" else 4
        moved = int.from_bytes(head[start : start + width], "big")
        assert moved - at == len(new) - len(stored)
        assert new.part(moved, moved + len(chunk)) == chunk
        assert new.part(moved - 1, moved) == b"\0"


def test_an_offset_that_outgrows_its_field_is_refused() -> None:
    data = film(after=box(b"mfra", box(b"tfra", bytes(12), b"\0\0\0\1", b"\xff" * 8, bytes(3))))
    top = boxes(data)

    class Long(bytes):
        def __len__(self) -> int:
            return 1 << 33

    moov = top[1]
    changes = Changes(data)
    changes.replace(moov.end, moov.end, box(b"free"), moov)
    with pytest.raises(InputError, match="outgrows its field"):
        correct(Long(data), top, changes)


def test_nothing_is_read_when_nothing_moves() -> None:
    data = film(box(b"stco", bytes(4), b"\xff" * 4))
    changes = Changes(data)
    correct(data, boxes(data), changes)
    last = Box(b"mdat", len(data) - 13, len(data) - 5, len(data))
    changes.replace(len(data), len(data), b"more", last)
    correct(data, boxes(data), changes)
    assert len(changes.edits()) == 2


def test_a_film_put_together_is_still_played() -> None:
    data = within(video("mp4", {}, {}), [b"moov"], box(b"free", bytes(20)))
    assert content(applied(data, mp4.write(data, VALUE))) == content(data)
