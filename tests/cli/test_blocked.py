from __future__ import annotations

import json
from pathlib import Path

from tests.process import Ran, qingjian

from qingjian.core.hashing import sha256

RED = "一个无害的红色方块\n".encode()
WHY = ("--reason", "spoke with whoever it shows")


def blocked(folder: Path, *words: str) -> Ran:
    return qingjian("blocked", *words, folder=folder)


def test_a_copy_is_found_by_check_and_by_scan_once_somebody_agreed(tmp_path: Path) -> None:
    (tmp_path / "red.txt").write_bytes(RED)
    (tmp_path / "none.txt").write_bytes(b"")
    (tmp_path / "qingjian.toml").write_text('db = "qingjian.db"\n')
    assert blocked(tmp_path, "list").code == 2
    assert blocked(tmp_path, "submit", "x", "--who", "li").code == 2
    made = blocked(tmp_path, "submit", sha256(RED), "--who", "li", "--json")
    told = json.loads(made.out)
    id = str(told["id"])
    assert blocked(tmp_path, "check", "red.txt").code == 0
    assert blocked(tmp_path, "approve", id, "--who", "li", *WHY).code == 2
    assert " approved " in blocked(tmp_path, "approve", id, "--who", "wu", *WHY).out
    found = blocked(tmp_path, "check", "red.txt", "none.txt")
    assert (found.code, found.out.count("not blocked")) == (14, 1)
    assert blocked(tmp_path, "check", "gone.txt").code == 2
    scan = ("scan", "red.txt", "--only", "text.scam", "--format", "jsonl")
    seen = qingjian(*scan, folder=tmp_path)
    row = json.loads(seen.out)
    assert (seen.code, row["decision"]["do"]) == (14, "queue")
    assert [f["detector"] for f in row["findings"]] == ["blocked.hash"]
    assert "blocked by hash" in row["findings"][0]["why"]
    listed = json.loads(blocked(tmp_path, "list", "--json").out)
    assert "ticket" not in listed[0] and listed[0]["state"] == "approved"
    assert blocked(tmp_path, "list", "--state", "waiting").out == "no hashes\n"
    assert " withdrawn " in blocked(tmp_path, "withdraw", told["ticket"]).out
    assert qingjian(*scan, folder=tmp_path).code == 0


def test_what_is_refused_blocks_nothing(tmp_path: Path) -> None:
    (tmp_path / "red.txt").write_bytes(RED)
    made = blocked(tmp_path, "submit", sha256(RED), "--who", "li")
    assert "the ticket is " in made.out
    id = made.out.split()[1]
    assert " refused " in blocked(tmp_path, "refuse", id, "--who", "wu", *WHY).out
    assert blocked(tmp_path, "check", "red.txt", "--json").out == '{\n  "red.txt": []\n}\n'
