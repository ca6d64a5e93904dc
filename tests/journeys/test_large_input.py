from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.journeys.broken import SCAM, by_id, codes, scan, worst
from tests.needs import ROOT
from tests.process import environment
from tests.watch import ending, memory_bytes

MOST_MEMORY_BYTES = 500_000_000


def _line(folder: Path) -> None:
    with (folder / "rows.jsonl").open("wb") as file:
        file.write(b'{"text": "')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(f'"}}\n{{"id": "after", "text": "{SCAM}"}}\n'.encode())


def _wide_line(folder: Path) -> None:
    with (folder / "rows.jsonl").open("wb") as file:
        file.write('\ufeff{"text": "'.encode("utf-16-le"))
        for _ in range(200):
            file.write("字".encode("utf-16-le") * 500_000)
        file.write(f'"}}\n{{"id": "after", "text": "{SCAM}"}}\n'.encode("utf-16-le"))


def _nuls(folder: Path) -> None:
    with (folder / "rows.csv").open("wb") as file:
        file.write(b"id,text\nlong,")
        file.seek(200_000_000, os.SEEK_CUR)
        file.write(f"\nafter,{SCAM}\n".encode())


def _open_cell(folder: Path) -> None:
    with (folder / "rows.csv").open("w") as file:
        file.write('id,text\nlong,"x\n')
        for _ in range(200):
            file.write(f"{'x' * 9_999}\n" * 100)
        file.write(f'y"\nafter,{SCAM}\n')


def _values(folder: Path) -> None:
    with (folder / "rows.jsonl").open("w") as file:
        file.write('{"text": "x", "a": [' + "[]," * 5_000_000 + "[]]}\n")
        file.write(f'{{"id": "after", "text": "{SCAM}"}}\n')


@pytest.mark.parametrize("make", [_line, _wide_line, _nuls, _open_cell, _values])
def test_memory_stays_bounded_whatever_the_size(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path)
    out = tmp_path / "out.jsonl"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "qingjian", "scan", ".", "--jobs", "2"),
            *("--format", "jsonl", "-o", str(out)),
        ],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
    )
    most = 0
    with ending(process):
        while process.poll() is None:
            most = max(most, memory_bytes(process.pid))
            time.sleep(0.02)
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 2
    rows = {row["id"]: row for row in map(json.loads, out.read_bytes().splitlines())}
    assert rows["after"]["findings"]
    assert 50_000_000 < most < MOST_MEMORY_BYTES


def mutated(folder: Path, *arguments: str) -> Path:
    """Let the tool write damaged files."""
    tool = ROOT / "tools" / "mutate.py"
    command = [sys.executable, str(tool), str(folder), "--seed", "7", *arguments]
    subprocess.run(command, check=True, timeout=60)
    return folder


def test_damaged_files_give_a_row_each(tmp_path: Path) -> None:
    mutated(tmp_path / "in", "--count", "300")
    names = sorted(f"in/{p.name}" for p in (tmp_path / "in").iterdir())
    assert len(names) == 300
    ran = scan(tmp_path, "in", QINGJIAN_ITEM_TIMEOUT_S="60", QINGJIAN_BUDGET_MS="60000")
    assert [row["id"] for row in ran.rows] == names
    assert "Traceback" not in ran.err
    failed = [n for row in ran.rows for n in row["not_looked_at"] if "failed: " in n["reason"]]
    assert failed == []
    assert set(codes(by_id(ran)).values()) == {"encoding"}
    assert sum(bool(row["ran"]) for row in ran.rows) > 180
    assert ran.code == 2
    assert scan(tmp_path, "in", "--keep-going", "-j", "1").code == worst(ran.rows)


def test_damaged_data_files_give_rows_and_errors(tmp_path: Path) -> None:
    mutated(tmp_path / "in", "--count", "60", "--rows")
    ran = scan(tmp_path, "in", QINGJIAN_ITEM_TIMEOUT_S="60", QINGJIAN_BUDGET_MS="60000")
    rows = by_id(ran)
    assert len(rows) > 200
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert set(codes(rows).values()) <= {"encoding", "row", "too_large"}
    failed = [n for row in ran.rows for n in row["not_looked_at"] if "failed: " in n["reason"]]
    assert failed == []
