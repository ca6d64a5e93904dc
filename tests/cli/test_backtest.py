from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from tests.process import qingjian
from tests.reports.made import SERVES, finding, judged

from qingjian.reports.row import dumps, row

PACK = """
name = "own"
version = "2"
author = "me"
surface = "content"

[[rule]]
id = "lure"
when = "text.scam.hit"
do = "hold"
row = "house_rule"
because = "so"

[[rule]]
id = "certain"
when = "text.scam.score >= 0.9"
do = "remove"
row = "house_rule"
because = "so"
"""
SCAM = dumps(row(judged(finding(detector="text.scam"), id="s", scores={"text.scam": 0.95}), SERVES))
DOSE = dumps(row(judged(finding(detector="text.prescription"), id="d"), SERVES))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(PACK, "utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(SCAM * 3 + DOSE)
    return path


def test_rules_are_told_with_what_they_would_have_done(pack: Path, data: Path) -> None:
    ran = qingjian("policy", "backtest", pack, "--on", data)
    assert ran.code == 0
    assert "4 items decided again by own 2" in ran.out
    assert "remove" in ran.out
    made = json.loads(qingjian("policy", "backtest", pack, "--on", data, "--json").out)
    steps = {step: n for step, n in made["pack"]["steps"].items() if n}
    assert steps == {"pass": 1, "remove": 3}
    assert [r["fired"] for r in made["pack"]["rules"]] == [3, 3]
    assert made["pack"]["rules"][0]["missing"] == {"text.scam": 1}


def test_several_files_and_a_report_to_keep(pack: Path, data: Path, tmp_path: Path) -> None:
    packed = tmp_path / "more.jsonl.gz"
    packed.write_bytes(gzip.compress(SCAM + b"{\n"))
    out = tmp_path / "report.json"
    ran = qingjian("policy", "backtest", pack, "--on", data, packed, "--out", out)
    assert ran.code == 0
    assert f"{packed}:2: no JSON" in ran.out
    made = json.loads(out.read_text("utf-8"))
    assert (made["items"]["decided"], made["items"]["bad_rows"]) == (5, 1)
    again = qingjian("policy", "backtest", pack, "--on", data, "--on", packed, "--json")
    assert json.loads(again.out) == made


def test_one_rule_against_another_pack_and_what_people_decided(
    pack: Path, data: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "decided.csv"
    labels.write_text("id,label\ns,violation\nd,clear\nd,violation\n", "utf-8")
    asked = ("policy", "backtest", pack, "--on", data, "--rule", "lure", "--against", "ugc")
    ran = qingjian(*asked, "--labels", labels)
    assert ran.code == 0
    assert "3 items change step" in ran.out
    assert "  pass → hold" in ran.out
    assert "1 items have both labels: left out" in ran.out
    (rule,) = json.loads(qingjian(*asked, "--labels", labels, "--json").out)["pack"]["rules"]
    assert rule["id"] == "lure"
    assert rule["agreement"]["precision"][0] == 1.0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--rule", "none"), "no rule 'none'"),
        (("--rule", ","), "names no rule"),
        (("--against", "answer"), "for gateway"),
        (("--labels", "none.csv"), "no file 'none.csv'"),
        (("--on", "none.jsonl"), "no file 'none.jsonl'"),
    ],
)
def test_a_wrong_call_is_told(
    pack: Path, data: Path, arguments: tuple[str, ...], told: str
) -> None:
    ran = qingjian("policy", "backtest", pack, "--on", data, *arguments)
    assert ran.code == 2
    assert told in ran.err
    assert ran.out == ""


def test_no_data_is_a_wrong_call(pack: Path) -> None:
    assert qingjian("policy", "backtest", pack).code == 2


def test_nothing_to_decide_is_told_and_why(pack: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b"x\n")
    ran = qingjian("policy", "backtest", pack, "--on", path)
    assert ran.code == 3
    assert f"{path}:1: no JSON" in ran.out
    assert "no row of an item" in ran.err
