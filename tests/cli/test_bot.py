from __future__ import annotations

import json
from pathlib import Path

from tests.process import Ran, qingjian


def bot(folder: Path, *words: str) -> Ran:
    return qingjian("bot", *words, folder=folder)


def test_the_inventory_is_filled_audited_and_held_against_a_log(tmp_path: Path) -> None:
    table = "account,owner,model,volume\na,Some Ltd,qwen,10\n,Nobody,m,1\nb,Other Ltd,glm,x\n"
    (tmp_path / "bots.csv").write_text(table, "utf-8")
    ran = bot(tmp_path, "import", "bots.csv", "--who", "li")
    assert (ran.code, ran.out.splitlines()[0]) == (2, "1 read, 1 new or changed")
    assert "bots.csv:3: account is missing" in ran.out and "bots.csv:4: volume 'x'" in ran.out
    told = json.loads(bot(tmp_path, "import", "bots.csv", "--who", "li", "--json").out)
    assert (told["changed"], len(told["refused"])) == (0, 2)
    words = ("--owner", "Third Ltd", "--model", "m", "--filing", "B-1", "--who", "li")
    assert "filed B-1; never audited" in bot(tmp_path, "add", "c", *words).out
    assert len(json.loads(bot(tmp_path, "due", "--json").out)) == 2
    read = ("--sampled", "50", "--who", "zhao", "--reason", "read fifty replies")
    assert "50 of 50 labelled" in bot(tmp_path, "audit", "c", "--labelled", "50", *read).out
    failed = bot(tmp_path, "audit", "a", "--labelled", "3", "--failed", *read).out
    assert failed.startswith("case ")
    assert bot(tmp_path, "due").out == "nothing is due\n"
    listed = qingjian("case", "list", folder=tmp_path)
    assert "account" in listed.out and " a" in listed.out
    closed = bot(tmp_path, "close", "c", "--who", "li", "--reason", "switched off", "--json")
    assert json.loads(closed.out)["state"] == "closed"
    assert len(bot(tmp_path, "list").out.splitlines()) == 2
    assert len(json.loads(bot(tmp_path, "list", "--json").out)) == 2


def test_suspects_are_told_and_looked_into_on_demand(tmp_path: Path) -> None:
    assert bot(tmp_path, "list").code == 2
    words = ("--owner", "Some Ltd", "--model", "m", "--who", "li")
    bot(tmp_path, "add", "known", *words)
    rows = [{"account": a, "at": 1.0, "via": v} for a, v in (("known", "sdk"), ("new", "sdk"))]
    lines = [*map(json.dumps, [*rows, {"account": "person", "at": 2.0, "via": "app"}])]
    (tmp_path / "log.jsonl").write_text("\n".join(lines), "utf-8")
    ran = bot(tmp_path, "suspects", "log.jsonl", "--via", "sdk")
    assert (ran.code, ran.out.splitlines()[1]) == (11, "1 of 3 accounts")
    assert ran.out.startswith("new  unregistered: 1 of 1 replies came through an API")
    assert bot(tmp_path, "suspects", "log.jsonl").out == "0 of 3 accounts\n"
    assert bot(tmp_path, "suspects", "log.jsonl", "--open-cases").code == 2
    opened = ("--via", "sdk", "--open-cases", "--who", "li", "--json")
    told = json.loads(bot(tmp_path, "suspects", "log.jsonl", *opened).out)
    assert [s["account"] for s in told["suspects"]] == ["new"]
    assert "new" in qingjian("case", "list", folder=tmp_path).out
    (tmp_path / "log.jsonl").write_text("\n".join([*lines, "{", "7", '{"at": 1}']), "utf-8")
    ran = bot(tmp_path, "suspects", "log.jsonl", "--via", "sdk")
    assert (ran.code, ran.out.count("refused")) == (2, 3)
    assert bot(tmp_path, "suspects", "none.jsonl").code == 2
    empty = bot(tmp_path, "list", "--db", "none.db")
    assert empty.code == 2
