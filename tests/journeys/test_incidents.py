from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.incident.test_news import NOTICE, RUMOUR
from tests.process import Ran, environment, qingjian
from tests.watch import ending, wait_for

from qingjian.archive.incidents import LOT, Incidents
from qingjian.store.engine import open_store

ABOUT = "云岭 青石隧道 塌方"
POSTS = {
    "p1": RUMOUR + "，快转发",
    "p2": "今天去河边走了走，风很大",
    "p3": "青石隧道塌方，伤者已送市第三医院",
    "p4": "求购二手自行车一辆",
    "p5": "青石隧道塌方是因为偷工减料吧",
    "p6": "云岭的桃花开了",
}


def write(path: Path, posts: dict[str, str]) -> None:
    rows = (json.dumps({"id": id, "text": text}) for id, text in posts.items())
    path.write_text("\n".join(rows), "utf-8")


def incident(folder: Path, *words: str | Path) -> Ran:
    ran = qingjian("incident", *words, "--db", "a.db", folder=folder)
    assert ran.code == 0, ran.err
    return ran


def shown(folder: Path, id: str) -> Any:
    return json.loads(incident(folder, "show", id, "--json").out)


@pytest.fixture
def id(tmp_path: Path) -> str:
    (tmp_path / "notice.md").write_text(NOTICE, "utf-8")
    ran = incident(tmp_path, "open", "青石隧道塌方", "--about", ABOUT, "--who", "li")
    return ran.out.strip()


def test_from_the_first_rumour_to_the_bulletin_that_answers_it(tmp_path: Path, id: str) -> None:
    write(tmp_path / "posts.jsonl", POSTS)
    ran = incident(tmp_path, "watch", id, "posts.jsonl", "--who", "li")
    assert ran.out.startswith("6 read, 3 match, 3 of them new\n3 posts checked, 3 changed\n")
    before = shown(tmp_path, id)["watched"]
    assert [p["id"] for p in before] == ["p1", "p3", "p5"]
    assert {p["verdict"] for p in before} == {"no_authoritative_source"}
    assert {p["note"]["zh"] for p in before} == {"尚无权威来源"}

    ran = incident(tmp_path, "pin", id, "notice.md", "--who", "wang", "--json")
    changed = {c["id"]: c for c in json.loads(ran.out)["changed"]}
    assert set(changed) == {"p1", "p3"}
    for one, said in (("p1", "12人"), ("p3", "市第三医院")):
        assert changed[one]["verdict"] == "contradicted"
        [quoted] = changed[one]["quoted"]
        assert said in quoted["said"]
        assert "2人受伤，伤者已送市第一医院" in quoted["source"]
        assert "https://yunling.example/notice/7" in quoted["cited"]
    after = shown(tmp_path, id)
    assert after["verdicts"] == {"contradicted": 2, "no_authoritative_source": 1}
    assert {(p["do"], *p["beside"]) for p in after["watched"]} == {("note", "review")}

    [record] = [b["record"] for b in after["pinned"]]
    gone = ("--who", "zhao", "--reason", "the office withdrew it", "--db", "a.db")
    assert qingjian("archive", "retract", record, *gone, folder=tmp_path).code == 0
    late = {"p7": "听说青石隧道又塌方了"}
    write(tmp_path / "late.jsonl", late)
    incident(tmp_path, "watch", id, "late.jsonl", "--who", "li")
    assert shown(tmp_path, id)["verdicts"] == {"no_authoritative_source": 4}
    incident(tmp_path, "close", id, "--who", "li")
    ran = qingjian(
        "incident", "pin", id, "notice.md", "--who", "l", "--db", "a.db", folder=tmp_path
    )
    assert ran.code == 2


def test_a_killed_watch_loses_nothing_that_was_committed(tmp_path: Path, id: str) -> None:
    count = 6_000
    write(tmp_path / "many.jsonl", {f"p{n}": f"青石隧道塌方，第{n}个人说" for n in range(count)})
    rooms = Incidents(open_store(str(tmp_path / "a.db")))
    call = ("incident", "watch", id, "many.jsonl", "--who", "li", "--db", "a.db")
    process = subprocess.Popen(
        [sys.executable, "-m", "qingjian", *call],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.DEVNULL,
    )
    with ending(process):
        wait_for(lambda: rooms.show(id).posts >= LOT)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    kept = rooms.show(id).posts
    assert LOT <= kept < count
    assert kept % LOT == 0
    told = json.loads(incident(tmp_path, *call[1:-2], "--json").out)
    assert (told["kept"], told["known"]) == (count - kept, kept)
    assert told["posts"] == count, "posts that were kept and not checked are checked now"
    assert shown(tmp_path, id)["verdicts"] == {"no_authoritative_source": count}


def test_two_who_watch_at_once_keep_every_post_once(tmp_path: Path, id: str) -> None:
    for name, start in (("one", 0), ("two", 300)):
        posts = {f"p{n}": f"青石隧道塌方，第{n}个人说" for n in range(start, start + 600)}
        write(tmp_path / f"{name}.jsonl", posts)
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "qingjian", "incident", "watch", id, f"{name}.jsonl"]
            + ["--who", name, "--db", "a.db"],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.DEVNULL,
        )
        for name in ("one", "two")
    ]
    assert [process.wait(120) for process in both] == [0, 0]
    told = shown(tmp_path, id)
    assert told["posts"] == 900
    assert len({p["hash"] for p in told["watched"]}) == 900
    assert told["verdicts"] == {"no_authoritative_source": 900}
