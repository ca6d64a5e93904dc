from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.needs import ROOT

from qingjian.core.settings import Settings
from qingjian.evals import results
from qingjian.wiring import Services

BUILT = Services(Settings())
METRICS = {
    "precision": [0.5, 0.4, 0.6],
    "recall": [1, None, None],
    "false_positive_rate": [0.0012, 0.0004, 0.002],
    "auroc": [None, None, None],
}
SET = {"n": 1000, "positives": 400, "metrics": METRICS}


@pytest.fixture
def readme(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    monkeypatch.delitem(sys.modules, "readme", raising=False)
    import readme as made

    return made


def marked(name: str, now: str = "") -> str:
    return f"a\n<!-- {name}:start -->\n{now}<!-- {name}:end -->\nb\n"


def part(text: str, name: str) -> str:
    found = re.search(rf"<!-- {name}:start -->\n(.*)<!-- {name}:end -->", text, re.S)
    assert found
    return found[1]


def test_a_text_without_marks_stays_as_it_is(readme: ModuleType) -> None:
    text = "a\n<!-- other:start -->\n<!-- other:end -->\n<!-- speed:start -->\n"
    assert readme.filled(text, "en", BUILT) == text


@pytest.mark.parametrize("name", ["coverage", "finding", "speed"])
def test_a_part_filled_twice_is_the_same(readme: ModuleType, name: str) -> None:
    once = readme.filled(marked(name), "en", BUILT)
    assert once.startswith("a\n") and once.endswith("\nb\n")
    assert readme.filled(once, "en", BUILT) == once


def test_the_finding_is_a_real_row_that_can_be_read(readme: ModuleType) -> None:
    text = part(readme.filled(marked("finding"), "en", BUILT), "finding")
    (row,) = json.loads(text.removeprefix("```json\n").removesuffix("```\n"))
    keys = "contract id decision findings scores abstained not_looked_at error ran took_ms"
    assert list(row) == keys.split()
    found = {f["detector"]: f for f in row["findings"]}
    at = found["text.illicit_tool_promotion"]["at"]
    assert readme.DISGUISED[at["start"] : at["end"]].startswith("代 过 人")


def test_the_time_that_stands_in_a_finding_is_kept(readme: ModuleType) -> None:
    text = readme.filled(marked("finding", ' "took_ms": 123.5,\n'), "en", BUILT)
    assert '"took_ms": 123.5' in part(text, "finding")


def test_what_is_measured_is_told_and_what_is_not_is_not(
    readme: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "root", lambda: tmp_path)
    (tmp_path / "evals" / "results").mkdir(parents=True)
    card = BUILT.registry.get("text.scam").card
    made: dict[str, Any] = {
        "code_hash": results.code_hash(card),
        "data_hash": "",
        "sets": [{**SET, "set": results.BLIND}, {**SET, "set": results.DEV}],
        "shipped": [{**SET, "set": "fbs"}, {**SET, "set": "own", "trained_shipped_weights": True}],
    }
    (tmp_path / "evals" / "results" / "text.scam.json").write_text(json.dumps(made), "utf-8")
    for language, words in (("en", "fbs: 0.12% false positives"), ("zh", "fbs：误报 0.12%")):
        text = part(readme.filled(marked("coverage"), language, Services(Settings())), "coverage")
        rows = [line for line in text.splitlines() if line.startswith("| `text.scam`")]
        assert len(rows) == 1
        figures = "| 1,000 | 0.50 (0.40–0.60) | 1.00 | 0.12 % (0.04–0.20) | – |"
        assert rows[0] == f"| `text.scam` {figures} {words} |"
        others = len(BUILT.registry.detectors) - 1
        assert text.count("| not measured |") + text.count("| 未测 |") == others


def test_speed_is_what_the_benchmark_wrote_and_nothing_without_it(
    readme: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    assert part(readme.filled(marked("speed", "old\n"), "en", BUILT), "speed") == ""
    told = {
        "measured_on": "2026-11-22",
        "machine": "2 cores",
        "all_detectors": {
            "short_texts_per_s_per_core": 4321,
            "long_texts_of_innocent_rows": {"mb_per_s_per_core": 1.25},
        },
        "lexicon_10000": {"terms": 10000, "mb_per_s": 12.5, "ratio_to_pyahocorasick": 1.5},
        "start": {"help_s": 0.125},
    }
    folder = tmp_path / "benchmarks" / "results"
    folder.mkdir(parents=True)
    (folder / "speed.json").write_text(json.dumps(told), "utf-8")
    for language in ("en", "zh"):
        text = part(readme.filled(marked("speed"), language, BUILT), "speed")
        numbers = re.findall(r"^\| ([\d.,]+) \|", text, re.M)
        assert numbers == ["4,321", "1.25", "12.5", "0.125"]
        assert "10,000" in text and "1.5" in text and "2026-11-22" in text
