from __future__ import annotations

from pathlib import Path

import pytest
from tests.process import qingjian

from qingjian.cli.report.desk import written
from qingjian.core.errors import UsageError


def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    ran = qingjian("report", "rulings", "--db", "none.db", folder=tmp_path)
    assert (ran.code, "none.db" in ran.err) == (2, True)
    assert not (tmp_path / "none.db").exists()


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", "utf-8")
    with pytest.raises(KeyboardInterrupt), written(path) as file:
        file.write("new")
        raise KeyboardInterrupt
    assert [(p.name, p.read_text("utf-8")) for p in tmp_path.iterdir()] == [("out.csv", "old")]
    with written(path) as file:
        file.write("鉴\r\n")
    assert path.read_bytes() == "鉴\r\n".encode()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"), written(tmp_path / "no" / "out.csv"):
        raise AssertionError("nothing was opened")
