from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.case.test_rule import SAID, case, run
from tests.cli.case.test_take import taken
from tests.process import qingjian


@pytest.fixture
def ruled(tmp_path: Path) -> tuple[Path, str]:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    id = taken(tmp_path)
    run(tmp_path, "claim", id)
    run(tmp_path, "rule", id, "--step", "remove", "--step", "correct", *SAID)
    return tmp_path, id


def appealed(folder: Path, id: str, owner: str = "user-9") -> int:
    words = ("--owner", owner, "--words", "这是我和家人的聊天")
    return qingjian("case", "appeal", id, *words, folder=folder).code


def test_who_ruled_cannot_judge_and_what_is_overturned_is_taken_back(
    ruled: tuple[Path, str],
) -> None:
    folder, id = ruled
    assert appealed(folder, id, "user-1") == 2
    assert appealed(folder, id) == 0
    assert run(folder, "claim", id).code == 2
    run(folder, "claim", id, who="wu")
    words = ("--outcome", "overturned", "--reason", "确系家人之间的对话")
    assert run(folder, "judge", id, *words, who="wu").code == 0
    told = case(folder, id)
    assert [d["state"] for d in told["dispositions"]] == ["reversed", "reversed"]
    assert told["appeals"][0]["judged_by"] == "wu"
    assert appealed(folder, id) == 2


def test_a_part_can_stand(ruled: tuple[Path, str]) -> None:
    folder, id = ruled
    appealed(folder, id)
    run(folder, "claim", id, who="wu")
    reason = ("--reason", "内容应当恢复，保留说明")
    missing = run(folder, "judge", id, "--outcome", "partly", *reason, who="wu")
    assert (missing.code, "keep" in missing.err) == (2, True)
    run(folder, "judge", id, "--outcome", "partly", "--keep", "1.2", *reason, who="wu")
    assert [d["state"] for d in case(folder, id)["dispositions"]] == ["reversed", "active"]


def test_an_outcome_nobody_knows_is_refused(ruled: tuple[Path, str]) -> None:
    folder, id = ruled
    appealed(folder, id)
    run(folder, "claim", id, who="wu")
    ran = run(folder, "judge", id, "--outcome", "maybe", "--reason", "说不清楚啊啊", who="wu")
    assert (ran.code, "overturned" in ran.err) == (2, True)
