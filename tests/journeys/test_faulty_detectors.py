"""
A third party's package is installed beside ours; each of its detectors is broken in its own way.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.process import Ran, spawned

SOURCE = """
import os, time
from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Span, Text, found

def made(name, fault, severity="low"):
    card = Card(id=f"text.{name}", reads=Text, serves=("house_rule",), severity=severity,
                finds="the word 词", limits=("all other words",), source="nothing", cost_us=1)

    @detector(card)
    def build():
        def scan(item):
            if "触发" in item.body:
                fault()
            at = item.body.find("词")
            if at >= 0:
                yield found("the word", Span(at, at + 1))
        return scan
    return build

def broken():
    raise ValueError("it broke \\ud800")

def hang():
    while True:
        time.sleep(0.1)

sound = made("sound", lambda: None, "medium")
raising = made("raising", broken)
hanging = made("hanging", hang)
aborting = made("aborting", os.abort)
leaving = made("leaving", lambda: os._exit(3))
scam = made("scam", lambda: None)
no_detector = 5

@detector(Card(id="text.unbuilt", reads=Text, serves=("house_rule",), severity="low", finds="x",
               limits=("x",), source="x"))
def unbuilt():
    raise FileNotFoundError("no weights")
"""
OURS = "text.illicit_tool_promotion"
SKIPPED = {
    "hanging": "took more than 2 s",
    "aborting": "brought the worker down (SIGABRT)",
    "leaving": "brought the worker down (exit code 3)",
}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Give a folder of installed packages that holds one distribution, beside rows to scan."""
    site = tmp_path / "site"
    info = site / "faulty-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty\nVersion: 1.0\n")
    (site / "faulty.py").write_text(SOURCE)
    (tmp_path / "rows.jsonl").write_text(
        "\n".join(
            json.dumps({"id": id, "text": text})
            for id, text in {
                "plain": "明天开会",
                "word": "这是一词",
                "both": "触发一个 词",
                "end": "好的好的",
            }.items()
        )
    )
    return site


def scan(site: Path, *names: str, arguments: tuple[str, ...] = ()) -> Ran:
    points = "".join(f"{name} = faulty:{name}\n" for name in names)
    entry_points = site / "faulty-1.0.dist-info" / "entry_points.txt"
    entry_points.write_text(f"[qingjian.detectors]\n{points}")
    return spawned(
        *("scan", "rows.jsonl", "--format", "jsonl", *arguments),
        folder=site.parent,
        settings={"PYTHONPATH": str(site), "QINGJIAN_ITEM_TIMEOUT_S": "2"},
    )


def rows(ran: Ran) -> dict[str, dict[str, Any]]:
    made = {row["id"]: row for row in ran.rows}
    assert list(made) == ["plain", "word", "both", "end"]
    return made


def test_a_sound_one_runs_beside_ours(installed: Path) -> None:
    ran = scan(installed, "sound")
    found = {
        id: {f["detector"] for f in row["findings"] if not f["against"]}
        for id, row in rows(ran).items()
    }
    assert found == {"plain": set(), "word": {"text.sound"}, "both": {"text.sound"}, "end": set()}
    assert ran.code == 13
    assert all(OURS in row["scores"] for row in ran.rows)


def test_one_that_raises_costs_its_item_alone_and_the_exit_code_tells(installed: Path) -> None:
    ran = scan(installed, "raising", "sound")
    told = {
        "what": "text.raising",
        "reason": "failed: ValueError: it broke \ufffd",
    }
    for id, row in rows(ran).items():
        assert row["error"] is None
        assert row["not_looked_at"] == ([told] if id == "both" else [])
    hits = {f["detector"] for f in rows(ran)["both"]["findings"] if not f["against"]}
    assert hits == {"text.sound"}
    assert ran.code == 1
    assert scan(installed, "raising", "sound", arguments=("--keep-going",)).code == 13


@pytest.mark.parametrize("name", SKIPPED)
def test_one_that_takes_the_worker_along_abstains_and_the_exit_code_tells(
    installed: Path, name: str
) -> None:
    ran = scan(installed, name, "sound")
    abstained = {"detector": f"text.{name}", "reason": SKIPPED[name]}
    for id, row in rows(ran).items():
        assert row["error"] is None
        assert (abstained in row["abstained"]) == (id == "both")
        assert ("text.sound" in {f["detector"] for f in row["findings"]}) == (
            id in ("word", "both")
        )
        assert (f"text.{name}" in {r["detector"] for r in row["ran"]}) == (id != "both")
    told = {"what": f"text.{name}", "reason": f"failed: {SKIPPED[name]}"}
    assert rows(ran)["both"]["not_looked_at"] == [told]
    assert ran.code == 1
    assert scan(installed, name, "sound", arguments=("--keep-going",)).code == 13


def test_all_at_once_still_give_every_row(installed: Path) -> None:
    ran = scan(installed, "raising", "sound", *SKIPPED)
    both = rows(ran)["both"]
    assert {f["detector"] for f in both["findings"] if not f["against"]} == {"text.sound"}
    assert OURS in both["scores"]
    assert ran.code == 1


def test_those_that_cannot_be_loaded_are_told_and_stop_nothing(installed: Path) -> None:
    ran = scan(installed, "missing", "no_detector", "scam", "unbuilt", "sound")
    assert ran.code == 13
    said = [line for line in ran.err.splitlines() if line.startswith("not loaded: ")]
    assert [line.split(": ")[1] for line in said] == [
        "plugin missing",
        "plugin no_detector",
        "plugin scam",
        "text.unbuilt",
    ]
    assert "text.scam is taken" in said[2]
    for row in ran.rows:
        reasons = [n["what"] for n in row["not_looked_at"] if n["reason"].startswith("failed: ")]
        assert reasons == ["plugin missing", "plugin no_detector", "plugin scam", "text.unbuilt"]
        assert OURS in row["scores"]


def test_one_of_them_alone_leaves_nothing_looked_at(installed: Path) -> None:
    for name in ("hanging", "aborting"):
        ran = scan(installed, name, arguments=("--only", f"text.{name}"))
        assert ran.code == 1
        assert rows(ran)["both"]["ran"] == []
        assert rows(ran)["both"]["decision"]["do"] == "pass"
