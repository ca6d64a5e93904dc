from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.archive.claims import CLAIM, EVENT, SOURCE, made, numbered

from qingjian.archive.index import Index
from qingjian.archive.records import Records
from qingjian.core.errors import MissingExtra
from qingjian.store.engine import open_store


@pytest.fixture
def records(tmp_path: Path) -> Records:
    kept = Records(open_store(str(tmp_path / "a.db")))
    list(kept.enter([made(CLAIM), made(SOURCE), made(EVENT)], "li", "b"))
    return kept


def texts(index: Index, query: str, *, kind: str = "", on: date | None = None) -> list[str]:
    return [h.known.text for h in index.search(query, kind=kind, on=on)]


def test_what_is_approved_is_found_and_what_waits_is_not(tmp_path: Path, records: Records) -> None:
    index = Index(tmp_path / "i", records)
    assert CLAIM["text"] not in texts(index, "微波炉热饭致癌")
    records.approve(["b"], "wang")
    assert texts(index, "微波炉热饭致癌")[0] == CLAIM["text"]
    records.retract([made(CLAIM).id], "wang", "withdrawn")
    assert CLAIM["text"] not in texts(index, "微波炉热饭致癌")


def test_kinds_and_days_can_be_asked_for(tmp_path: Path, records: Records) -> None:
    list(records.enter([made(SOURCE, text="春河路停水至周五", expires_at="2025-01-01")], "li", "c"))
    index = Index(tmp_path / "i", records)
    assert len(texts(index, "春河路停水", kind="source")) == 2
    assert texts(index, "春河路停水", kind="event") == []
    assert texts(index, "春河路停水", kind="source", on=date(2025, 1, 2)) == [SOURCE["text"]]
    assert len(texts(index, "春河路停水", kind="source", on=date(2025, 1, 1))) == 2


def test_the_index_is_made_again_when_it_is_gone_damaged_or_ahead(
    tmp_path: Path, records: Records
) -> None:
    folder = tmp_path / "i"
    before = texts(Index(folder, records), "公交车自燃")
    assert before[0] == EVENT["text"]
    shutil.rmtree(folder / "terms")
    assert texts(Index(folder, records), "公交车自燃") == before
    (folder / "terms" / "meta.json").write_bytes(b"{")
    assert texts(Index(folder, records), "公交车自燃") == before
    (folder / "seq").write_text("1 999", "ascii")
    assert texts(Index(folder, records), "公交车自燃") == before
    (folder / "seq").write_text("0 3", "ascii")
    assert texts(Index(folder, records), "公交车自燃") == before
    (folder / "seq").write_text("what", "ascii")
    assert texts(Index(folder, records), "公交车自燃") == before


def test_a_crash_between_the_index_and_its_number_doubles_nothing(
    tmp_path: Path, records: Records
) -> None:
    folder = tmp_path / "i"
    Index(folder, records).refresh()
    (folder / "seq").write_text("1 0", "ascii")
    assert texts(Index(folder, records), "公交车自燃").count(EVENT["text"]) == 1


def test_another_process_s_records_are_seen(tmp_path: Path, records: Records) -> None:
    index = Index(tmp_path / "i", records)
    assert index.search("桶装水中毒", kind="claim") == []
    list(records.enter(numbered(3), "li", "n"))
    records.approve(["n"], "wang")
    assert len(index.search("桶装水中毒", kind="claim")) == 3
    assert Index(tmp_path / "i", records).refresh() == index.refresh()


@pytest.mark.parametrize("query", ["", "！？", "甲", "AND OR NOT (", '"*~^\\', "长" * 50_000])
def test_any_query_is_words_and_nothing_else(tmp_path: Path, records: Records, query: str) -> None:
    assert isinstance(Index(tmp_path / "i", records).search(query), list)


def test_without_the_package_the_command_that_installs_it_is_named(
    tmp_path: Path, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(MissingExtra, match="tantivy") as raised:
        Index(tmp_path / "i", records)
    assert "qingjian[archive]" in raised.value.hint
