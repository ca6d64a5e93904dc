from __future__ import annotations

import json
from pathlib import Path

from tests.process import EXAMPLES, qingjian


def test_the_demo_shows_a_table_and_writes_a_report_and_rows(tmp_path: Path) -> None:
    report = tmp_path / "some" / "report"
    ran = qingjian("demo", "--examples", EXAMPLES, "--report", report, folder=tmp_path)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0].split()[:3] == ["item", "do", "found"]
    assert f"report:  {report / 'index.html'}" in ran.out
    assert "77 items" in ran.err
    page = (report / "index.html").read_text("utf-8")
    assert page.startswith("<!doctype html>") and "<mark>" in page
    rows = [json.loads(line) for line in (report / "report.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 77
    assert sorted(p.name for p in report.iterdir()) == ["index.html", "report.jsonl"]


def test_only_folders_of_the_examples_are_scanned_and_no_plugin(tmp_path: Path) -> None:
    examples = tmp_path / "examples"
    for name in ("posts", "plugin"):
        (examples / name).mkdir(parents=True)
        (examples / name / "a.txt").write_text("明天开会", "utf-8")
    (examples / "README.md").write_text("x", "utf-8")
    ran = qingjian("demo", folder=tmp_path)
    assert ran.code == 0
    rows = (tmp_path / "report" / "report.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(row)["id"] for row in rows] == ["examples/posts/a.txt"]


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "report").write_text("a file", "utf-8")
    ran = qingjian("demo", folder=tmp_path)
    assert ran.code == 2
    assert "cannot write report" in ran.err
    assert "Traceback" not in ran.err
