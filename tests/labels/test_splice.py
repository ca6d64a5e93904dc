from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import Vanished
from qingjian.core.types import ByteRange
from qingjian.labels import splice
from qingjian.labels.mark import Edit
from qingjian.labels.splice import Edited, Stored, applied, copied, pieces


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    """Give bytes and edits of them in order."""
    data = draw(st.binary(max_size=200))
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    cuts = cuts[: len(cuts) // 2 * 2]
    new = st.binary(max_size=9)
    return data, [Edit(a, b, draw(new)) for a, b in zip(cuts[::2], cuts[1::2], strict=True)]


@given(edited())
def test_edits_replace_their_bytes_and_nothing_else(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    expected, shift = data, 0
    for edit in edits:
        expected = expected[: edit.start + shift] + edit.new + expected[edit.end + shift :]
        shift += len(edit.new) - (edit.end - edit.start)
    assert applied(data, edits) == expected
    kept = [p for p in pieces(len(data), edits) if isinstance(p, ByteRange)]
    assert sum(p.end - p.start for p in kept) == len(data) - sum(e.end - e.start for e in edits)


@given(case=edited())
def test_a_file_is_copied_as_bytes_are_edited(
    case: tuple[bytes, list[Edit]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    data, edits = case
    folder = tmp_path_factory.mktemp("copied")
    (folder / "from").write_bytes(data)
    with (folder / "from").open("rb") as source, (folder / "to").open("wb") as target:
        copied(source.fileno(), edits, target.fileno())
    assert (folder / "to").read_bytes() == applied(data, edits)


def test_a_copy_across_file_systems_goes_block_by_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "copy_file_range", refuse)
    monkeypatch.setattr(splice, "_BLOCK", 7)
    (tmp_path / "from").write_bytes(bytes(range(100)))
    edits = [Edit(3, 4, b""), Edit(50, 50, b"new")]
    with (tmp_path / "from").open("rb") as source, (tmp_path / "to").open("wb") as target:
        copied(source.fileno(), edits, target.fileno())
    assert (tmp_path / "to").read_bytes() == applied(bytes(range(100)), edits)


@pytest.mark.parametrize(
    "edits", [[Edit(5, 3, b"")], [Edit(0, 4, b""), Edit(3, 5, b"")], [Edit(9, 11, b"")]]
)
def test_edits_that_overlap_or_leave_the_file_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="edit"):
        applied(b"0123456789", edits)


@given(
    data=st.binary(max_size=120),
    sub=st.binary(max_size=4),
    start=st.integers(0, 130),
    end=st.integers(0, 130),
    block=st.integers(1, 30),
)
def test_a_stored_file_is_looked_at_as_bytes_are(
    data: bytes,
    sub: bytes,
    start: int,
    end: int,
    block: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("stored") / "file"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch, path.open("rb") as file:
        patch.setattr(splice, "_BLOCK", block)
        patch.setattr(splice, "_AHEAD", block)
        stored = Stored(file.fileno())
        assert len(stored) == len(data)
        assert stored[start:end] == data[start:end]
        assert stored[-start:] == data[-start:]
        if data:
            assert stored[-1] == data[-1]
            assert stored[len(data) // 2] == data[len(data) // 2]
        if sub:
            assert stored.find(sub, start, end) == data.find(sub, start, end)
            assert stored.rfind(sub, start, end) == data.rfind(sub, start, end)
            assert stored.find(sub) == data.find(sub)
            assert stored.rfind(sub) == data.rfind(sub)


@given(case=edited(), start=st.integers(0, 220), end=st.integers(0, 220), sub=st.binary(max_size=3))
def test_a_file_to_be_is_looked_at_as_its_bytes_will_be(
    case: tuple[bytes, list[Edit]], start: int, end: int, sub: bytes
) -> None:
    made, edited_file = applied(*case), Edited(*case)
    assert len(edited_file) == len(made)
    assert edited_file[0 : len(made)] == made
    assert edited_file[start:end] == made[start:end]
    if made:
        assert (edited_file[-1], edited_file[0]) == (made[-1], made[0])
    if sub:
        assert edited_file.find(sub, start, end) == made.find(sub, start, end)
        assert edited_file.rfind(sub) == made.rfind(sub)


def test_a_file_that_shrinks_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(8_000) + b"0123456789")
    with path.open("r+b") as file:
        stored = Stored(file.fileno())
        assert stored[0:1] == b"\0"
        file.truncate(8_004)
        with pytest.raises(Vanished, match="ended at byte 8004"):
            stored[0:8_010]
        monkeypatch.setattr(os, "pread", _failing)
        with pytest.raises(Vanished, match="Input/output error"):
            stored[8_003:8_004]
        assert stored[0:4_096] == bytes(4_096), "what was read last is kept"


def test_short_looks_one_after_another_are_read_ahead_of_and_far_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    pread = os.pread

    def counted(handle: int, count: int, at: int) -> bytes:
        counts.append(count)
        return pread(handle, count, at)

    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 400)
    monkeypatch.setattr(os, "pread", counted)
    with path.open("rb") as file:
        stored = Stored(file.fileno())
        for at in range(0, 4_096, 8):
            assert stored[at : at + 8] == bytes(b % 256 for b in range(at, at + 8))
        assert counts == [4_096]
        counts.clear()
        assert stored[50_000:50_008] + stored[90_000:90_008] == bytes(
            (*range(80, 88), *range(144, 152))
        )
        assert counts == [8, 8]
        with pytest.raises(IndexError):
            stored[-len(stored) - 2]


def _failing(*_: object) -> bytes:
    raise OSError(5, "Input/output error")
