from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.case.test_take import taken
from tests.process import qingjian


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    return tmp_path


def test_the_next_case_is_claimed_released_put_off_and_passed_on(folder: Path) -> None:
    id = taken(folder)

    def run(verb: str, *words: str, who: str = "li") -> tuple[int, str]:
        ran = qingjian("case", verb, *words, "--who", who, folder=folder)
        return ran.code, ran.out + ran.err

    assert run("claim")[1].startswith(id)
    assert run("claim", who="wu") == (3, "nothing waits\n")
    assert "is with li" in run("claim", id, who="wu")[1]
    assert run("release", id)[0] == 0
    assert run("claim", "--queue", "1.6") == (3, "nothing waits\n")
    assert run("claim", "--queue", "2.4", "--state", "review", who="wu")[0] == 0
    assert run("snooze", id, "--hours", "1", "--reason", "等待权威通报", who="wu")[0] == 0
    assert run("claim") == (3, "nothing waits\n")
    assert run("claim", id)[0] == 0
    assert run("skip", id, "--reason", "我认识当事人")[0] == 0
    code, told = run("claim", id)
    assert (code, "another person" in told) == (2, True)


def test_a_claim_is_told_to_machines(folder: Path) -> None:
    id = taken(folder)
    told = json.loads(qingjian("case", "claim", "--who", "li", "--json", folder=folder).out)
    assert (told["id"], told["task"]["by"]) == (id, "li")


def test_a_reason_of_a_word_is_none(folder: Path) -> None:
    id = taken(folder)
    qingjian("case", "claim", id, "--who", "li", folder=folder)
    ran = qingjian("case", "skip", id, "--reason", "no", "--who", "li", folder=folder)
    assert (ran.code, "needs a reason" in ran.err) == (2, True)
