from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.cases.decided import decided
from tests.cases.desk import Hands
from tests.process import Ran, qingjian

from qingjian.cases.sql import Cases
from qingjian.store.engine import open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    decided(Cases(open_store(str(tmp_path / "a.db")), clock=Hands()), "post-1", "remove")
    return tmp_path


def run(folder: Path, *words: str) -> Ran:
    days = ("--from", "2026-07-18", "--to", "2026-07-18")
    return qingjian("report", "campaign", *days, *words, folder=folder)


def test_the_language_is_the_setting_or_the_option(folder: Path) -> None:
    assert run(folder).out.startswith("# 治理情况统计：2026-07-18")
    assert run(folder, "--lang", "en").out.startswith("# What was done: 2026-07-18")


def test_json_and_csv_are_written_to_files(folder: Path) -> None:
    for format in ("json", "csv"):
        ran = run(folder, "--format", format, "-o", f"out.{format}")
        assert (ran.code, ran.out) == (0, ""), ran.err
    told = json.loads((folder / "out.json").read_text("utf-8"))
    assert told["figures"]["steps"] == {"value": 1, "before": 0}
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["value"] for r in rows if (r["part"], r["figure"]) == ("figures", "steps")] == ["1"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--format", "pdf"), "md, json, csv"),
        (("--lang", "fr"), "zh, en"),
        (("--from", ""), "a first and a last day"),
        (("--from", "2026-08-01"), "is before"),
        (("--to", "july"), "is no day"),
    ],
)
def test_a_wrong_call_is_refused(folder: Path, words: tuple[str, ...], told: str) -> None:
    ran = run(folder, *words)
    assert (ran.code, told in ran.err) == (2, True)
