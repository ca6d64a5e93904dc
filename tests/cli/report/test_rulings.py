from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest
from tests.cases.decided import decided
from tests.cases.desk import Hands
from tests.process import Ran, qingjian

from qingjian.cases.sql import Cases
from qingjian.store.engine import open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    cases = Cases(open_store(str(tmp_path / "a.db")), clock=Hands())
    decided(cases, "post-1", "remove", "correct", ground="@规则3.1")
    decided(cases, "post-2")
    return tmp_path


def run(folder: Path, *words: str) -> Ran:
    return qingjian("report", "rulings", *words, folder=folder)


def test_both_forms_say_the_same(folder: Path) -> None:
    ran = run(folder)
    assert (ran.code, ran.err) == (0, "3 rows\n")
    rows = list(csv.DictReader(io.StringIO(ran.out, newline="")))
    assert run(folder, "--format", "parquet", "-o", "r.parquet").err == "3 rows\n"
    with duckdb.connect() as db:
        asked = "select subject, step, ground from read_parquet(?)"
        read = db.execute(asked, [str(folder / "r.parquet")]).fetchall()
    told = [(r["subject"], r["step"], r["ground"].lstrip("'")) for r in rows]
    assert read == told
    assert {r["ground"] for r in rows} == {"'@规则3.1", "社区规则3.1"}
    assert sorted(r["step"] for r in rows) == ["", "correct", "remove"]


def test_days_narrow(folder: Path) -> None:
    assert run(folder, "--to", "2026-07-18").err == "3 rows\n"
    assert run(folder, "--to", "2026-07-17").err == "0 rows\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--format", "xlsx"), "csv, parquet"),
        (("--format", "parquet"), "written to a file"),
        (("--format", "parquet", "-o", "no/r.parquet"), "cannot write"),
    ],
)
def test_a_wrong_call_is_refused(folder: Path, words: tuple[str, ...], told: str) -> None:
    ran = run(folder, *words)
    assert (ran.code, told in ran.err) == (2, True)
