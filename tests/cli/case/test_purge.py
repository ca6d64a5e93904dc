from __future__ import annotations

import json
from pathlib import Path

import orjson
from tests.cases.desk import DAY_S, row
from tests.process import Ran, qingjian

from qingjian.cases.retention import Retention
from qingjian.core.clock import now
from qingjian.store.engine import open_store


def purge(folder: Path, *words: str) -> Ran:
    return qingjian("case", "purge", *words, folder=folder)


def test_contents_whose_time_is_over_are_told_and_go(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(orjson.dumps(row("a", "pass")))
    qingjian("case", "import", "rows.jsonl", "--who", "li", folder=tmp_path)
    assert purge(tmp_path).code == 2
    assert purge(tmp_path, "--dry-run").out == "would go: nothing; 0 bytes\n"
    engine = open_store(str(tmp_path / "qingjian.db"))
    later = Retention(engine, clock=lambda: now() + 185 * DAY_S)
    assert later.purge(dry=True).kinds == {"row": 1}
    engine.dispose()
    told = json.loads(purge(tmp_path, "--who", "li", "--json").out)
    assert told == {"purged": {}, "bytes": 0, "kept": 0, "dry_run": False}
    short = qingjian(
        "case", "purge", "--dry-run", folder=tmp_path, settings={"QINGJIAN_RETENTION_DAYS": "30"}
    )
    assert (short.code, "184 or more" in short.err) == (2, True)
