from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.case.test_take import taken
from tests.process import qingjian


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    return tmp_path


def test_a_case_is_told_whole(folder: Path) -> None:
    id = taken(folder)
    qingjian("case", "claim", id, "--who", "li", folder=folder)
    said = ("--row", "2.4.kin_fraud", "--ground", "社区规则3.1", "--reason", "冒充亲友索要钱款")
    ran = qingjian(
        *("case", "rule", id, "--step", "remove:30", "--step", "correct:0", "--who", "li"),
        *said,
        folder=folder,
    )
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == f"{id}  content post-1 of user-9, queue 2.4"
    for part in ("seen ", "text.scam", "ruling 1", "violation by li", "社区规则3.1: 冒充亲友"):
        assert part in ran.out
    for part in ("step 1.1 remove from", "step 1.2 correct from", "notice   to user-9: started"):
        assert part in ran.out
    assert ran.out.endswith("  closed\n")
    assert [line.count(" until ") for line in ran.out.splitlines() if "step 1." in line] == [1, 0]


def test_hidden_letters_of_others_are_shown(folder: Path) -> None:
    ran = qingjian(
        *("case", "report", "post\u202e1", "--words", "看看这个", "--by", "user-1"), folder=folder
    )
    shown = qingjian("case", "show", ran.out.strip(), folder=folder)
    assert "\u202e" not in shown.out


def test_without_a_database_it_says_how_to_make_one(tmp_path: Path) -> None:
    ran = qingjian("case", "list", "--db", "none.db", folder=tmp_path)
    assert (ran.code, "none.db" in ran.err) == (2, True)
    assert not (tmp_path / "none.db").exists()


def test_who_must_be_said(folder: Path) -> None:
    id = taken(folder)
    ran = qingjian("case", "claim", id, "--who", " ", folder=folder)
    assert (ran.code, "--who" in ran.err) == (2, True)
    told = json.loads(qingjian("case", "show", id, "--json", folder=folder).out)
    assert told["task"]["by"] == ""
