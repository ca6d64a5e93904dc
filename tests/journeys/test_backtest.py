"""A rule is tried on what was scanned before: scan, backtest, and the same decisions come out."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.process import EXAMPLES, spawned

from qingjian.policy.load import read

RULE = """
name = "draft"
version = "1"
author = "me"
surface = "content"

[[rule]]
id = "contact-in-a-scam"
when = "text.scam.hit && text.scam.score >= 0.9"
do = "hold"
row = "house_rule"
because = "An offer that looks like fraud."
"""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the shipped pack without the rules on the item, of which a row does not tell."""
    head, *rules = read("ugc")[0].split("[[rule]]")
    kept = [rule for rule in rules if "item." not in rule]
    assert len(kept) == len(rules) - 2
    path = tmp_path_factory.mktemp("policy") / "live.toml"
    path.write_text("[[rule]]".join([head, *kept]), "utf-8")
    return path


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, policy: Path) -> Path:
    path = tmp_path_factory.mktemp("scanned") / "rows.jsonl"
    spawned("scan", EXAMPLES, "--policy", policy, "--format", "jsonl", "-o", path, "-q")
    return path


def rows(scanned: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in scanned.read_text("utf-8").splitlines()]


def test_the_pack_of_the_time_decides_as_it_did(scanned: Path, policy: Path) -> None:
    ran = spawned("policy", "backtest", policy, "--on", scanned, "--json")
    assert ran.code == 0, ran.err
    made = json.loads(ran.out)
    live = [row["decision"] for row in rows(scanned) if row["decision"]]
    assert made["items"]["decided"] == len(live) > 500
    assert made["items"]["bad_rows"] == 0
    assert made["pack"]["need_person"] == sum(d["needs_person"] for d in live)
    assert {k: v for k, v in made["pack"]["steps"].items() if v} == Counter(d["do"] for d in live)
    fired = Counter(rule for d in live for rule in d["rules"])
    assert {r["id"]: r["fired"] for r in made["pack"]["rules"] if r["fired"]} == fired
    unknown = Counter(rule for d in live for rule in d["unknown"])
    assert all(r["unknown"] >= unknown[r["id"]] for r in made["pack"]["rules"])


def test_a_rule_on_the_item_says_what_the_rows_do_not_tell(scanned: Path) -> None:
    asked = ("--rule", "dose-in-an-answer", "--on", scanned, "--json")
    made = json.loads(spawned("policy", "backtest", "ugc", *asked).out)
    (rule,) = made["pack"]["rules"]
    doses = [
        row["id"]
        for row in rows(scanned)
        if any(f["detector"] == "text.prescription" and not f["against"] for f in row["findings"])
    ]
    assert doses
    assert (rule["fired"], rule["missing"]) == (0, {"the item": len(doses)})


def test_a_draft_is_held_against_the_live_pack_and_what_people_decided(
    scanned: Path, tmp_path: Path
) -> None:
    draft, labels = tmp_path / "draft.toml", tmp_path / "decided.jsonl"
    draft.write_text(RULE, "utf-8")
    hits = {
        row["id"]
        for row in rows(scanned)
        if any(f["detector"] == "text.scam" and not f["against"] for f in row["findings"])
        and row["scores"]["text.scam"] >= 0.9
    }
    assert hits
    decided = [
        {"id": row["id"], "label": "violation" if row["id"] in hits else "clear"}
        for row in rows(scanned)
    ]
    labels.write_text("\n".join(map(json.dumps, decided)), "utf-8")
    asked = ("--on", scanned, "--against", "ugc", "--labels", labels, "--examples", "1000")
    ran = spawned("policy", "backtest", draft, *asked, "--json")
    assert ran.code == 0, ran.err
    made = json.loads(ran.out)
    (rule,) = made["pack"]["rules"]
    assert set(rule["examples"]) == hits
    assert rule["agreement"]["precision"][0] == rule["agreement"]["recall"][0] == 1.0
    stronger = {id for c in made["changes"] if c["to"] == "hold" for id in c["examples"]}
    assert stronger == hits
    shown = spawned("policy", "backtest", draft, *asked)
    assert f"{len(hits)} stronger" in shown.out
