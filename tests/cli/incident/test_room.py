from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.process import qingjian

ABOUT = "云岭 青石隧道 塌方"
POST = "青石隧道塌方了，第{n}个人说"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    return tmp_path


def opened(folder: Path, *words: str) -> str:
    ran = qingjian(
        *("incident", "open", "塌方", "--about", ABOUT, "--who", "li", *words), folder=folder
    )
    assert ran.code == 0, ran.err
    return ran.out.strip()


def test_a_room_is_opened_listed_shown_and_closed(folder: Path) -> None:
    id = opened(folder)
    second = json.loads(opened(folder, "--days", "3", "--json"))["id"]
    listed = qingjian("incident", "list", folder=folder).out.splitlines()
    assert [line.split()[0] for line in listed] == [id, second]
    assert "0 bulletins, 0 posts; open, closes itself 14 days after" in listed[0]
    shown = qingjian("incident", "show", id, folder=folder).out.splitlines()
    assert shown[0] == f"{id}  塌方: {ABOUT}"
    assert shown[-1] == "  0 posts watched"
    ran = qingjian("incident", "close", id, "--who", "wang", folder=folder)
    assert (ran.code, ran.out) == (0, f"{id} closed\n")
    told = json.loads(qingjian("incident", "list", "--json", folder=folder).out)
    assert [(one["closed_by"], one["days"]) for one in told] == [("wang", 14), ("", 3)]
    assert "by wang" in qingjian("incident", "show", id, folder=folder).out
    again = qingjian("incident", "close", id, "--who", "wang", folder=folder)
    assert (again.code, f"incident {id} is closed" in again.err) == (2, True)


def test_so_many_posts_are_shown_as_asked_and_all_to_machines(folder: Path) -> None:
    id = opened(folder)
    rows = "\n".join(json.dumps({"id": f"p{n}", "text": POST.format(n=n)}) for n in range(25))
    (folder / "posts.jsonl").write_text(rows, "utf-8")
    assert qingjian("incident", "watch", id, "posts.jsonl", "--who", "li", folder=folder).code == 0

    def shown(*words: str) -> str:
        return qingjian("incident", "show", id, *words, folder=folder).out

    assert shown().count("\np") == 20
    assert "… and 5 more" in shown()
    assert shown("--most", "3").count("尚无权威来源") == 3
    assert "25 posts watched: no_authoritative_source 25" in shown("--most", "0")
    told = json.loads(shown("--json"))
    assert len(told["watched"]) == 25
    assert told["verdicts"] == {"no_authoritative_source": 25}
    assert len(json.loads(shown("--json", "--most", "2"))["watched"]) == 2


def test_what_a_post_hides_is_shown_and_drives_no_terminal(folder: Path) -> None:
    id = opened(folder)
    row = json.dumps({"id": "\x1b[2J", "text": "青石隧道塌方\u202e了\x1b[31m"})
    (folder / "posts.jsonl").write_text(row, "utf-8")
    ran = qingjian("incident", "watch", id, "posts.jsonl", "--who", "li", folder=folder)
    both = ran.out + qingjian("incident", "show", id, folder=folder).out
    assert "\x1b" not in both
    assert "⟨RLO⟩" in both


def test_without_a_room_nothing_is_listed(folder: Path) -> None:
    ran = qingjian("incident", "list", folder=folder)
    assert (ran.code, "no archive at a.db" in ran.err) == (2, True)
    opened(folder)
    (folder / "b.db").touch()
    assert qingjian("incident", "list", "--db", "b.db", folder=folder).out == (
        "no incident was opened\n"
    )


@pytest.mark.parametrize("words", [("--days", "0"), ("--about", "的了"), ("--who", " ")])
def test_what_is_no_room_is_refused(folder: Path, words: tuple[str, ...]) -> None:
    ran = qingjian(
        *("incident", "open", "塌方", "--about", ABOUT, "--who", "li", *words), folder=folder
    )
    assert (ran.code, ran.out) == (2, "")


def test_an_unknown_room_is_told(folder: Path) -> None:
    opened(folder)
    (folder / "posts.jsonl").write_text('{"text": "x"}', "utf-8")
    for call in (
        ("show", "nothing"),
        ("close", "nothing", "--who", "li"),
        ("check", "nothing", "--who", "li"),
        ("pin", "nothing", "--record", "r", "--who", "li"),
        ("watch", "nothing", "posts.jsonl", "--who", "li"),
    ):
        ran = qingjian("incident", *call, folder=folder)
        assert (ran.code, ran.out) == (2, "")
        assert "no incident nothing" in ran.err
        assert "qingjian incident list" in ran.err
