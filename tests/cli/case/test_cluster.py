from __future__ import annotations

import json
from pathlib import Path

import orjson
from tests.cases.desk import row
from tests.cases.ring import SAME, member
from tests.process import Ran, qingjian


def case(folder: Path, *words: str) -> Ran:
    return qingjian("case", *words, folder=folder)


def test_a_cluster_is_listed_and_ruled_on_member_by_member(tmp_path: Path) -> None:
    found = row("ring-1", members=[member("acct-a", SAME), member("acct-b", SAME)])
    (tmp_path / "rows.jsonl").write_bytes(orjson.dumps(found))
    case(tmp_path, "import", "rows.jsonl", "--who", "feed")
    (one,) = json.loads(case(tmp_path, "list", "--json").out)["cases"]
    assert (one["kind"], one["subject"]) == ("cluster", "ring-1")
    shown = case(tmp_path, "cluster", one["id"])
    assert shown.out.count("no case") == 2 and "account acct-a" in shown.out
    case(tmp_path, "claim", one["id"], "--who", "li")
    said = ("--row", "house_rule", "--ground", "4.2", "--reason", "同时发出同一段话", "--who", "li")
    heavy = case(tmp_path, "cluster-rule", one["id"], *said, "--step", "close")
    assert (heavy.code, "no step to begin with" in heavy.err) == (2, True)
    done = case(tmp_path, "cluster-rule", one["id"], *said, "--step", "mute:7")
    assert (done.code, done.out.endswith(": 2 done, 0 refused\n")) == (0, True)
    rows = json.loads(case(tmp_path, "cluster", one["id"], "--json").out)
    assert [r["id"] for r in rows] == ["acct-a", "acct-b"] and all(r["case"] for r in rows)
    assert "closed" in case(tmp_path, "cluster", one["id"]).out
    told = case(tmp_path, "show", rows[0]["case"]).out
    assert "mute" in told and "to acct-a: started" in told and "acct-b" not in told
    plain = case(tmp_path, "cluster", rows[0]["case"])
    assert plain.out == "it names no members\n"
