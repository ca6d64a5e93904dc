from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.archive.claims import CLAIM
from tests.cli.archive.test_import_ import lines
from tests.cli.incident.test_room import opened
from tests.process import Ran, qingjian

NOTICE = """---
publisher: 云岭市应急管理局
url: https://yunling.example/notice/7
published_at: 2026-07-18
---
# 青石隧道塌方情况通报

7月18日，青石隧道发生塌方，造成2人受伤，伤者已送市第一医院，无人死亡。
"""
RUMOUR = "听说青石隧道塌方造成12人受伤"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    (tmp_path / "notice.md").write_text(NOTICE, "utf-8")
    (tmp_path / "post.txt").write_text(RUMOUR, "utf-8")
    return tmp_path


def news(folder: Path, verb: str, id: str, *words: str) -> Ran:
    return qingjian("incident", verb, id, *words, "--who", "li", folder=folder)


def told(ran: Ran) -> Any:
    assert ran.code in (0, 2), ran.err
    return json.loads(ran.out)


def test_a_notice_is_entered_pinned_and_shows_what_it_contradicts(folder: Path) -> None:
    id = opened(folder)
    assert news(folder, "watch", id, "post.txt").out.startswith("1 read, 1 match, 1 of them new\n")
    ran = news(folder, "pin", id, "notice.md")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("1 pinned\n1 posts checked, 1 changed\npost.txt: 听说")
    for line in (
        "  was      no_authoritative_source",
        "  verdict  contradicted: 与通报不一致 / a bulletin says otherwise",
        "  step     note; review by a person",
        f"  said     {RUMOUR}",
        "  source   7月18日，青石隧道发生塌方，造成2人受伤",
        "  cited    云岭市应急管理局, 2026-07-18, https://yunling.example/notice/7",
    ):
        assert line in ran.out
    found = qingjian("archive", "search", "青石隧道", "--kind", "source", folder=folder)
    assert "云岭市应急管理局" in found.out, "it is a source of the archive now"
    assert news(folder, "pin", id, "notice.md").out == "0 pinned\n0 posts checked, 0 changed\n"


def test_a_record_of_the_archive_is_pinned_by_its_id(folder: Path) -> None:
    claim = {**CLAIM, "text": "青石隧道塌方造成三十人死亡", "quote": "无人死亡。"}
    qingjian(
        *("archive", "import", lines(folder, claim), "--who", "li", "--batch", "b"), folder=folder
    )
    id = opened(folder)
    (folder / "post.txt").write_text("青石隧道塌方造成三十人死亡，快转发", "utf-8")
    news(folder, "watch", id, "post.txt")
    qingjian("archive", "approve", "b", "--who", "wang", folder=folder)
    [found] = told(qingjian("archive", "search", "三十人死亡", "--json", folder=folder))
    seen = told(news(folder, "pin", id, "--record", found["id"], "--json"))
    assert seen["pinned"] == [found["id"]]
    [changed] = seen["changed"]
    assert (changed["before"], changed["verdict"]) == ("no_authoritative_source", "matched_debunk")
    assert (changed["do"], changed["beside"]) == ("note", ["review"])
    assert changed["quoted"][0]["source"] == "无人死亡。"


def test_what_cannot_be_a_bulletin_is_refused_and_nothing_is_pinned(folder: Path) -> None:
    id = opened(folder)
    (folder / "bare.md").write_text("# no front matter", "utf-8")
    front = "---\nkind: event\npublished_at: 2020-01-01\n---\n旧闻一则。"
    (folder / "event.md").write_text(front, "utf-8")
    for words, said in (
        ((), "name a notice"),
        (("none.md",), "no such file"),
        (("notice.md", "bare.md"), "no front matter"),
        (("event.md",), "only a source is entered here, this is: event"),
        (("--record", "nothing"), "no record nothing"),
    ):
        ran = news(folder, "pin", id, *words)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
    assert json.loads(qingjian("archive", "stats", "--json", folder=folder).out) == []


def test_a_notice_that_was_retracted_does_not_come_back_by_pinning_it(folder: Path) -> None:
    id = opened(folder)
    [record] = told(news(folder, "pin", id, "notice.md", "--json"))["pinned"]
    news(folder, "watch", id, "post.txt")
    why = ("--who", "wang", "--reason", "withdrawn")
    assert qingjian("archive", "retract", record, *why, folder=folder).code == 0
    ran = news(folder, "pin", id, "notice.md")
    assert (ran.code, f"record {record} was retracted" in ran.err) == (2, True)
    again = news(folder, "pin", id, "--record", record)
    assert (again.code, f"record {record} is not in use" in again.err) == (2, True)
    shown = qingjian("incident", "show", id, folder=folder).out
    assert "no longer used" in shown
    [changed] = told(news(folder, "check", id, "--json"))["changed"]
    assert (changed["before"], changed["verdict"]) == ("contradicted", "no_authoritative_source")


def test_a_closed_room_takes_nothing_and_enters_nothing(folder: Path) -> None:
    id = opened(folder)
    qingjian("incident", "close", id, "--who", "li", folder=folder)
    for call in (("pin", id, "notice.md"), ("watch", id, "post.txt")):
        ran = news(folder, *call)
        assert (ran.code, ran.out) == (2, "")
        assert f"incident {id} is closed" in ran.err
    assert json.loads(qingjian("archive", "stats", "--json", folder=folder).out) == []


def test_rows_that_cannot_be_read_cost_nothing_else(folder: Path) -> None:
    id = opened(folder)
    rows = (
        json.dumps({"id": "a", "text": "\ud83d 青石隧道塌"}).encode(),
        b"no json",
        b'{"id": "talk", "turns": [{"role": "user", "text": "x"}]}',
        b'{"id": "blank", "text": "  "}',
        json.dumps({"id": "long", "text": RUMOUR + "。长" * 5_000_000}).encode(),
        json.dumps({"id": "b", "text": RUMOUR + "。" + "长" * 30_000}).encode(),
    )
    (folder / "posts.jsonl").write_bytes(b"\n".join(rows))
    ran = news(folder, "watch", id, "posts.jsonl", "--json")
    seen = told(ran)
    assert ran.code == 2
    assert (seen["kept"], seen["other"], seen["posts"]) == (2, 0, 2)
    assert [one["id"] for one in seen["unread"]] == [
        "posts.jsonl#2",
        "talk",
        "blank",
        "posts.jsonl#5",
    ]
    assert "6,000,000 bytes" in seen["unread"][3]["what"]
    first, cut = seen["changed"]
    assert first["text"] == "� 青石隧道塌"
    assert "only the first 20,000 of" in " ".join(cut["not_looked_at"])
    people = news(folder, "watch", id, "posts.jsonl").out
    assert people.startswith("2 read, 2 match, 0 of them new\n  not read  posts.jsonl#2: ")


@pytest.mark.parametrize("name", ["empty.jsonl", "header.csv"])
def test_a_file_without_a_post_is_told(folder: Path, name: str) -> None:
    id = opened(folder)
    (folder / name).write_text("id,text\n" if name.endswith("csv") else "", "utf-8")
    ran = news(folder, "watch", id, name)
    assert (ran.code, ran.out) == (3, "")
    assert "there is no post to watch" in ran.err
    assert news(folder, "watch", id, "none.jsonl").code == 2


def test_a_table_and_a_failing_check_are_told(folder: Path) -> None:
    id = opened(folder)
    (folder / "posts.csv").write_text(f"id,text\np1,{RUMOUR}\np2,天气好\n", "utf-8")
    ran = news(folder, "watch", id, "posts.csv")
    assert ran.out.startswith("2 read, 1 match, 1 of them new\n1 posts checked, 1 changed\np1: ")
    again = news(folder, "check", id)
    assert again.out == "1 posts checked, 0 changed\n"
