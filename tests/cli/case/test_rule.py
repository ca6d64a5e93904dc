from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.case.test_take import taken
from tests.process import Ran, qingjian

SAID = ("--row", "2.4.kin_fraud", "--ground", "社区规则3.1", "--reason", "冒充亲友索要钱款")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    return tmp_path


def run(folder: Path, verb: str, id: str, *words: str, who: str = "li") -> Ran:
    return qingjian("case", verb, id, *words, "--who", who, folder=folder)


def case(folder: Path, id: str) -> Any:
    return json.loads(qingjian("case", "show", id, "--json", folder=folder).out)


def test_a_heavy_step_waits_for_a_second_person_who_may_refuse(folder: Path) -> None:
    id = taken(folder)
    run(folder, "claim", id)
    assert run(folder, "rule", id, "--step", "block_hash", *SAID).code == 0
    assert case(folder, id)["dispositions"][0]["state"] == "held"
    assert run(folder, "claim", id).code == 2
    run(folder, "claim", id, who="wu")
    refused = run(folder, "refuse", id, "--reason", "删除即可，不必拦截", who="wu")
    assert refused.code == 0 and "waits for review" in refused.out
    run(folder, "claim", id)
    run(folder, "rule", id, "--step", "block_hash", *SAID)
    run(folder, "claim", id, who="wu")
    assert run(folder, "approve", id, who="wu").code == 0
    assert [d["state"] for d in case(folder, id)["dispositions"]] == ["refused", "active"]


def test_no_step_is_no_violation_and_a_closed_case_can_be_opened_again(folder: Path) -> None:
    id = taken(folder)
    run(folder, "claim", id)
    ran = run(folder, "rule", id, "--row", "2.4.kin_fraud", "--reason", "是家人之间的玩笑")
    assert "no_violation" in ran.out
    assert "waits for review" in run(folder, "reopen", id, "--reason", "又有人举报了").out


def test_one_step_is_taken_back(folder: Path) -> None:
    id = taken(folder)
    run(folder, "claim", id)
    run(folder, "rule", id, "--step", "remove", "--step", "disable_interaction:3", *SAID)
    ran = run(folder, "lift", id, "1.2", "--reason", "已经改正了，恢复")
    assert ran.code == 0
    assert [d["state"] for d in case(folder, id)["dispositions"]] == ["active", "reversed"]
    assert run(folder, "lift", id, "1.2", "--reason", "已经改正了，恢复").code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--step", "mute"), "no step against content"),
        (("--step", "fly"), "no step 'fly'"),
        (("--step", "remove:x"), "STEP:DAYS"),
        (("--step", "remove:9999"), "3650 days"),
    ],
)
def test_a_step_that_cannot_be_taken_is_refused(
    folder: Path, words: tuple[str, ...], told: str
) -> None:
    id = taken(folder)
    run(folder, "claim", id)
    ran = run(folder, "rule", id, *words, *SAID)
    assert (ran.code, told in ran.err) == (2, True)
    assert case(folder, id)["rulings"] == []


def test_a_row_that_is_declined_is_no_ground(folder: Path) -> None:
    id = taken(folder)
    run(folder, "claim", id)
    said = ("--row", "2.1.policy_reading", "--ground", "x", "--reason", "对政策的解读不当")
    ran = run(folder, "rule", id, "--step", "remove", *said)
    assert (ran.code, "declined" in ran.err) == (2, True)
