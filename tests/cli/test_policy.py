from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.plugin import plugged
from tests.process import qingjian, spawned

from qingjian.policy.load import shipped

PACK = """
name = "own"
version = "1"
author = "me"
surface = "content"

[[rule]]
id = "mine"
when = "text.scam.hit"
do = "queue"
row = "house_rule"
because = "so"

[[rule]]
id = "theirs"
when = "text.scam.hit && !text.illicit_tool_promotion.hit"
do = "note"
row = "2.4.kin_fraud"
because = "so"
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(PACK, "utf-8")
    return path


def test_shipped_packs_are_fit() -> None:
    ran = qingjian("policy", "check", *shipped())
    assert ran.code == 0
    fit = [line for line in ran.out.splitlines() if ": fit; " in line]
    assert len(fit) == len(shipped())
    told = json.loads(qingjian("policy", "check", *shipped(), "--json").out)
    assert [one["policy"] for one in told] == list(shipped())
    assert all(one["faults"] == [] and one["exempt"] == [] for one in told)
    assert {one["policy"]: one["house_rules"] for one in told}["ugc"] == 4


def test_a_rule_that_softens_makes_the_pack_unfit(pack: Path) -> None:
    ran = qingjian("policy", "check", "ugc", pack)
    assert ran.code == 2
    assert f"{pack}: unfit; 2 rules, 1 of them house rules" in ran.out
    assert f"  {pack}:14: rule theirs: when, column 18: `!` over a detector" in ran.out
    assert "ugc.toml: fit" in ran.out


def test_an_exempt_rule_is_fit_and_told_as_such(pack: Path) -> None:
    pack.write_text(PACK + "exempt = true\n", "utf-8")
    ran = qingjian("policy", "check", pack, "--json")
    assert ran.code == 0
    (told,) = json.loads(ran.out)
    assert (told["exempt"], told["faults"]) == (["theirs"], [])
    assert (told["rules"], told["house_rules"]) == (2, 1)


def test_faults_stand_in_what_machines_read_too(pack: Path) -> None:
    ran = qingjian("policy", "check", pack, "--json")
    assert ran.code == 2
    (told,) = json.loads(ran.out)
    assert len(told["faults"]) == 1
    assert "rule theirs" in told["faults"][0]


def test_a_detector_that_is_not_measured_is_told(pack: Path, tmp_path: Path) -> None:
    pack.write_text(PACK.replace("text.scam.hit && !", "text.plugged.hit || "), "utf-8")
    site = plugged(tmp_path / "site")
    ran = spawned("policy", "check", pack, settings=site)
    assert ran.code == 0
    assert "  note: text.plugged is not measured; no step that rests on it alone" in ran.out
    (told,) = json.loads(spawned("policy", "check", pack, "--json", settings=site).out)
    assert "text.plugged" in told["not_measured"]


def test_a_text_that_is_no_pack_at_all_is_unfit(pack: Path) -> None:
    pack.write_text("name = \n", "utf-8")
    ran = qingjian("policy", "check", pack)
    assert ran.code == 2
    assert f"{pack}: unfit; 0 rules" in ran.out
    assert f"  {pack}:1: " in ran.out


def test_an_unfit_pack_decides_nothing(pack: Path) -> None:
    ran = qingjian("scan", "-", "--policy", pack, stdin="你好".encode())
    assert ran.code == 2
    assert ran.out == ""
    assert f"qingjian policy check {pack}" in ran.err
