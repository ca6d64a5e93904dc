from __future__ import annotations

import json
from pathlib import Path

import orjson
from tests.cases.desk import row
from tests.process import Ran, qingjian

WORDS = "一张无害的红色方块，只给测试用"


def case(folder: Path, *words: str) -> Ran:
    return qingjian("case", *words, folder=folder)


def test_a_case_is_sealed_listed_by_its_clock_and_reported(tmp_path: Path) -> None:
    item = {"id": "post-1", "text": WORDS, "about": {"who": "user-9"}}
    (tmp_path / "rows.jsonl").write_bytes(orjson.dumps(row()))
    (tmp_path / "items.jsonl").write_bytes(orjson.dumps(item))
    case(tmp_path, "import", "rows.jsonl", "--items", "items.jsonl", "--who", "feed")
    assert case(tmp_path, "list", "--sealed").out == "no sealed cases\n"
    (one,) = json.loads(case(tmp_path, "list", "--json").out)["cases"]
    why = ("--who", "li", "--reason", "seems to be a minor")
    sealed = case(tmp_path, "seal", one["id"], *why)
    assert "to be reported by" in sealed.out and WORDS not in sealed.out
    assert case(tmp_path, "seal", one["id"], *why).code == 2
    assert "to be reported by" in case(tmp_path, "list", "--sealed").out
    assert case(tmp_path, "claim", "--who", "wu").code == 3
    assert case(tmp_path, "claim", "--queue", "sealed", "--who", "wu").code == 0
    told = ("--to", "police", "--number", "A-7", "--who", "wu")
    assert "reported" in case(tmp_path, "sealed-report", one["id"], *told).out
    (row_,) = json.loads(case(tmp_path, "list", "--sealed", "--json").out)
    assert (row_["case"], row_["to"], row_["number"]) == (one["id"], "police", "A-7")
    shown = case(tmp_path, "show", one["id"], "--events", "--json").out
    assert WORDS not in shown
    again = case(tmp_path, "replay", one["id"])
    assert "sealed" in again.out and again.code == 2
