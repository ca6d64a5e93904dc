from __future__ import annotations

from pathlib import Path

from tests.cases.decided import decided
from tests.cases.desk import Hands
from tests.process import qingjian
from tests.reports.statements import faults

from qingjian.cases.sql import Cases
from qingjian.store.engine import open_store


def test_bodies_of_calls_hold_a_hundred_and_the_rest_is_named(tmp_path: Path) -> None:
    (tmp_path / "qingjian.toml").write_text('db = "a.db"\n', "utf-8")
    cases = Cases(open_store(str(tmp_path / "a.db")), clock=Hands())
    for number in range(103):
        decided(cases, f"post-{number}", "remove", facts="发来转账要求" if number else "user-9")
    ran = qingjian("report", "statements", folder=tmp_path)
    assert ran.code == 0, ran.err
    bodies = [row["statements"] for row in ran.rows if "statements" in row]
    assert sum(map(len, bodies)) == 102 and max(map(len, bodies)) <= 100
    assert len({one["puid"] for body in bodies for one in body}) == 102
    assert [fault for body in bodies for one in body for fault in faults(one)] == []
    (left,) = [row["not_exported"] for row in ran.rows if "not_exported" in row]
    assert [one["reason"] for one in left] == ["decision_facts names somebody of the case"]
    assert f"case {left[0]['case']}, ruling 1" in ran.err
    assert ran.err.endswith("102 statements, 1 rulings not exported\n")
    days = ("--from", "2026-07-19", "-o", "none.jsonl")
    assert qingjian("report", "statements", *days, folder=tmp_path).code == 0
    assert (tmp_path / "none.jsonl").read_text("utf-8") == ""
