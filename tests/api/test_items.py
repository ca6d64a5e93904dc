from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.api.faults import Refused
from qingjian.api.items import MOST, entries_of, entry_at, only_given, parsed
from qingjian.batch.readers.rows import Reading
from qingjian.core.errors import NothingToScan

READING = Reading()


def test_items_without_an_id_are_numbered_and_a_second_one_is_told_apart() -> None:
    rows = [{"text": "a"}, {"id": "x", "text": "b"}, {"id": "x", "text": "c"}]
    assert [e.id for e in entries_of(rows, READING)] == ["item#1", "x", "x~2"]


def test_no_file_is_opened_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    monkeypatch.chdir(tmp_path)
    for path in ("secret.txt", str(tmp_path / "secret.txt")):
        entry = entry_at({"id": "a", "path": path}, "item#1", READING)
        assert entry.item is None
        assert entry.error is not None
        assert "opens no file" in entry.error.what
    with_text = entry_at({"id": "a", "path": "secret.txt", "text": "b"}, "item#1", READING)
    assert with_text.item is not None


def test_none_and_too_many_are_refused() -> None:
    with pytest.raises(NothingToScan):
        entries_of([], READING)
    with pytest.raises(Refused) as caught:
        entries_of([{"text": "a"}] * (MOST + 1), READING)
    assert caught.value.http_status == 413


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parsed(body)
    assert caught.value.http_status == 400


@pytest.mark.parametrize("row", [{"text": "a"}, {"id": "", "text": "a"}, "a"])
def test_what_is_stored_needs_an_id(row: object) -> None:
    with pytest.raises(Refused):
        only_given([row], entries_of([row], READING))


def test_what_is_stored_needs_an_id_of_its_own() -> None:
    rows = [{"id": "x", "text": "b"}, {"id": "x", "text": "c"}]
    only_given(rows[:1], entries_of(rows[:1], READING))
    with pytest.raises(Refused):
        only_given(rows, entries_of(rows, READING))


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x, max_size=3)))
def test_whatever_is_sent_becomes_an_item_or_an_error(row: object) -> None:
    (entry,) = entries_of([row], READING)
    assert (entry.item is None) == (entry.error is not None)
