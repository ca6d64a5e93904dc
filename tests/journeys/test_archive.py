from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from tests.archive.claims import CLAIM
from tests.process import environment, qingjian

from qingjian.archive.records import LOT, Records
from qingjian.store.engine import open_store
from qingjian.store.tables.archive import VERSION


def claims(path: Path, count: int, start: int = 0) -> None:
    rows = (
        {
            **CLAIM,
            "text": f"第{n}号小区的{n}名居民饮用桶装水后中毒",
            "url": f"https://example.org/{n}",
        }
        for n in range(start, start + count)
    )
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")


def importing(folder: Path, file: str, who: str, db: str = "a.db") -> subprocess.Popen[bytes]:
    command = (sys.executable, "-m", "qingjian", "archive", "import", file, "--who", who)
    return subprocess.Popen([*command, "--db", db], cwd=folder, env=environment())


def test_a_killed_import_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    claims(tmp_path / "c.jsonl", 20_000)
    records = Records(open_store(str(tmp_path / "a.db")))
    process = importing(tmp_path, "c.jsonl", "li")
    until = time.monotonic() + 60
    while records.newest() < LOT and time.monotonic() < until:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = sum(records.counts().values())
    assert kept >= LOT
    assert kept % LOT == 0
    assert records.newest() == kept
    ran = qingjian("archive", "import", "c.jsonl", "--who", "li", "--db", "a.db", folder=tmp_path)
    assert ran.out.startswith(f"{20_000 - kept:,} entered, 0 changed, {kept:,} known")
    found = qingjian("archive", "search", "桶装水", "--db", "a.db", folder=tmp_path)
    assert found.out == "nothing is near it\n", "nobody approved them yet"


def test_two_imports_at_once_both_arrive(tmp_path: Path, store: Engine, store_url: str) -> None:
    claims(tmp_path / "one.jsonl", 4_000)
    claims(tmp_path / "two.jsonl", 4_000, start=3_000)
    both = [importing(tmp_path, f"{name}.jsonl", name, store_url) for name in ("one", "two")]
    assert [process.wait(120) for process in both] == [0, 0]
    records = Records(store)
    assert records.counts() == {("claim", "pending"): 7_000}
    assert records.newest() == 7_000
    with store.connect() as db:
        assert list(db.scalars(sa.select(VERSION.c.seq).order_by(VERSION.c.seq))) == [
            *range(1, 7_001)
        ]
