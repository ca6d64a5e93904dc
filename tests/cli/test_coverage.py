from __future__ import annotations

import json

from tests.process import qingjian

from qingjian.core.obligations import obligations


def test_all_rows_are_shown_with_who_answers_for_them() -> None:
    ran = qingjian("coverage")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert [line.split()[0] for line in lines if line[:1].isdigit()][:50] == [*obligations()]
    assert "2 declined, of 50 rows" in lines[-1]
    assert ran.out.count("not built yet") >= 10


def test_the_rows_for_machines_have_status_and_note() -> None:
    rows = json.loads(qingjian("coverage", "--json").out)
    assert [row["id"] for row in rows] == list(obligations())
    assert {row["status"] for row in rows} == {"served", "not built yet", "declined"}
    assert all(row["note"] for row in rows if row["status"] == "declined")
    scam = next(row for row in rows if row["id"] == "2.4.kin_fraud")
    assert "text.scam" in [d["id"] for d in scam["detectors"]]


def test_the_document_is_markdown_and_the_same_every_time() -> None:
    first, second = qingjian("coverage", "--markdown"), qingjian("coverage", "--markdown")
    assert first.out == second.out
    assert first.out.startswith("# Coverage\n")
    assert first.out.endswith("|\n")
