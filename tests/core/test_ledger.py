from __future__ import annotations

import json
import multiprocessing
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile
from qingjian.core.hashing import sha256
from qingjian.core.ledger import START, Ledger, Verified

LONG = 70_000  # more than one block of the backward reader
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
DATA = st.dictionaries(TEXT, JSON, max_size=4)
WRITTEN = st.lists(st.tuples(TEXT, DATA), min_size=1, max_size=4)


def ledger(folder: str | Path) -> Ledger:
    ticks = count(1_000)
    return Ledger(Path(folder) / "cases.jsonl", lambda: float(next(ticks)))


def filled(folder: str | Path, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> Ledger:
    made = ledger(folder)
    for kind, data in rows:
        made.append(kind, data)
    return made


def append_many(path: Path, who: str, times: int) -> None:
    mine = Ledger(path)
    for n in range(times):
        mine.append("note", {"who": who, "n": n, "padding": "字" * (n % 7) * 100})


@given(WRITTEN)
def test_what_was_appended_is_read_back_in_order_and_proven(
    rows: list[tuple[str, dict[str, Any]]],
) -> None:
    with TemporaryDirectory() as folder:
        made = ledger(folder)
        given_back = [made.append(kind, data) for kind, data in rows]
        assert list(made.entries()) == given_back
        assert [(e.kind, e.data) for e in given_back] == rows
        assert [e.seq for e in given_back] == list(range(len(rows)))
        assert [e.at for e in given_back] == [1_000.0 + i for i in range(len(rows))]
        assert [e.prev for e in given_back] == [START, *(e.hash for e in given_back[:-1])]
        seen = made.verify()
        assert (seen.entries, seen.head, seen.torn) == (len(rows), given_back[-1].hash, False)


@given(WRITTEN, st.data())
def test_a_changed_byte_is_found(
    rows: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        made = filled(folder, rows)
        sound = made.path.read_bytes()
        at = data.draw(st.integers(0, len(sound) - 1))
        other = sound[at] ^ data.draw(st.integers(1, 255))
        made.path.write_bytes(sound[:at] + bytes([other]) + sound[at + 1 :])
        if at == len(sound) - 1:
            seen = made.verify()
            assert (seen.entries, seen.torn) == (len(rows) - 1, True)
            return
        line = sound.count(b"\n", 0, at) + 1
        with pytest.raises(DamagedFile, match=rf"cases\.jsonl:{line}: the chain is broken"):
            made.verify()


@pytest.mark.parametrize(
    ("written", "same_to_json"),
    [(b"\\u001f", b"\\u001F"), (b"1e+16", b"1E+16"), (b'"a":1', b'"a": 1')],
)
def test_a_byte_that_changes_nothing_for_json_is_found_too(
    written: bytes, same_to_json: bytes, tmp_path: Path
) -> None:
    made = filled(tmp_path, [("x", {"control": "\x1f", "large": 1e16, "a": 1}), ("y", {})])
    sound = made.path.read_bytes()
    assert written in sound
    made.path.write_bytes(sound.replace(written, same_to_json))
    with pytest.raises(DamagedFile, match=":1: the chain is broken"):
        made.verify()


@pytest.mark.parametrize(
    "order", [(1, 0, 2), (0, 2), (0, 1, 1, 2), (1, 2)], ids=["swapped", "gap", "twice", "beheaded"]
)
def test_lines_that_moved_are_found(order: tuple[int, ...], tmp_path: Path) -> None:
    made = filled(tmp_path, [("x", {"n": n}) for n in range(3)])
    lines = made.path.read_bytes().splitlines(keepends=True)
    made.path.write_bytes(b"".join(lines[i] for i in order))
    with pytest.raises(DamagedFile, match="the chain is broken"):
        made.verify()


def forged(line: bytes, **changed: Any) -> bytes:
    """Give a line with other values and the hash that belongs to them."""
    raw = {**json.loads(line), **changed}
    hashed = [raw[k] for k in ("seq", "at", "prev", "kind", "data")]
    raw["hash"] = sha256(json.dumps(hashed, sort_keys=True, separators=(",", ":")).encode())
    return json.dumps(raw, separators=(",", ":")).encode() + b"\n"


def test_a_line_rehashed_by_hand_breaks_the_chain_at_the_next(tmp_path: Path) -> None:
    made = filled(tmp_path, [("x", {"n": 0}), ("x", {"n": 1})])
    first, second = made.path.read_bytes().splitlines(keepends=True)
    made.path.write_bytes(forged(first) + second)
    assert made.verify().entries == 2
    made.path.write_bytes(forged(first, data={"n": 9}) + second)
    with pytest.raises(DamagedFile, match=":2: the chain is broken"):
        made.verify()


def test_a_number_out_of_order_is_found_although_the_hashes_hold(tmp_path: Path) -> None:
    made = filled(tmp_path, [("x", {})])
    made.path.write_bytes(forged(made.path.read_bytes(), seq=1))
    with pytest.raises(DamagedFile, match=":1: the chain is broken"):
        made.verify()


@pytest.mark.parametrize("line", [b"", b"{}", b"[1]", b"7", b"[" * 100_000, b"\xff"])
def test_a_line_that_is_no_entry_is_found(line: bytes, tmp_path: Path) -> None:
    made = filled(tmp_path, [("x", {})])
    with made.path.open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(DamagedFile, match=":2: the chain is broken"):
        made.verify()
    with pytest.raises(DamagedFile, match="the last entry does not prove itself"):
        made.append("x", {})


@given(WRITTEN, st.data())
def test_a_torn_last_line_is_set_aside_by_the_next_append(
    rows: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        made = filled(folder, rows)
        sound = made.path.read_bytes()
        cut = sound[: data.draw(st.integers(1, len(sound)))]
        made.path.write_bytes(cut)
        whole, torn = cut.count(b"\n"), cut.rpartition(b"\n")[2]
        before = made.verify()
        assert (before.entries, before.torn) == (whole, bool(torn))

        added = made.append("after", {"n": 1})
        assert added.seq == whole
        after = made.verify()
        assert (after.entries, after.head, after.torn) == (whole + 1, added.hash, False)
        aside = Path(folder) / "cases.jsonl.torn"
        assert (aside.read_bytes() if aside.exists() else b"") == (torn + b"\n" if torn else b"")


def test_every_torn_line_is_kept(tmp_path: Path) -> None:
    made = ledger(tmp_path)
    for torn in (b'{"seq":0', b'{"seq":1,"at"'):
        with made.path.open("ab") as file:
            file.write(torn)
        made.append("x", {})
    assert (tmp_path / "cases.jsonl.torn").read_bytes() == b'{"seq":0\n{"seq":1,"at"\n'
    assert made.verify().entries == 2


@given(st.lists(st.integers(0, 3 * LONG), min_size=1, max_size=4), st.integers(0, 2 * LONG))
def test_the_tail_is_found_behind_lines_of_any_length(lengths: list[int], torn: int) -> None:
    with TemporaryDirectory() as folder:
        made = filled(folder, [("x", {"pad": "p" * n}) for n in lengths])
        with made.path.open("ab") as file:
            file.write(b"t" * torn)
        assert made.append("last", {}).seq == len(lengths)
        seen = made.verify()
        assert (seen.entries, seen.torn) == (len(lengths) + 1, False)


def test_two_processes_appending_at_once_make_one_chain(tmp_path: Path) -> None:
    path, fork = tmp_path / "cases.jsonl", multiprocessing.get_context("fork")
    both = [fork.Process(target=append_many, args=(path, who, 40)) for who in ("a", "b")]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert [one.exitcode for one in both] == [0, 0]
    made = Ledger(path)
    assert made.verify().entries == 80
    for who in ("a", "b"):
        assert [e.data["n"] for e in made.entries() if e.data["who"] == who] == list(range(40))


def test_data_is_given_back_as_it_will_be_read(tmp_path: Path) -> None:
    made = ledger(tmp_path)
    numbered = made.append("x", {"by_number": dict.fromkeys((1, 9, 10), "v"), "pair": (1, 2)})
    assert numbered.data == {"by_number": {"1": "v", "9": "v", "10": "v"}, "pair": [1, 2]}
    made.append("y", {})
    assert made.verify().entries == 2
    assert next(iter(made.entries())) == numbered


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), {1}, b"bytes", "\ud800"])
def test_what_json_cannot_hold_is_refused_and_nothing_is_written(bad: Any, tmp_path: Path) -> None:
    made = filled(tmp_path, [("x", {})])
    before = made.path.read_bytes()
    with pytest.raises((TypeError, ValueError)):
        made.append("x", {"v": bad})
    assert made.path.read_bytes() == before


def test_a_ledger_that_is_not_there_is_empty_and_the_first_append_makes_it(tmp_path: Path) -> None:
    made = Ledger(tmp_path / "new" / "folder" / "log")
    assert list(made.entries()) == []
    assert made.verify() == Verified(0, START, False)
    assert not made.path.exists()
    made.append("x", {"字": "词"})
    assert "词" in made.path.read_text("utf-8")
    assert Ledger(made.path).verify().entries == 1
