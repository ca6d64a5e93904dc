from __future__ import annotations

import json
from pathlib import Path

from tests.evals.toy import jsonl
from tests.process import Ran, qingjian

RESTING = """
name = "own"
version = "1"
author = "trial"
surface = "content"
without_person = ["note", "label"]

[[rule]]
id = "listed"
row = "house_rule"
when = "list.words.hit"
do = "label"
because = "A term of the list stands in it."
"""


def imported(folder: Path, data: bytes, *options: str | Path) -> Ran:
    (folder / "words.txt").write_bytes(data)
    rows = [
        {"id": "a", "text": "恭喜你中奖啦，小朋友", "label": 0},
        {"id": "b", "text": "代办假证", "label": 1},
        {"id": "c", "text": "今天天气不错", "label": 0},
    ]
    benign = jsonl(folder / "rows.jsonl", rows)
    out = folder / "words.toml"
    given = ("--author", "trust team", "--out", out, "--benign", benign, *options)
    return qingjian("lexicon", "import", folder / "words.txt", *given)


def test_a_list_is_imported_and_finds(tmp_path: Path) -> None:
    ran = imported(tmp_path, "代办假证\n中奖\n中奖\nx\n".encode())
    assert ran.code == 0
    assert "words.txt:4: left out: fewer than two characters" in ran.err
    assert "2 terms" in ran.out and "by trust team from words.txt" in ran.out
    assert "found something in 1 of 2 harmless texts" in ran.out
    assert "1 stood twice, 1 were left out" in ran.out
    assert "中奖 stands in 1 harmless texts" in ran.out
    lists = tmp_path / "lists"
    lists.mkdir()
    (tmp_path / "words.toml").rename(lists / "words.toml")
    (tmp_path / "own.toml").write_text(RESTING, "utf-8")
    (tmp_path / "post.txt").write_text("可以代辦假證", "utf-8")
    settings = {"QINGJIAN_LISTS": str(lists), "QINGJIAN_POLICY": str(tmp_path / "own.toml")}
    scanned = qingjian("scan", tmp_path / "post.txt", "-q", "-f", "jsonl", settings=settings)
    row = json.loads(scanned.out.splitlines()[0])
    assert "list.words" in {f["detector"] for f in row["findings"]}
    assert (row["decision"]["do"], row["decision"]["needs_person"]) == ("label", True)
    checked = qingjian("policy", "check", tmp_path / "own.toml", settings=settings)
    assert checked.code == 0
    assert "list.words is not measured" in checked.out
    told = json.loads(
        qingjian("policy", "check", tmp_path / "own.toml", "--json", settings=settings).out
    )
    assert told[0]["lists"]["list.words"].startswith("2 terms, taken in on")
    assert "2 terms, taken in on" in checked.out and "1 of 2 harmless texts" in checked.out


def test_strictly_nothing_is_written_when_something_is_left_out(tmp_path: Path) -> None:
    ran = imported(tmp_path, "代办假证\nx\n".encode(), "--strict")
    assert ran.code == 2
    assert "words.txt:2: left out" in ran.err and "1 entries are left out" in ran.err
    assert not (tmp_path / "words.toml").exists()


def test_a_list_is_never_replaced(tmp_path: Path) -> None:
    assert imported(tmp_path, "代办假证\n".encode(), "--strict").code == 0
    before = (tmp_path / "words.toml").read_bytes()
    again = imported(tmp_path, "刷单返利\n".encode())
    assert again.code == 2
    assert "is there already" in again.err
    assert (tmp_path / "words.toml").read_bytes() == before


def test_what_is_no_list_is_told(tmp_path: Path) -> None:
    for data, options, told in (
        ("假证".encode("gb18030"), (), "the list is no utf-8"),
        (b"\n\n", (), "holds no term"),
        (b"abc", ("--row", "9.9.none"), "no row '9.9.none'"),
        (b"abc", ("--format", "osprey"), "no format 'osprey'"),
    ):
        ran = imported(tmp_path, data, *options)
        assert (ran.code, told in ran.err) == (2, True), ran.err


def test_a_rule_on_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(RESTING, "utf-8")
    checked = qingjian("policy", "check", tmp_path / "own.toml")
    assert checked.code == 2
    assert "list.words" in checked.out
