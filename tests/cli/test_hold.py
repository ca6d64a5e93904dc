from __future__ import annotations

import json
from pathlib import Path

from tests.process import Ran, qingjian


def hold(folder: Path, *words: str) -> Ran:
    return qingjian("hold", *words, folder=folder)


def test_a_hold_is_added_listed_and_lifted_by_somebody_else(tmp_path: Path) -> None:
    assert hold(tmp_path, "list").code == 2
    qingjian("case", "report", "p", "--words", "冒充我要钱", "--by", "u", folder=tmp_path)
    assert hold(tmp_path, "list").out == "nothing was ever held\n"
    words = ("--who", "li", "--reason", "the police asked")
    made = hold(tmp_path, "add", "content:p", "--until", "2099-01-01", *words)
    assert " content:p until 2099-01-01T00:00:00Z  li " in made.out
    id = made.out.split()[0]
    assert hold(tmp_path, "add", "content:p", "--until", "tomorrow", *words).code == 2
    assert hold(tmp_path, "lift", id, *words).code == 2
    lifted = hold(tmp_path, "lift", id, "--who", "wang", "--reason", "the case is closed", "--json")
    assert json.loads(lifted.out)["lifted_by"] == "wang"
    assert "lifted by wang" in hold(tmp_path, "list").out
    assert len(json.loads(hold(tmp_path, "list", "--json").out)) == 1
