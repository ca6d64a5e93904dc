from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.archive.claims import CLAIM, EVENT, SOURCE
from tests.cli.archive.test_import_ import lines
from tests.process import qingjian

RUMOUR = "家里有微波炉的注意了，微波炉热过的饭菜会产生致癌物，赶紧告诉爸妈！"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = lines(tmp_path, CLAIM, SOURCE, EVENT)
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    qingjian("archive", "import", path, "--who", "li", "--batch", "b1", folder=tmp_path)
    qingjian("archive", "approve", "b1", "--who", "wang", folder=tmp_path)
    return tmp_path


def told(folder: Path, *words: str) -> Any:
    ran = qingjian("claim", "check", *words, "--json", folder=folder)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_a_debunked_claim_is_shown_beside_its_debunk(folder: Path) -> None:
    ran = qingjian("claim", "check", RUMOUR, folder=folder)
    assert ran.out.startswith("verdict: matched_debunk\n")
    assert f"claim    {CLAIM['text']}" in ran.out
    assert f"debunk   {CLAIM['quote']}" in ran.out
    (folder / "post.txt").write_text(RUMOUR, "utf-8")
    assert told(folder, "post.txt")["findings"][0]["check"] == "text.debunked_claim"


def test_a_contradicted_figure_has_both_quotations(folder: Path) -> None:
    seen = told(folder, "听说春河路要停水五天")
    assert seen["verdict"] == "contradicted"
    assert seen["findings"][0]["said"] == "听说春河路要停水五天"
    assert "两天" in seen["findings"][0]["source"]


def test_an_old_event_told_as_new_is_found_by_the_day_of_the_post(folder: Path) -> None:
    text = "昨天下午三点多，松江路一辆公交车自燃，司机打开全部车门，48秒内疏散32名乘客。"
    assert told(folder, text, "--at", "2025-01-31")["verdict"] == "recycled_event"
    assert told(folder, text, "--at", "2023-06-19")["verdict"] == "not_enough_info"


def test_without_a_record_there_is_not_enough(folder: Path) -> None:
    ran = qingjian("claim", "check", "今天去河边走了走，风很大", folder=folder)
    assert ran.out.startswith("verdict: not_enough_info\n")
    assert "that does not make it true" in ran.out
    asked = told(folder, "微波炉加热的饭菜会产生致癌物，是真的吗？")
    assert asked["verdict"] == "not_enough_info"
    assert asked["findings"][0]["against"]
    assert asked["nearest"][0]["kind"] == "claim"


def test_a_wrong_day_is_told(folder: Path) -> None:
    assert qingjian("claim", "check", "x", "--at", "gestern", folder=folder).code == 2


def test_scan_asks_the_archive_too(folder: Path) -> None:
    (folder / "posts.jsonl").write_text(json.dumps({"id": "p", "text": RUMOUR}), "utf-8")
    for jobs in ("1", "2"):
        ran = qingjian("scan", "posts.jsonl", "--format", "jsonl", "--jobs", jobs, folder=folder)
        [row] = ran.rows
        assert "text.debunked_claim" in {f["detector"] for f in row["findings"]}
