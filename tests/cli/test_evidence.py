from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.cli.case.test_take import taken
from tests.process import Ran, qingjian


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    return tmp_path


def evidence(folder: Path, *words: str) -> Ran:
    return qingjian("evidence", *words, folder=folder)


def test_the_whole_chain_is_exported_and_proven_without_the_database(folder: Path) -> None:
    taken(folder)
    ran = evidence(folder, "export", "--all", "-o", "e.zip")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "e.zip: 2 events of 1 cases, 2 snapshots, 0 absent"
    head = lines[1].split()[-1]
    (folder / "a.db").unlink()
    ran = evidence(folder, "verify", "e.zip")
    assert ran.code == 0
    assert ran.out.splitlines()[1:] == [
        "2 events, 2 snapshots, 0 absent",
        f"proven: the whole chain to event 2, {head}",
    ]
    ran = evidence(folder, "verify", "e.zip", "--head", head.upper())
    assert ran.out.splitlines()[-1] == "the hash noted before is that of event 2"
    ran = evidence(folder, "verify", "e.zip", "--head", "0" * 64)
    assert (ran.code, "broken  hash 000" in ran.out) == (2, True)


def test_one_case_says_what_it_does_not_prove(folder: Path) -> None:
    id = taken(folder)
    ran = evidence(folder, "export", id, "--no-content", "-o", "e.zip", "--json")
    made = json.loads(ran.out)
    assert (made["scope"], made["cases"], made["content"]) == ("cases", [id], False)
    assert made["detectors"]["text.scam"] == "1"
    ran = evidence(folder, "verify", "e.zip")
    assert ran.code == 0
    assert "not proven: that none is missing, and that they stand in the chain" in ran.out
    told = json.loads(evidence(folder, "verify", "e.zip", "--json").out)
    assert (told["whole"], told["events"], told["broken"]) == (True, 2, [])


def test_what_is_broken_is_named_with_its_hidden_letters(folder: Path) -> None:
    taken(folder)
    evidence(folder, "export", "--all", "-o", "e.zip")
    with ZipFile(folder / "e.zip", "a") as zip:
        zip.writestr("../\u202eevil", b"x")
        for n in range(150):
            zip.writestr(f"more{n}", b"")
    ran = evidence(folder, "verify", "e.zip")
    assert ran.code == 2
    assert ran.out.startswith("broken  ../⟨RLO⟩evil: it does not belong in evidence\n")
    assert "  151 in all\n" in ran.out
    assert "proven" not in ran.out
    (folder / "e.zip").write_bytes((folder / "e.zip").read_bytes()[:-5])
    ran = evidence(folder, "verify", "e.zip")
    assert (ran.code, ran.out, "cut short" in ran.err) == (2, "", True)


def test_a_zip_without_a_manifest_is_none_of_ours(folder: Path) -> None:
    with ZipFile(folder / "e.zip", "w") as zip:
        zip.writestr("a.txt", b"x")
    ran = evidence(folder, "verify", "e.zip")
    assert ran.code == 2
    assert ran.out.splitlines() == [
        "broken  a.txt: it does not belong in evidence",
        "broken  manifest.json: it is missing",
    ]


def test_what_cannot_be_exported_says_so(folder: Path) -> None:
    id = taken(folder)
    for words, said in (
        ((), "say which cases, or --all"),
        ((id, "--all"), "say which cases, or --all"),
        (("none",), "no case none"),
        (("--all", "--db", "none.db"), "none.db"),
    ):
        ran = evidence(folder, "export", *words, "-o", "e.zip")
        assert (ran.code, ran.out, said in ran.err) == (2, "", True)
    assert not (folder / "e.zip").exists()
    ran = evidence(folder, "verify", "e.zip")
    assert (ran.code, "e.zip cannot be read" in ran.err) == (2, True)
