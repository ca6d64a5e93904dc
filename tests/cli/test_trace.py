from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cases.desk import row
from tests.cli.case.test_take import written
from tests.labels.formats.samples import png
from tests.process import Ran, qingjian

from qingjian.labels import label


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    (tmp_path / "a.png").write_bytes(label.write(png.plain(), label.mark("p", "img-7")))
    return tmp_path


def trace(folder: Path, *words: str) -> Ran:
    return qingjian("trace", *words, "--who", "wu", folder=folder)


def ruled(folder: Path) -> str:
    """Give a case on a post that mentions the picture, with a ruling."""
    written(folder, "rows.jsonl", [row()])
    written(folder, "posts.jsonl", [{"id": "post-1", "text": "看 img-7", "about": {"who": "u9"}}])
    who = ("--who", "li")
    assert not qingjian(
        *("case", "import", "rows.jsonl", "--items", "posts.jsonl", *who), folder=folder
    ).code
    id = str(json.loads(qingjian("case", "claim", *who, "--json", folder=folder).out)["id"])
    said = ("--row", "2.4.kin_fraud", "--step", "label_add", "--ground", "3.1")
    ran = qingjian("case", "rule", id, *said, "--reason", "冒充亲友要钱", *who, folder=folder)
    assert ran.code == 0, ran.err
    return id


def test_from_a_file_to_its_label_copies_cases_and_rulings(folder: Path) -> None:
    id = ruled(folder)
    call = ("label", "export-unlabelled", "a.png", "--to", "u81", "--agreement", "v3")
    assert not qingjian(*call, "--why", "for TV", "-o", "b.png", folder=folder).code
    ran = trace(folder, "a.png")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "label    1, produce id img-7, by p"
    assert any(
        line.startswith("copy     20") and "to u81, agreement v3: for TV" in line for line in lines
    )
    assert any(line.startswith(f"{id}  content post-1 of u9") for line in lines)
    assert any("ruling 1" in line and "violation by li" in line for line in lines)
    assert lines[-1] == "1 unlabelled copies, 1 cases"
    told = json.loads(trace(folder, "img-7", "--json").out)
    assert (told["produce_ids"], told["sha256"], told["marks"]) == (["img-7"], [], [])
    assert [c["id"] for c in told["cases"]] == [id]
    assert [c["to"] for c in told["copies"]] == ["u81"]


def test_reading_a_case_is_written_into_it(folder: Path) -> None:
    id = ruled(folder)
    assert trace(folder, "img-70").out.endswith("0 unlabelled copies, 0 cases\n" + NO_LOG)
    trace(folder, "img-7")
    told = json.loads(qingjian("case", "show", id, "--events", "--json", folder=folder).out)
    viewed = [(e["who"], e["data"]) for e in told["events"] if e["what"] == "viewed"]
    assert viewed == [("wu", {"trace": ["img-7"]})]


NO_LOG = "no log of unlabelled copies was read: unlabelled-copies.jsonl is not there\n"


def test_what_was_not_read_is_told(folder: Path) -> None:
    (folder / "qingjian.toml").unlink()
    ran = trace(folder, "img-7")
    assert ran.code == 0
    assert NO_LOG in ran.out
    assert ran.out.endswith("no cases were read: there is no database qingjian.db\n")
    assert not (folder / "qingjian.db").exists()


def test_a_file_without_a_label_is_traced_by_its_hash(folder: Path) -> None:
    (folder / "x.bin").write_bytes(b"\x00\x01")
    ran = trace(folder, "x.bin", "--db", "")
    assert ran.code == 2, "the database that the settings name is not there"
    ruled(folder)
    assert trace(folder, "x.bin").out.startswith("label    none with a produce id: traced by")


def test_what_cannot_be_traced_says_so(folder: Path) -> None:
    ruled(folder)
    for words, said in (
        (("img-7", "--log", "none.jsonl"), "no log none.jsonl"),
        (("img-7", "--db", "none.db"), "none.db"),
        ((" ",), "nothing to trace"),
    ):
        ran = trace(folder, *words)
        assert (ran.code, ran.out, said in ran.err) == (2, "", True)
    (folder / "log.jsonl").write_bytes(b'{"seq": 0}\n')
    ran = trace(folder, "img-7", "--log", "log.jsonl")
    assert (ran.code, "the chain is broken" in ran.err) == (2, True)


def test_help_says_what_is_not_logged(folder: Path) -> None:
    said = " ".join(qingjian("trace", "--help", folder=folder).out.split())
    assert "What is not logged, and so not found: writing, repairing" in said
