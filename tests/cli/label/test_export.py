from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from tests.labels.formats.samples import markdown, png
from tests.process import Ran, qingjian

from qingjian.core.ledger import Ledger
from qingjian.labels import label

MADE = label.write(png.plain(), label.mark("p", "7"))
ASKED = ("--to", "u81", "--agreement", "v3", "--why", "for TV")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(MADE)
    return tmp_path


def export(folder: Path, *arguments: str, asked: tuple[str, ...] = ASKED) -> Ran:
    return qingjian("label", "export-unlabelled", *arguments, *asked, folder=folder)


def test_the_log_has_who_what_and_why(folder: Path) -> None:
    ran = export(folder, "a.png", "-o", "b.png", "--json")
    assert (ran.code, ran.err) == (0, "")
    (told,) = ran.rows
    assert (told["to"], told["agreement"], told["why"]) == ("u81", "v3", "for TV")
    assert (told["seq"], told["file"], told["produce_id"]) == (0, "a.png", "7")
    assert told["implicit"] == "kept"
    assert (folder / "b.png").read_bytes() == (folder / "a.png").read_bytes() == MADE
    copy = hashlib.sha256((folder / "b.png").read_bytes()).hexdigest()
    assert told["sha256_copy"] == copy
    (entry,) = Ledger(folder / "unlabelled-copies.jsonl").entries()
    assert entry.hash == told["hash"]
    assert entry.data.items() <= told.items()


def test_people_are_told_where_it_is_written_down(folder: Path) -> None:
    log = ("--log", "logs/l.jsonl")
    for number in (0, 1):
        ran = export(folder, "a.png", "-o", "b.png", *log)
        assert ran.out.startswith(
            f"b.png: without an explicit label; entry {number} of logs/l.jsonl, 20"
        )
    assert Ledger(folder / "logs" / "l.jsonl").verify().entries == 2


def test_the_log_comes_first(folder: Path) -> None:
    for log in ("log", "a.png/log"):
        (folder / "log").mkdir(exist_ok=True)
        ran = export(folder, "a.png", "-o", "c.png", "--log", log)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("qingjian: ")
        assert not (folder / "c.png").exists()
    torn = folder / "torn.jsonl"
    torn.write_text('{"seq": 0}\n')
    ran = export(folder, "a.png", "-o", "c.png", "--log", "torn.jsonl")
    assert ran.code == 2
    assert not (folder / "c.png").exists()
    assert torn.read_text() == '{"seq": 0}\n'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.png", "-o", "a.png"), "are three files"),
        (("a.png", "-o", "log.jsonl", "--log", "log.jsonl"), "are three files"),
        (("a.png", "-o", "b.png", "--log", "a.png"), "are three files"),
        (("a.png", "-o", "in"), "in cannot be written"),
        (("a.png", "-o", "no/b.png"), "no/b.png cannot be written"),
        (("gone.png", "-o", "b.png"), "no file 'gone.png'"),
        (("in", "-o", "b.png"), "no file 'in'"),
        (("plain.md", "-o", "b.md"), "plain.md has no label in its metadata"),
        (("torn.png", "-o", "b.png"), "byte"),
        (("a.png", "-o", "b.png", "--why", " "), "why is empty"),
        (("a.png", "-o", "b.png", "--to", os.fsdecode(b"\xff")), "UTF-8 alone"),
    ],
)
def test_a_wrong_call_is_told_and_nothing_is_written(
    arguments: tuple[str, ...], said: str, folder: Path
) -> None:
    (folder / "plain.md").write_bytes(markdown.plain())
    (folder / "torn.png").write_bytes(MADE[:-20])
    (folder / "in").mkdir()
    before = {p: p.is_file() and p.read_bytes() for p in folder.rglob("*")}
    ran = export(folder, *ASKED, *arguments, asked=())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("qingjian: ") and said in ran.err
    after = {p: p.is_file() and p.read_bytes() for p in folder.rglob("*")}
    empty = {folder / "unlabelled-copies.jsonl": b""}
    assert {**after, **empty} == {**before, **empty}


def test_a_name_that_is_no_utf8_is_told(folder: Path) -> None:
    name = os.fsdecode(b"\xff.png")
    (folder / name).write_bytes(MADE)
    ran = export(folder, name, "-o", "b.png")
    assert (ran.code, ran.out) == (2, "")
    assert "UTF-8 alone" in ran.err
    ran = export(folder, "a.png", "-o", name, "--json")
    assert json.loads(ran.out)["file"] == "a.png"
    assert (folder / name).read_bytes() == MADE


def test_the_label_in_the_metadata_goes_too_when_asked(folder: Path) -> None:
    ran = export(folder, "a.png", "-o", "b.png", "--without-implicit", "--json")
    assert ran.code == 0
    assert ran.rows[0]["implicit"] == "removed"
    assert label.read(folder / "b.png") == []


def test_a_file_that_shows_its_label_is_refused(folder: Path) -> None:
    (folder / "a.md").write_text("本内容由人工智能生成\n\n正文。\n", "utf-8")
    label.write_file(folder / "a.md", label.mark("p", "7"))
    ran = export(folder, "a.md", "-o", "b.md")
    assert ran.code == 2
    assert "shows an explicit label" in ran.err
    assert not (folder / "b.md").exists()
