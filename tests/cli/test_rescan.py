from __future__ import annotations

import json
from pathlib import Path

import orjson
from tests.cases.desk import row
from tests.cases.policy import text
from tests.process import Ran, qingjian


def rescan(folder: Path, *words: str) -> Ran:
    return qingjian("policy", "rescan", "ugc 2", *words, folder=folder)


def test_stored_runs_go_to_the_queue_when_somebody_says_so(tmp_path: Path) -> None:
    rows = [row(f"p{n:03}", "pass", scores={"text.scam": 0.9}) for n in range(103)]
    rows.append(row("torn", "pass", scores={"text.gore": 0.9}))
    (tmp_path / "rows.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    qingjian("case", "import", "rows.jsonl", "--who", "li", folder=tmp_path)
    (tmp_path / "two.toml").write_text(text("2", do="limit"), "utf-8")
    qingjian("policy", "add", "two.toml", "--who", "li", folder=tmp_path)
    told = json.loads(rescan(tmp_path, "--json").out)
    assert (told["affected"], told["moved"], len(told["sample"])) == (
        103,
        {"pass > limit": 103},
        20,
    )
    assert told["torn"] == 1
    assert told["sample"][0] == {"id": "p000", "was": "pass", "now": "limit", "rules": ["scam"]}
    assert "none.db" in rescan(tmp_path, "--db", "none.db").err
    assert rescan(tmp_path, "--do").code == 2
    alone = rescan(tmp_path, "--do", "--who", "li")
    assert (alone.code, "--approved-by" in alone.err) == (2, True)
    both = ("--do", "--who", "li", "--approved-by", "wang")
    assert "the sample was not read" in rescan(tmp_path, *both).err
    done = rescan(tmp_path, *both, "--days", "30", "--read", told["code"])
    assert done.out.splitlines()[0] == "1 rows contradict themselves: passed over"
    assert done.out.splitlines()[1:3] == ["103 affected", "  pass > limit: 103"]
    assert done.out.splitlines()[-1] == "queued: 103 opened, 0 joined, 0 known"
    again = rescan(tmp_path, *both)
    assert again.out.splitlines()[1] == "0 affected"
