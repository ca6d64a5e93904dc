from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.archive.claims import SOURCE
from tests.cli.archive.test_import_ import lines
from tests.process import qingjian


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dated = {**SOURCE, "text": "施工告知，七月一日前有效。", "expires_at": "2026-07-01"}
    path = lines(tmp_path, SOURCE, dated)
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    qingjian("archive", "import", path, "--who", "li", "--batch", "b1", folder=tmp_path)
    return tmp_path


def retracted(folder: Path) -> str:
    found = qingjian("archive", "search", "停水", "--kind", "source", "--json", folder=folder)
    id = str(json.loads(found.out)[0]["id"])
    why = ("--who", "wang", "--reason", "the company withdrew it")
    assert qingjian("archive", "retract", id, *why, folder=folder).code == 0
    return id


def test_a_retraction_is_told_with_its_reason_and_what_it_took_away(folder: Path) -> None:
    assert qingjian("archive", "changes", folder=folder).out == "nothing was retracted or changed\n"
    id = retracted(folder)
    ran = qingjian("archive", "changes", folder=folder)
    first, second = ran.out.splitlines()
    assert first.split()[0] == "3"
    assert "retracted by wang: the company withdrew it" in first
    assert second.split() == [id, "停水通知"]
    told = json.loads(qingjian("archive", "changes", "--json", folder=folder).out)
    [change] = told["changes"]
    assert (change["record"], change["what"], change["seq"]) == (id, "retracted", 3)
    assert change["before"]["text"] == SOURCE["text"]
    assert (told["after"], told["more"], told["expired"]) == (3, False, [])
    later = json.loads(qingjian("archive", "changes", "--after", "3", "--json", folder=folder).out)
    assert (later["changes"], later["after"]) == ([], 3)
    cut = qingjian("archive", "changes", "--most", "1", folder=folder)
    assert cut.out.endswith("there may be more: --after 3\n")


def test_what_expired_is_told_when_a_day_is_named(folder: Path) -> None:
    asked = ("archive", "changes", "--expired-since", "2026-06-01", "--on")
    assert "expired" not in qingjian(*asked, "2026-07-01", folder=folder).out
    assert "expired  2026-07-01" in qingjian(*asked, "2026-07-02", folder=folder).out
    told = json.loads(qingjian(*asked, "2026-07-02", "--json", folder=folder).out)
    assert [e["row"]["text"] for e in told["expired"]] == ["施工告知，七月一日前有效。"]


@pytest.mark.parametrize(
    "wrong",
    [("--after", "-1"), ("--expired-since", "July"), ("--on", "2026-07-01"), ("--most", "0")],
)
def test_a_wrong_call_is_told(folder: Path, wrong: tuple[str, ...]) -> None:
    assert qingjian("archive", "changes", *wrong, folder=folder).code == 2
