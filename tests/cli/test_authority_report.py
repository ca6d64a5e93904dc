from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.process import Ran, qingjian

FILLED = ("--authority", "某市网信办", "--operator", "示例科技", "--remedy", "已更换模型并复测")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = 'db = "a.db"\nauthority_report_days = 2\n'
    (tmp_path / "qingjian.toml").write_text(text, "utf-8")
    return tmp_path


def report(folder: Path, *words: str) -> Ran:
    return qingjian("authority-report", *words, folder=folder)


def stopped(folder: Path) -> str:
    """Stop a service and give the id of the report that is due."""
    words = ("--subject", "service", "--words", "生成违法内容", "--by", "user-7")
    case = qingjian("case", "report", "svc-1", *words, folder=folder).out.strip()
    qingjian("case", "claim", case, "--who", "li", folder=folder)
    said = ("--row", "house_rule", "--ground", "规则1", "--reason", "服务生成违法内容")
    ruled = qingjian(
        *("case", "rule", case, "--step", "stop_generation", "--facts", "复现", "--who", "li"),
        *said,
        folder=folder,
    )
    assert f"report   {case}-1 to the authority by 20" in ruled.out, ruled.err
    return f"{case}-1"


def test_a_report_goes_from_due_to_receipted(folder: Path) -> None:
    id = stopped(folder)
    line, counts = report(folder, "due").out.splitlines()
    assert line.startswith(f"{id}  due, due 20") and line.endswith("  service svc-1")
    assert counts == "1 due, 0 late, 0 submitted"
    gap = report(folder, "draft", id, *FILLED[:4], "--who", "li")
    assert (gap.code, "lacks remedy" in gap.err, "--remedy" in gap.err) == (2, True, True)
    drafted = report(folder, "draft", id, *FILLED, "--who", "li")
    assert ", drafted by li\n" in drafted.out
    refused = report(folder, "approve", id, "--who", "li")
    assert (refused.code, "another person approves it" in refused.err) == (2, True)
    assert "approved by wu" in report(folder, "approve", id, "--who", "wu").out
    ran = report(folder, "submit", id, "--receipt", "收文 88", "--who", "li", "--json")
    done = json.loads(ran.out)
    assert (done["state"], done["receipt"]) == ("receipted", "收文 88")
    shown = report(folder, "show", id).out
    assert "已更换模型并复测" in shown and "receipt 收文 88" in shown
    told = json.loads(report(folder, "due", "--all", "--json").out)
    assert told["counts"] == {"submitted": 1} and told["reports"][0]["id"] == id
    one = told["reports"][0]
    assert one["due_at"] - one["since"] == 2 * 86_400


def test_no_such_report(folder: Path) -> None:
    id = stopped(folder)
    assert report(folder, "show", "x").code == 2
    assert json.loads(report(folder, "show", id, "--json").out)["text"] == ""
    assert report(folder, "draft", f"{'0' * 26}-1", *FILLED, "--who", "li").code == 2
