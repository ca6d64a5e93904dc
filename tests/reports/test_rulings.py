from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.absent import absent
from tests.cases.decided import agreed, appealed, decided, judged, reported, ruled
from tests.cases.desk import DAY_S, ROW, Hands, opened

from qingjian.cases.acts import Asked
from qingjian.cases.history import Period, histories
from qingjian.cases.sql import Cases
from qingjian.core.clock import iso
from qingjian.core.errors import MissingExtra
from qingjian.reports import rulings
from qingjian.store.engine import open_store


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Cases, Hands]:
    hands = Hands()
    return Cases(open_store(str(tmp_path / "a.db")), clock=hands), hands


def told(cases: Cases, period: Period | None = None) -> list[dict[str, Any]]:
    listed = histories(cases._engine, cases.tenant)
    return list(rulings.rows(listed, period) if period else rulings.rows(listed))


def filled(cases: Cases, hands: Hands) -> None:
    """Rule on three cases: two steps and an appeal, a heavy one on a report, no violation."""
    first = decided(cases, "post-1", "remove", Asked("disable_interaction", 3))
    hands.at += DAY_S
    judged(cases, appealed(cases, first), "partly", "1.2")
    agreed(cases, ruled(cases, reported(cases, "app-3", "product"), "delist", illegal=True))
    decided(cases, "post-3", reason="=HYPERLINK(看看)是玩笑")


def test_a_row_for_each_step_and_for_each_ruling_without_one(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    start = hands.at
    filled(cases, hands)
    made = {(r["subject"], r["step"]): r for r in told(cases)}
    assert sorted(made) == [
        ("app-3", "delist"),
        ("post-1", "disable_interaction"),
        ("post-1", "remove"),
        ("post-3", ""),
    ]
    first, second = made["post-1", "remove"], made["post-1", "disable_interaction"]
    assert sorted(first) == sorted(rulings.COLUMNS)
    assert (first["state"], second["state"]) == ("reversed", "active")
    assert (first["ends_at"], second["ends_at"]) == (None, start + 3 * DAY_S)
    assert (first["appealed"], first["appeal"], first["row"]) == (True, "partly", ROW)
    assert (first["severity"], first["detectors"]) == ("high", ["text.scam@1"])
    heavy = made["app-3", "delist"]
    assert (heavy["source"], heavy["approved_by"], heavy["severity"]) == ("report", "wu fang", "")
    none = made["post-3", ""]
    assert (none["outcome"], none["state"], none["starts_at"]) == (
        "no_violation",
        "in_force",
        None,
    )


def test_a_period_holds_the_rulings_made_in_it(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    start = hands.at
    filled(cases, hands)
    days = Period(start + 1, hands.at + 1)
    assert {r["subject"] for r in told(cases, days)} == {"app-3", "post-3"}


def test_csv_read_by_another_reader_says_the_same(desk: tuple[Cases, Hands]) -> None:
    cases, hands = desk
    filled(cases, hands)
    file = io.StringIO(newline="")
    assert rulings.write_csv(iter(told(cases)), file) == 4
    file.seek(0)
    read = list(csv.DictReader(file))
    for row, wanted in zip(read, told(cases), strict=True):
        assert list(row) == list(rulings.COLUMNS)
        for name in ("case", "subject", "owner", "step", "outcome", "appeal", "ground"):
            assert row[name] == wanted[name]
        assert row["ruled_at"] == iso(wanted["ruled_at"])
        assert row["detectors"] == ";".join(wanted["detectors"])
    assert [r["reason"][:2] for r in read if not r["step"]] == ["'="]


def test_parquet_read_by_another_reader_says_the_same(
    desk: tuple[Cases, Hands], tmp_path: Path
) -> None:
    cases, hands = desk
    filled(cases, hands)
    file = tmp_path / "rulings.parquet"
    assert rulings.write_parquet(iter(told(cases)), file) == 4
    names = [c for c in rulings.COLUMNS if c not in rulings.TIMES]
    times = ", ".join(f"epoch({name})" for name in rulings.TIMES)
    asked = ", ".join(f'"{name}"' for name in names)
    with duckdb.connect() as db:
        read = db.execute(f"select {asked}, {times} from read_parquet(?)", [str(file)]).fetchall()
    wanted = [tuple(r[n] for n in (*names, *rulings.TIMES)) for r in told(cases)]
    assert read == wanted
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []


def test_a_file_that_breaks_off_is_not_there(desk: tuple[Cases, Hands], tmp_path: Path) -> None:
    cases, _ = desk
    decided(cases, "post-1", "remove")

    def broken() -> Any:
        yield from told(cases)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rulings.write_parquet(broken(), tmp_path / "r.parquet")
    assert not list(tmp_path.glob("r.parquet*"))


def test_without_pyarrow_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent(monkeypatch, "pyarrow")
    with pytest.raises(MissingExtra) as error:
        rulings.write_parquet(iter(()), tmp_path / "r.parquet")
    assert "corpus" in error.value.hint


def test_a_case_that_waits_has_no_row(desk: tuple[Cases, Hands]) -> None:
    cases, _ = desk
    opened(cases)
    assert told(cases) == []
