from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.archive.claims import CLAIM
from tests.cases.desk import row
from tests.process import EXAMPLES, qingjian

POST = {"id": "post-1", "text": "快转账", "about": {"who": "user-9"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    return tmp_path


def taken(folder: Path) -> str:
    """Take one post in and give its case."""
    written(folder, "rows.jsonl", [row()])
    written(folder, "posts.jsonl", [POST])
    ran = qingjian(
        *("case", "import", "rows.jsonl", "--items", "posts.jsonl", "--who", "li"), folder=folder
    )
    assert (ran.code, ran.out) == (0, "1 opened, 0 joined, 0 acted, 0 quiet, 0 known\n"), ran.err
    listed = json.loads(qingjian("case", "list", "--json", folder=folder).out)
    return str(listed["cases"][0]["id"])


def written(folder: Path, name: str, rows: list[Any]) -> None:
    (folder / name).write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")


def test_what_a_scan_of_the_examples_found_is_taken_in(folder: Path) -> None:
    scanned = qingjian(
        "scan", EXAMPLES / "sms", "--format", "jsonl", "-o", "rows.jsonl", folder=folder
    )
    assert scanned.code in (0, 11, 12, 13, 14), scanned.err
    count = len((folder / "rows.jsonl").read_text("utf-8").splitlines())
    ran = qingjian("case", "import", "rows.jsonl", "--who", "li", "--json", folder=folder)
    told = json.loads(ran.out)
    assert ran.code == 0 and told["refused"] == []
    assert told["opened"] + told["joined"] + told["quiet"] == count
    again = qingjian("case", "import", "rows.jsonl", "--who", "li", "--json", folder=folder)
    assert json.loads(again.out)["known"] == count


def test_bad_rows_are_named_and_the_rest_is_taken(folder: Path) -> None:
    (folder / "rows.jsonl").write_bytes(
        b"\xff\xfe\n" + json.dumps(row()).encode() + b"\n\n[]\n" + b'{"id": "x"}\n'
    )
    ran = qingjian("case", "import", "rows.jsonl", "--who", "li", folder=folder)
    assert ran.code == 2
    assert ran.out.startswith("1 opened, 0 joined, 0 acted, 0 quiet, 0 known\n")
    assert [f"rows.jsonl:{n}:" in ran.out for n in (1, 2, 4, 5)] == [True, False, True, True]


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    ran = qingjian("case", "import", "none.jsonl", "--who", "li", folder=folder)
    assert (ran.code, "none.jsonl" in ran.err) == (2, True)


def test_a_report_gives_a_ticket_and_joins_the_open_case(folder: Path) -> None:
    id = taken(folder)
    words = ("case", "report", "post-1", "--words", "冒充我儿子", "--by", "user-2")
    told = json.loads(qingjian(*words, "--json", folder=folder).out)
    assert told == {"id": id}
    shown = json.loads(qingjian("case", "show", id, "--json", folder=folder).out)
    assert shown["reporters"] == ["user-2"]


def test_tick_ends_steps_and_lets_rulings_fall(folder: Path) -> None:
    claim = {**CLAIM, "kind": "claim"}
    written(folder, "claims.jsonl", [claim])
    qingjian("archive", "import", "claims.jsonl", "--who", "li", "--batch", "b", folder=folder)
    qingjian("archive", "approve", "b", "--who", "wu", folder=folder)
    found = json.loads(qingjian("archive", "search", "微波炉", "--json", folder=folder).out)
    record = str((found[0] if isinstance(found, list) else found["results"][0])["id"])
    id = taken(folder)
    qingjian("case", "claim", id, "--who", "li", folder=folder)
    said = ("--row", "2.1.fabricated", "--ground", "规则", "--reason", "已有权威辟谣")
    ruled = qingjian(
        *("case", "rule", id, "--step", "correct", "--record", record, "--who", "li"),
        *said,
        folder=folder,
    )
    assert ruled.code == 0, ruled.err
    assert qingjian("case", "tick", folder=folder).out == (
        "0 steps began or ended, 0 rulings fell\n"
    )
    qingjian("archive", "retract", record, "--who", "li", "--reason", "有误", folder=folder)
    told = json.loads(qingjian("case", "tick", "--json", folder=folder).out)
    assert [(f["case"], f["ruling"], f["record"]) for f in told["fallen"]] == [(id, 1, record)]
    assert "waits for review" in qingjian("case", "show", id, folder=folder).out
