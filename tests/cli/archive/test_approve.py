from __future__ import annotations

import json
from pathlib import Path

from tests.archive.claims import CLAIM
from tests.cli.archive.test_import_ import lines
from tests.process import qingjian


def test_a_second_person_approves_and_a_reason_retracts(tmp_path: Path) -> None:
    path = lines(tmp_path, CLAIM)
    told = ("--db", "a.db")
    qingjian("archive", "import", path, "--who", "li", "--batch", "b1", *told, folder=tmp_path)
    own = qingjian("archive", "approve", "b1", "--who", "li", *told, folder=tmp_path)
    assert (own.code, "second person" in own.err) == (2, True)
    ran = qingjian("archive", "approve", "b1", "--who", "wang", *told, folder=tmp_path)
    assert ran.out == "1 approved\n"
    ran = qingjian(
        *("archive", "retract", "b1", "--who", "wang", "--reason", "withdrawn", *told),
        folder=tmp_path,
    )
    assert ran.out == "1 retracted\n"
    ran = qingjian("archive", "stats", "--json", *told, folder=tmp_path)
    assert json.loads(ran.out) == [{"kind": "claim", "state": "retracted", "records": 1}]


def test_an_archive_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    ran = qingjian("archive", "approve", "x", "--who", "w", "--db", "no.db", folder=tmp_path)
    assert (ran.code, "no archive at no.db" in ran.err) == (2, True)
    assert list(tmp_path.iterdir()) == []
