from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from tests.cases.desk import row
from tests.cases.policy import text
from tests.process import Ran, qingjian


def policy(folder: Path, *words: str) -> Ran:
    return qingjian("policy", *words, folder=folder)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "one.toml").write_text(text("1"), "utf-8")
    (tmp_path / "two.toml").write_text(text("2", least=0.995, do="hold"), "utf-8")
    for name in ("one", "two"):
        assert policy(tmp_path, "add", f"{name}.toml", "--who", "li").code == 0
    return tmp_path


def test_a_policy_is_added_tried_published_by_another_and_rolled_back(desk: Path) -> None:
    assert policy(desk, "shadow", "ugc 2", "--who", "li").out.split()[3] == "shadow"
    rows = [row(f"p{n}", "queue", scores={"text.scam": n / 10}) for n in range(10)]
    (desk / "rows.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    assert qingjian("case", "import", "rows.jsonl", "--who", "li", folder=desk).code == 0
    tallied = policy(desk, "tally", "ugc 2").out.splitlines()
    assert tallied[0] == "10 rows: pass 10; 0 need a person"
    assert tallied[2].startswith("  queue > pass: 10 (p0, p1,")
    refused = policy(desk, "publish", "ugc 1", "--who", "li")
    assert (refused.code, "another person publishes it" in refused.err) == (2, True)
    for number in ("1", "2"):
        assert policy(desk, "publish", f"ugc {number}", "--who", "wang").code == 0
    states = [v["state"] for v in json.loads(policy(desk, "versions", "--json").out)]
    assert states == ["retired", "live"]
    ran = policy(desk, "rollback", "ugc", "--who", "wang", "--reason", "held too many", "--json")
    assert json.loads(ran.out)["number"] == "1"
    assert policy(desk, "retire", "ugc 1", "--who", "wang", "--reason", "tried enough").code == 0
    listed = policy(desk, "versions").out.splitlines()
    assert [line.split()[3] for line in listed] == ["retired", "retired"]


def test_the_live_version_decides_what_is_scanned_with_the_database(desk: Path) -> None:
    (desk / "post.txt").write_text("妈，我手机坏了，先加这个微信，急用钱，转我五千", "utf-8")

    def decided(db: str, *words: str) -> str:
        asked = ("scan", "post.txt", "--format", "jsonl", *words)
        ran = qingjian(*asked, folder=desk, settings={"QINGJIAN_DB": db})
        return str(ran.rows[0]["decision"]["policy"])

    assert decided("qingjian.db") != "ugc 1"
    assert policy(desk, "publish", "ugc 1", "--who", "wang").code == 0
    assert decided("qingjian.db") == "ugc 1"
    assert decided("") != "ugc 1"
    assert decided("none.db") != "ugc 1"
    assert decided("qingjian.db", "--policy", "prompt").startswith("prompt ")


def test_a_version_is_shown_and_held_against_another(desk: Path) -> None:
    shown = policy(desk, "show", "ugc 2")
    assert shown.out.endswith(text("2", least=0.995, do="hold").strip() + "\n")
    told = json.loads(policy(desk, "show", "ugc 2", "--json").out)
    assert told["text"] == text("2", least=0.995, do="hold")
    assert policy(desk, "show", told["hash"][:8]).out == shown.out
    told = json.loads(policy(desk, "diff", "ugc 1", "two.toml", "--json").out)
    assert [(one["change"], one["rule"]) for one in told] == [("changed", "scam")] * 2
    assert "scam: do was 'queue', is 'hold'" in policy(desk, "diff", "ugc 1", "ugc 2").out
    assert policy(desk, "diff", "ugc 1", "one.toml").out == "the rules are the same\n"
    assert policy(desk, "resume", "ugc 1", "scam", "--who", "li", "--reason", "looked at").code == 2


def test_what_is_unfit_or_not_there_is_told_on_a_line(tmp_path: Path, desk: Path) -> None:
    (tmp_path / "bad.toml").write_text(text().replace("queue", "sing"), "utf-8")
    refused = policy(tmp_path, "add", "bad.toml", "--who", "li")
    assert (refused.code, "bad.toml is unfit" in refused.err) == (2, True)
    assert policy(tmp_path, "show", "ugc 9").code == 2
    assert policy(tmp_path, "versions", "--db", "none.db").code == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    qingjian("case", "report", "p", "--words", "冒充我要钱", "--by", "u", folder=empty)
    assert policy(empty, "versions").out == "there is no version\n"
