"""A case that a real scan made, run again; then what was kept is changed, a piece at a time."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.cli.case.test_take import written
from tests.process import Ran, qingjian

from qingjian.flows.replay import NO_ARCHIVE

WORDS = "代过人脸，先过后付，加微信"
POST = {"id": "post-1", "text": WORDS, "about": {"who": "user-9"}}
TALK = {
    "id": "talk",
    "kind": "conversation",
    "turns": [{"role": "user", "text": "妈我手机坏了，快转账到这张卡，别告诉别人"}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    written(tmp_path, "posts.jsonl", [POST, TALK])
    return tmp_path


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What a scan says: of a text without and with an archive, and of a conversation."""
    folder = tmp_path_factory.mktemp("scans")
    (folder / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    written(folder, "posts.jsonl", [POST, TALK])
    told = {}
    for name, db in (("text", ""), ("archive", "a.db")):
        call = ("scan", "posts.jsonl", "--format", "jsonl", "-o", "rows.jsonl", "-q", "-j", "1")
        assert qingjian(*call, folder=folder, settings={"QINGJIAN_DB": db}).code == 14
        lines = (folder / "rows.jsonl").read_text("utf-8").splitlines()
        told[name], told["talk"] = map(json.loads, lines)
    return told


@pytest.fixture
def kept(scans: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return deepcopy(scans["text"])


def taken(folder: Path, kept: dict[str, Any], *items: str) -> str:
    """Take a row in and give its case."""
    written(folder, "rows.jsonl", [kept])
    call = ("case", "import", "rows.jsonl", *(("--items", *items) if items else ()), "--who", "li")
    ran = qingjian(*call, folder=folder)
    assert ran.code == 0, ran.err
    listed = json.loads(qingjian("case", "list", "--json", folder=folder).out)
    return str(listed["cases"][0]["id"])


def replayed(folder: Path, id: str, *words: str) -> Ran:
    return qingjian("case", "replay", id, *words, folder=folder)


@pytest.mark.parametrize("name", ["text", "archive", "talk"])
def test_what_was_scanned_comes_out_the_same(
    folder: Path, scans: dict[str, dict[str, Any]], name: str
) -> None:
    id = taken(folder, scans[name], "posts.jsonl")
    ran = replayed(folder, id)
    assert (ran.code, ran.err) == (0, ""), ran.out
    assert ran.out.startswith("same  run of 20")
    [told] = json.loads(replayed(folder, id, "--json").out)["runs"]
    assert (told["outcome"], told["differs"], told["missing"]) == ("same", [], [])


def test_the_archive_was_asked_in_one_scan_alone(scans: dict[str, dict[str, Any]]) -> None:
    without = {n["detector"] for n in scans["text"]["abstained"] if n["reason"] == NO_ARCHIVE}
    assert "text.debunked_claim" in without
    assert "text.debunked_claim" in {r["detector"] for r in scans["archive"]["ran"]}


def test_a_text_of_a_field_that_was_named_is_read_from_there(
    folder: Path, kept: dict[str, Any]
) -> None:
    other = {"id": "post-1", "words": WORDS}
    written(folder, "posts.jsonl", [other])
    id = taken(folder, kept, "posts.jsonl")
    ran = replayed(folder, id)
    assert (ran.code, "missing  the item cannot be read" in ran.out) == (2, True)
    assert replayed(folder, id, "--text-field", "words").code == 0


def test_what_differs_is_shown_on_both_sides(folder: Path, kept: dict[str, Any]) -> None:
    kept["findings"][0]["why"] = "something else"
    kept["decision"]["do"] = "hold"
    id = taken(folder, kept, "posts.jsonl")
    ran = replayed(folder, id)
    assert ran.code == 11
    assert ran.out.startswith("differs  run of 20")
    for line in (
        "  differs  findings of text.",
        '"why":"something else"',
        "  differs  decision of",
    ):
        assert line in ran.out
    [told] = json.loads(replayed(folder, id, "--json").out)["runs"]
    assert {one["part"] for one in told["differs"]} == {"findings", "decision"}


def test_versions_that_changed_are_named(folder: Path, kept: dict[str, Any]) -> None:
    kept["decision"]["policy"] = "ugc 1900-01-01"
    kept["ran"] += [{"detector": "text.gone", "version": "3"}]
    ran = replayed(folder, taken(folder, kept, "posts.jsonl"))
    assert ran.code == 2
    assert "  missing  the decision was by policy ugc 1900-01-01, installed is ugc 20" in ran.out
    assert "  missing  detector text.gone is not installed" in ran.out


def test_a_pack_of_ones_own_is_named(folder: Path, kept: dict[str, Any]) -> None:
    kept["decision"]["policy"] = "ours 1"
    id = taken(folder, kept, "posts.jsonl")
    assert "by policy ours 1, installed is ugc 20" in replayed(folder, id).out
    ran = replayed(folder, id, "--policy", "none.toml")
    assert (ran.code, "cannot be run again: no policy" in ran.out) == (2, True)


def test_an_item_that_was_not_kept_or_is_gone_is_named(folder: Path, kept: dict[str, Any]) -> None:
    id = taken(folder, kept)
    ran = replayed(folder, id)
    assert (ran.code, "  missing  the item was never kept" in ran.out) == (2, True)
    with closing(sqlite3.connect(folder / "a.db")) as db, db:
        db.execute("delete from case_snapshot")
    assert "is gone" in replayed(folder, id).out


def test_a_file_that_a_row_names_was_never_kept_and_is_not_opened(
    folder: Path, kept: dict[str, Any]
) -> None:
    written(folder, "posts.jsonl", [{"id": "post-1", "path": "post.txt"}])
    (folder / "post.txt").write_text(WORDS, "utf-8")
    ran = replayed(folder, taken(folder, kept, "posts.jsonl"))
    assert (ran.code, "the file 'post.txt', whose bytes no case keeps" in ran.out) == (2, True)


def test_a_case_that_was_only_reported_has_nothing_to_compare(folder: Path) -> None:
    call = ("case", "report", "post-1", "--words", "有人冒充我", "--by", "user-7")
    id = qingjian(*call, folder=folder).out.strip()
    ran = replayed(folder, id)
    assert (ran.code, "keeps no run" in ran.out) == (2, True)
    assert replayed(folder, "none").code == 2


def test_content_that_was_changed_by_hand_is_not_run(folder: Path, kept: dict[str, Any]) -> None:
    id = taken(folder, kept, "posts.jsonl")
    with closing(sqlite3.connect(folder / "a.db")) as db, db:
        db.execute("update case_snapshot set body = ? where kind = 'item'", (b"{}",))
    ran = replayed(folder, id)
    assert (ran.code, "its bytes have another hash" in ran.out) == (2, True)
    assert sha256(b"{}").hexdigest() not in ran.out
