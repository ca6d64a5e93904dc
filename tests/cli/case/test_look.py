from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.case.test_take import taken
from tests.process import qingjian


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    return tmp_path


def test_lists_narrow_and_count(folder: Path) -> None:
    id = taken(folder)
    ran = qingjian("case", "list", folder=folder)
    assert ran.out.startswith(f"{id}  2.4     high   review, due ")
    assert ran.out.splitlines()[-1].split() == ["2.4", "review", "1"]
    for words in (("--queue", "1.6"), ("--state", "closed"), ("--owner", "user-1")):
        told = json.loads(qingjian("case", "list", *words, "--json", folder=folder).out)
        assert told["cases"] == []
        assert told["counts"] == [{"queue": "2.4", "state": "review", "cases": 1}]
    qingjian("case", "claim", id, "--who", "li", folder=folder)
    assert ", with li" in qingjian("case", "list", folder=folder).out


def test_an_empty_desk_says_so(folder: Path) -> None:
    taken(folder)
    ran = qingjian("case", "list", folder=folder, settings={"QINGJIAN_TENANT": "other"})
    assert (ran.code, ran.out) == (0, "no cases\n")


def test_events_are_shown_when_asked(folder: Path) -> None:
    id = taken(folder)
    ran = qingjian("case", "show", id, "--events", folder=folder)
    assert [line.split(": ")[-1] for line in ran.out.splitlines()[-2:]] == ["opened", "found"]
    told = json.loads(qingjian("case", "show", id, "--events", "--json", folder=folder).out)
    assert [e["what"] for e in told["events"]] == ["opened", "found"]
    missing = qingjian("case", "show", "none", folder=folder)
    assert (missing.code, "no case none" in missing.err) == (2, True)


def test_a_change_by_hand_is_found(folder: Path) -> None:
    taken(folder)
    assert qingjian("case", "verify", folder=folder).out.startswith("2 events proven, the last is ")
    with closing(sqlite3.connect(folder / "a.db")) as db, db:
        db.execute("update case_event set body = replace(body, 'user-9', 'user-8')")
    ran = qingjian("case", "verify", folder=folder)
    assert (ran.code, "event 1 was changed" in ran.err) == (2, True)


def test_tables_are_made_again_from_the_events(folder: Path) -> None:
    id = taken(folder)
    before = qingjian("case", "list", "--json", folder=folder).out
    with closing(sqlite3.connect(folder / "a.db")) as db, db:
        db.execute("delete from case_case")
    assert qingjian("case", "list", folder=folder).out == "no cases\n"
    assert qingjian("case", "rebuild", folder=folder).out == "1 cases\n"
    assert qingjian("case", "list", "--json", folder=folder).out == before
    assert id in before
