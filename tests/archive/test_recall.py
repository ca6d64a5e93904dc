from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.archive.claims import CLAIM, EVENT, SOURCE, made

from qingjian.archive.recall import MOST_PARTS, Recall, index_folder, parts
from qingjian.archive.records import Records
from qingjian.core.types import About, Text
from qingjian.store.engine import open_store


def test_a_claim_in_the_last_sentence_is_recalled(tmp_path: Path) -> None:
    db = str(tmp_path / "a.db")
    records = Records(open_store(db))
    list(
        records.enter([made(CLAIM, expires_at="2026-01-01"), made(SOURCE), made(EVENT)], "li", "b")
    )
    records.approve(["b"], "wang")
    recall = Recall(db, index_folder(db))
    long = "今天去公园散步，看见很多人在放风筝，风不大，孩子们跑来跑去。" * 12
    about = About(at=1_760_000_000.0)
    known = recall(Text(body=long + "对了，微波炉热饭会致癌。", about=about))
    assert CLAIM["text"] in {k.text for k in known}
    assert len({k.id for k in known}) == len(known)
    later = About(at=1_790_000_000.0)
    assert CLAIM["text"] not in {k.text for k in recall(Text(body="微波炉热饭会致癌", about=later))}
    beyond = About(at=1e300)
    assert recall(Text(body="春河路停水", about=beyond)) != ()
    assert recall(Text(body="")) == ()


def test_an_index_lies_beside_its_file_and_for_a_server_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert index_folder("a.db") == index_folder("sqlite:///a.db") == Path("a.db.index")
    one = index_folder("postgresql://li:secret@host/db")
    assert one.parent == tmp_path / "qingjian"
    assert index_folder("postgresql://li:another@host/db") == one
    assert index_folder("postgresql://li:secret@host/other") != one
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert index_folder("postgresql://host/db").parent == tmp_path / "home/.cache/qingjian"


@given(st.text(max_size=3000))
def test_parts_are_pieces_of_the_text_in_order(text: str) -> None:
    found = list(parts(text))
    assert len(found) <= MOST_PARTS
    at = 0
    for part in found:
        assert part.strip()
        at = text.index(part.rstrip("\n")[:20], at)


def test_what_is_approved_later_is_known_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = str(tmp_path / "a.db")
    records, recall = Records(open_store(db)), Recall(db, index_folder(db))
    asked = Text(body="微波炉热饭会致癌", about=About(at=1_760_000_000.0))
    assert recall(asked) == ()
    list(records.enter([made(CLAIM, expires_at="2026-01-01")], "li", "b"))
    records.approve(["b"], "wang")
    monkeypatch.setattr("qingjian.archive.recall.STALE_S", 600.0)
    assert recall(asked) == ()
    monkeypatch.setattr("qingjian.archive.recall.STALE_S", 0.0)
    assert [k.text for k in recall(asked)] == [CLAIM["text"]]
