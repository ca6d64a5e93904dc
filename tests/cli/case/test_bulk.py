from __future__ import annotations

import json
from pathlib import Path

import orjson
from tests.cases.desk import row
from tests.process import Ran, qingjian

SAID = ("--row", "2.4.kin_fraud", "--ground", "3.1", "--reason", "冒充亲友要钱")


def case(folder: Path, *words: str) -> Ran:
    return qingjian("case", *words, folder=folder)


def test_many_are_ruled_on_after_a_sample_was_read_and_taken_back(tmp_path: Path) -> None:
    ids = [f"p{n}" for n in range(6)]
    items = [{"id": id, "text": "妈，转我五千，急用", "about": {"who": "user-9"}} for id in ids]
    (tmp_path / "rows.jsonl").write_bytes(b"\n".join(orjson.dumps(row(id)) for id in ids))
    (tmp_path / "items.jsonl").write_bytes(b"\n".join(map(orjson.dumps, items)))
    case(tmp_path, "import", "rows.jsonl", "--items", "items.jsonl", "--who", "feed")
    listed = json.loads(case(tmp_path, "list", "--json").out)
    listed = listed["cases"] if isinstance(listed, dict) else listed
    named = [one["id"] for one in listed]
    found = json.loads(case(tmp_path, "alike", named[0], "--json").out)
    assert sorted([named[0], *(one["case"] for one in found)]) == sorted(named)
    assert "1.00" in case(tmp_path, "alike", named[0]).out
    shown = case(tmp_path, "bulk", *named, "--who", "li")
    assert shown.code == 0 and "妈，转我五千，急用" in shown.out
    read = shown.out.split("--read ")[1].strip()
    told = json.loads(case(tmp_path, "bulk", *named, "--who", "li", "--json").out)
    assert sorted(told["sample"]) == read.split(",")
    step = ("--step", "limit_distribution:3", "--who", "li")
    assert case(tmp_path, "bulk", *named, "--read", named[0], *SAID, *step).code == 2
    done = case(tmp_path, "bulk", *named, "--read", read, *SAID, *step)
    assert (done.code, done.out.endswith(": 6 done, 0 refused\n")) == (0, True)
    again = case(tmp_path, "bulk", *named, "--read", read, *SAID, *step)
    assert (again.code, "0 done, 6 refused" in again.out) == (2, True)
    batch = done.out.split()[1].rstrip(":")
    why = ("--who", "li", "--reason", "another offer", "--json")
    back = json.loads(case(tmp_path, "bulk-undo", batch, *why).out)
    assert (len(back["done"]), back["refused"]) == (6, [])
    assert "reversed" in case(tmp_path, "show", named[0]).out
    assert case(tmp_path, "alike", named[0]).out == "nothing is alike\n"
