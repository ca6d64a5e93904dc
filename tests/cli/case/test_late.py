from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.case.test_appeal import appealed
from tests.cli.case.test_rule import SAID, run
from tests.cli.case.test_take import taken
from tests.process import qingjian


@pytest.fixture
def fell(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    id = taken(tmp_path)
    run(tmp_path, "claim", id)
    run(tmp_path, "rule", id, "--step", "remove", *SAID)
    appealed(tmp_path, id)
    run(tmp_path, "claim", id, who="wu")
    words = ("--outcome", "overturned", "--reason", "确系家人之间的对话")
    assert run(tmp_path, "judge", id, *words, who="wu").code == 0
    return tmp_path


def test_what_fell_is_counted_written_and_measured(fell: Path) -> None:
    verb = ("case", "late-negatives")
    assert "text.scam: 1 of 1 fell (" in qingjian(*verb, folder=fell).out
    [one] = json.loads(qingjian(*verb, "--json", folder=fell).out)
    assert (one["ruled"], one["fell"]) == (1, 1)
    rows = ("text.scam", "--who", "chen", "-o", "late.jsonl")
    assert "1 rows written to late.jsonl, 0 left out" in qingjian(*verb, *rows, folder=fell).out
    measured = qingjian("eval", "text.scam", "--data", "late.jsonl", "--json", folder=fell)
    assert measured.code == 0, measured.err
    [told] = json.loads(measured.out)["sets"]
    assert (told["n"], told["positives"]) == (1, 0)
    again = qingjian(*verb, *rows, folder=fell)
    assert (again.code, "is there already" in again.err) == (2, True)


def test_rows_are_not_written_without_saying_who_and_where(fell: Path) -> None:
    for words in (("text.scam",), ("text.scam", "-o", "late.jsonl"), ("-o", "late.jsonl")):
        assert qingjian("case", "late-negatives", *words, folder=fell).code == 2
    assert not (fell / "late.jsonl").exists()
